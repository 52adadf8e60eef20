internal import HTTPWire
internal import RequestModel
internal import RuleLang
internal import Sockets

/// Renders the line of an exchange into the worker's ring. A full ring loses the whole line.
struct AccessLog {
    private let program: Program
    private let places: [String]
    private let ring: ByteRing
    private var line = JSONLine()
    private var time: [UInt8] = []

    init(_ program: Program, ring: ByteRing) {
        self.program = program
        self.ring = ring
        places = program.rules.indices.map { program.place(of: RuleID($0)) }
    }

    mutating func write(_ client: ClientConnection, _ nowNanoseconds: UInt64) {
        let record = client.record
        let view = client.view
        line.begin()
        time.removeAll(keepingCapacity: true)
        Timestamp.append(milliseconds: record.wallMilliseconds, to: &time)
        line.add("time", time)
        if let ip = view.client.ip ?? client.peer.ip { line.add("client", ip.text.utf8) }
        if !view.method.isEmpty { line.add("method", view.text(view.method)) }
        addTarget(client)
        line.add("listener", view.text(view.listener))
        addRule(client.plan)
        line.add("status", record.status)
        if !record.reason.isEmpty { line.add("reason", record.reason.utf8) }
        line.add("request_bytes", record.requestBytes)
        line.add("response_bytes", record.responseBytes)
        line.add("duration_us", (nowNanoseconds - record.startNanoseconds) / 1_000)
        if record.firstByte > 0 {
            line.add("upstream_us", (record.firstByte - record.upstreamStart) / 1_000)
        }
        if !record.server.isEmpty { line.add("server", record.server.utf8) }
        for tag in client.plan.tags { line.add(name: "tag.\(tag.name)", tag.value) }
        line.end()
        ring.write(line.bytes)
    }

    /// The canonical host, path and query; of a refused request the target as received.
    private mutating func addTarget(_ client: ClientConnection) {
        let view = client.view
        guard !client.isRefused else {
            line.add("target", view.text(view.target))
            return
        }
        if !view.host.isEmpty { line.add("host", view.text(view.host)) }
        line.add("path", view.text(view.path))
        if let query = view.query { line.add("query", redacted(view.text(query))) }
    }

    /// The values of redacted names become `***`.
    private func redacted(_ query: ArraySlice<UInt8>) -> [UInt8] {
        let names = program.settings.log.redactedQueries
        guard !names.isEmpty else { return Array(query) }
        let parts = query.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
        return Array(
            parts.map { part -> [UInt8] in
                let name = part.prefix { $0 != UInt8(ascii: "=") }
                guard names.contains(QueryText.decoded(name)) else { return Array(part) }
                return name + Array("=***".utf8)
            }.joined(separator: [UInt8(ascii: "&")]))
    }

    private mutating func addRule(_ plan: RoutingPlan) {
        line.add("generation", 1)
        guard let rule = plan.rule else { return }
        if let label = program.rules[rule].label { line.add("rule", label.utf8) }
        line.add("at", places[rule.index].utf8)
        for draw in plan.draws {
            let split = program.splits[draw.split]
            line.add(name: "split.\(split.name)", Array(split.arms[draw.arm].identity.utf8))
        }
        if case .forward(let pool) = plan.outcome {
            line.add("pool", program.pools[pool].name.utf8)
        }
    }
}
