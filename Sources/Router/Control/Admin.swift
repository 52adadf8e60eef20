internal import RequestModel
internal import RuleLang
internal import Sockets

/// The admin interface: what can be asked, and what can be done.
extension ControlState {
    mutating func admin(_ request: AdminRequest) {
        // The body of an answer to HEAD is left out where it is sent.
        let method = request.method == "HEAD" ? "GET" : request.method
        switch (method, request.path) {
        case ("GET", "/healthz"): answer(request, .plain(200, "ok\n"))
        case ("GET", "/readyz"):
            answer(request, isDraining ? .plain(503, "draining\n") : .plain(200, "ready\n"))
        case ("GET", "/metrics"), ("GET", "/status"): collectReports(for: request)
        case ("GET", "/explain"): answer(request, explain(request))
        case ("POST", "/reload"): reload(.admin(request))
        case ("POST", "/drain"):
            answer(request, .plain(200, "draining\n"))
            mailbox.post(.drain)
            heard?(.draining)
        case ("GET", "/"): answer(request, .plain(200, Self.overview))
        default: other(request)
        }
    }

    private static let overview = """
        GET  /healthz                              the process runs
        GET  /readyz                               200, or 503 while it drains
        GET  /metrics                              Prometheus text
        GET  /status                               JSON: generation, rules, pools, servers
        GET  /explain?url=URL[&method=M][&header=N:V]…   why a request goes where it goes
        POST /reload                               compile the file and put it into service
        POST /drain                                end gracefully
        POST /servers/POOL/ADDRESS/drain           no new requests to a server
        POST /servers/POOL/ADDRESS/ready           back into service

        """

    /// `/servers/POOL/ADDRESS/drain` and `/ready`; what the path is of another method is 405.
    private mutating func other(_ request: AdminRequest) {
        let known = [
            "/", "/healthz", "/readyz", "/metrics", "/status", "/explain", "/reload", "/drain",
        ]
        guard !known.contains(request.path) else {
            let isAct = request.path == "/reload" || request.path == "/drain"
            answer(request, .notAllowed(isAct ? "POST" : "GET, HEAD"))
            return
        }
        let parts = request.path.split(separator: "/").map(String.init)
        guard parts.count == 4, parts[0] == "servers", ["drain", "ready"].contains(parts[3]) else {
            answer(request, .plain(404, "no such path; GET / lists them\n"))
            return
        }
        guard request.method == "POST" else {
            answer(request, .notAllowed("POST"))
            return
        }
        let number = generation.servers.firstIndex { $0.pool == parts[1] && $0.text == parts[2] }
        guard let number else {
            answer(request, .plain(404, "there is no server `\(parts[2])` in `\(parts[1])`\n"))
            return
        }
        post(.setDrained(server: number, parts[3] == "drain"))
        answer(request, .plain(200, "\(parts[1]) \(parts[2]): \(parts[3])\n"))
    }

    func answer(_ finished: ReportCollector.Finished) {
        let snapshot = Snapshot(self, finished.reports)
        let body: String
        let type: String
        if finished.request.path == "/metrics" {
            body = PrometheusText.render(snapshot)
            type = "text/plain; version=0.0.4; charset=utf-8"
        } else {
            body = StatusDocument.render(snapshot)
            type = "application/json"
        }
        answer(
            finished.request,
            LocalAnswer(
                status: 200, headers: [(Array("content-type".utf8), Array(type.utf8))],
                body: Array(body.utf8)))
    }

    // MARK: - Explain

    /// The live table asked about a request that need not have come.
    private func explain(_ request: AdminRequest) -> LocalAnswer {
        var builder = RequestBuilder()
        var listener = 0
        var hasURL = false
        for pair in request.query.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let value = QueryText.decoded(parts.count > 1 ? parts[1] : [])
            let text = String(decoding: value, as: UTF8.self)
            switch String(decoding: parts[0], as: UTF8.self) {
            case "url":
                builder.target = value
                hasURL = true
            case "method": builder.method = value
            case "header":
                guard let colon = value.firstIndex(of: UInt8(ascii: ":")) else {
                    return .plain(400, "`header` is `name:value`\n")
                }
                builder.headers.append(
                    (Array(value[..<colon]), Array(value[(colon + 1)...])))
            case "from":
                guard let ip = IPAddress(parsing: value) else {
                    return .plain(400, "`\(text)` is not an address\n")
                }
                builder.peer = ip
            case "listener":
                guard
                    let index = generation.program.listeners.firstIndex(where: { $0.name == text })
                else { return .plain(404, "there is no listener `\(text)`\n") }
                listener = index
            default:
                return .plain(400, "the parameters are url, method, header, from, listener\n")
            }
        }
        guard hasURL else { return .plain(400, "`url` is missing: /explain?url=/path\n") }
        return explain(builder, listener)
    }

    private func explain(_ request: RequestBuilder, _ index: Int) -> LocalAnswer {
        var builder = request
        let program = generation.program
        let listener = program.listeners[index]
        builder.policy = listener.policy
        builder.listenerName = Array(listener.name.utf8)
        builder.now = Clocks.wallMilliseconds()
        switch builder.build(headerNames: program.headers) {
        case .failure(let refusal):
            return .plain(200, "refused with \(refusal.status): \(refusal.reason.rawValue)\n")
        case .success(let view):
            let explanation = NaiveEvaluator(program).explain(
                listener.table, view, random: { 0 })
            return .plain(200, explanation.text(program))
        }
    }
}
