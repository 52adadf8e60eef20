import Sockets

/// A server: reads strictly, remembers what it was asked, and answers as each request's plan says.
final class Origin: SimulatedHost {
    let number: Int
    let world: World
    private(set) var admission: Admission
    private var connections: [OriginConnection] = []
    private var accepted = 0

    init(_ number: Int, _ world: World) {
        self.number = number
        self.world = world
        admission = world.scenario.origins[number].admission
    }

    func accepted(_ endpoint: Endpoint) {
        accepted += 1
        let random = SeededRandom(world.scenario.seed, .origin, number << 20 + accepted)
        let connection = OriginConnection(self, endpoint, random)
        connections.append(connection)
        connections.removeAll { $0.isClosed }
        endpoint.onEvent = { [weak connection] in connection?.run() }
    }

    func die() {
        admission = .refuse
        for connection in connections { connection.abort() }
        connections = []
    }

    func revive() { admission = world.scenario.origins[number].admission }
}

final class OriginConnection {
    private let origin: Origin
    private let endpoint: Endpoint
    private var random: SeededRandom
    private var reader = MessageReader(.request)
    private var request: RequestPlan?
    private var bodyRead = 0
    private var requestHasEnded = false
    private var isResponding = false
    private var responseHasEnded = false
    private var isTunnel = false
    private var isDeaf = false
    private var transmission = Transmission()
    private var served = 0
    private(set) var isClosed = false

    init(_ origin: Origin, _ endpoint: Endpoint, _ random: SeededRandom) {
        self.origin = origin
        self.endpoint = endpoint
        self.random = random
    }

    private var world: World { origin.world }
    private var kernel: SimulatedKernel { endpoint.kernel }

    func abort() { close(isAbort: true) }

    private func close(isAbort: Bool) {
        guard !isClosed else { return }
        isClosed = true
        world.tell("server \(origin.number) #\(endpoint.connection) \(isAbort ? "resets" : "ends")")
        kernel.end(endpoint, isAbort: isAbort)
    }

    func run() {
        guard !isClosed else { return }
        if isResponding, !responseHasEnded { respondOn() }
        while !isClosed, !isDeaf {
            switch kernel.read(endpoint, 64 << 10) {
            case .bytes(let bytes):
                reader.append(bytes)
                while !isClosed, let event = reader.next() { handle(event) }
            case .end:
                streamEnded()
                return
            case .failed:
                close(isAbort: false)
                return
            case .nothing: return
            }
        }
    }

    private func streamEnded() {
        guard isTunnel else { return close(isAbort: false) }
        if let request, world.tunnels.contains(request.id), bodyRead != request.body,
            !request.fault.isFault
        {
            world.violate("the tunnel of \(request.id) ended with \(bodyRead) of \(request.body)")
        }
        requestHasEnded = true
        if responseHasEnded { close(isAbort: false) }
    }

    private func handle(_ event: MessageReader.Event) {
        switch event {
        case .head(let head): begin(head)
        case .body(let bytes):
            guard let request else { return world.violate("body bytes without a request") }
            if !Content.matches(bytes, request.id, .request, from: bodyRead) {
                world.violate("the body of \(request.id) is not its own at \(bodyRead)")
            }
            bodyRead += bytes.count
            if bodyRead > request.body { world.violate("the body of \(request.id) is too long") }
        case .end:
            guard let request else { return }
            requestHasEnded = true
            guard bodyRead == request.body || request.target == .tunnel else {
                world.violate(
                    "request \(request.id), cut at \(bodyRead) of \(request.body), looks whole")
                return
            }
            if !request.response.isEarly, !isDeaf { respondLater(request) }
        case .malformed(let text):
            world.violate("server \(origin.number) was sent what is no request: \(text)")
        }
    }

    // MARK: - The request

    private func begin(_ head: MessageHead) {
        // What lies behind a response may still be on its way out.
        let isResting = responseHasEnded || request?.response.fault == .extra
        guard request == nil || (isResting && requestHasEnded) else {
            return world.violate("a request before the response to \(request?.id ?? -1) was out")
        }
        guard let id = Self.id(head), id < world.scenario.requests.count else {
            return world.violate("a request that no client sent: \(head.start)")
        }
        let plan = world.scenario.requests[id]
        check(head, plan)
        world.tell(
            "server \(origin.number) #\(endpoint.connection) has \(plan.method.rawValue) \(id)")
        if let peer = endpoint.peer {
            world.deliveries[id].append(
                Delivery(
                    server: origin.number, isReused: served > 0, endpoint: peer,
                    readBefore: peer.bytesRead))
        }
        served += 1
        request = plan
        (bodyRead, requestHasEnded, isResponding, responseHasEnded) = (0, false, false, false)
        if plan.response.fault == .deaf {
            kernel.note(.silence, endpoint.peer)
            isDeaf = true
        } else if plan.response.isEarly {
            kernel.note(.earlyAnswer, endpoint.peer)
            respondLater(plan)
        }
    }

    private static func id(_ head: MessageHead) -> Int? {
        head.start[1].split(separator: "/").last.flatMap { Int($0) }
    }

    private func check(_ head: MessageHead, _ plan: RequestPlan) {
        if head.start[0] != plan.method.rawValue || head.start[1] != plan.path {
            world.violate("request \(plan.id) has become \(head.start)")
        }
        if head.values("x-id") != ["\(plan.id)"] || head.values("host") != ["sim.test"] {
            world.violate("request \(plan.id) has lost its fields")
        }
        if head.value("expect") != nil || (head.closes && plan.target != .tunnel) {
            world.violate("fields of one connection were passed on for \(plan.id)")
        }
    }

    // MARK: - The response

    private func respondLater(_ plan: RequestPlan) {
        kernel.plan(afterMicroseconds: plan.response.delay) { [weak self] in
            guard let self, !self.isClosed, self.request?.id == plan.id else { return }
            self.respond(plan)
        }
    }

    private func respond(_ plan: RequestPlan) {
        isResponding = true
        if plan.target == .tunnel, plan.response.fault == .none { openTunnel(plan) }
        var limit = Int.max
        switch plan.response.fault {
        case .reset(let after), .end(let after), .silence(let after): limit = after
        default: break
        }
        transmission.begin(
            bytes(of: plan), pieces: plan.response.pieces, gap: plan.response.gap, limit: limit)
        respondOn()
    }

    private func openTunnel(_ plan: RequestPlan) {
        isTunnel = true
        requestHasEnded = false
        reader.becomeRaw()
    }

    private func bytes(of plan: RequestPlan) -> [UInt8] {
        let response = plan.response
        if case .garbage(let number) = response.fault {
            kernel.note(.garbage, endpoint.peer)
            return Array(Garbage.all[number].utf8)
        }
        let body = Content.bytes(plan.id, .response, 0..<response.body)
        var head = ""
        if plan.target == .tunnel {
            head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
            return Array((head + "Connection: Upgrade\r\nX-Id: \(plan.id)\r\n\r\n").utf8) + body
        }
        for _ in 0..<response.interims { head += "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" }
        head += "HTTP/1.1 \(response.status) Fine\r\nX-Id: \(plan.id)\r\n"
        let isChunked = response.framing == .chunked
        if response.hasBody {
            switch response.framing {
            case .length: head += "Content-Length: \(response.body)\r\n"
            case .chunked: head += "Transfer-Encoding: chunked\r\n"
            case .untilClose: break
            }
        }
        if response.closes { head += "Connection: close\r\n" }
        var bytes = Array((head + "\r\n").utf8)
        if response.hasBody, plan.method != .head {
            bytes += Content.framed(body, isChunked: isChunked, &random)
        }
        if response.fault == .extra { bytes += extra(behind: bytes.count, plan) }
        return bytes
    }

    /// A whole response, where it surely arrives together with what it follows; else it could be
    /// sent after the next request, and nobody could tell.
    private func extra(behind count: Int, _ plan: RequestPlan) -> [UInt8] {
        let link = world.scenario.upstreamLink
        let isTogether =
            link.shortReads == 0 && link.shortSends == 0 && plan.response.pieces == 1
            && count + 200 < endpoint.room && count < 100_000 && transmission.isComplete
        return Array(
            (isTogether
                ? "HTTP/1.1 200 OK\r\nX-Id: 999999999\r\nContent-Length: 0\r\n\r\n"
                : "EXTRA EXTRA EXTRA\r\n\r\n").utf8)
    }

    private func respondOn() {
        switch transmission.run(endpoint) {
        case .blocked: break
        case .failed: close(isAbort: false)
        case .rest(let microseconds):
            kernel.plan(afterMicroseconds: microseconds) { [weak self] in
                self?.transmission.wake()
                self?.run()
            }
        case .done: responseIsOut()
        }
    }

    private func responseIsOut() {
        guard let plan = request, !responseHasEnded else { return }
        responseHasEnded = true
        switch plan.response.fault {
        case .reset where !transmission.isComplete: return close(isAbort: true)
        case .end where !transmission.isComplete: return close(isAbort: false)
        case .silence where !transmission.isComplete:
            kernel.note(.silence, endpoint.peer)
            return
        case .garbage: return close(isAbort: false)
        case .idleEnd(let microseconds): endLater(microseconds)
        default: break
        }
        if isTunnel {
            kernel.shut(endpoint)
            if requestHasEnded { close(isAbort: false) }
        } else if plan.response.closes {
            // What is still to come of the request must not turn the end into a reset.
            kernel.shut(endpoint)
            if requestHasEnded { close(isAbort: false) }
        }
    }

    private func endLater(_ microseconds: Int) {
        let count = served
        kernel.plan(afterMicroseconds: microseconds) { [weak self] in
            guard let self, self.served == count, self.requestHasEnded else { return }
            self.close(isAbort: false)
        }
    }
}
