import Sockets

/// A client: sends its requests, reads strictly, and knows what each response must be.
final class Client {
    let number: Int
    private let plan: ClientPlan
    private let world: World
    private var random: SeededRandom
    private var endpoint: Endpoint?
    private var wasConnected = false
    private var reader = MessageReader(.response)
    private var transmission = Transmission()
    private var next = 0
    /// Whose bytes are going out.
    private var sending: Int?
    /// The body that waits for `100 Continue`.
    private var heldBody: [UInt8]?
    /// Whose responses have not ended, in order.
    private var waiting: [Int] = []
    private var head: MessageHead?
    private var bodyRead = 0
    private var bytesOfResponse = 0
    private var hasPaused = false
    private var readsNot = false
    private var isLast = false
    /// Our side has ended: the router may ask by a 100 whether we are still there.
    private var hasShut = false
    private var isTunnel = false
    /// The server's direction of the tunnel has ended, ours has not.
    private var isTunnelHalfOpen = false
    private(set) var isDone = false

    init(_ number: Int, _ world: World) {
        self.number = number
        self.world = world
        plan = world.scenario.clients[number]
        random = SeededRandom(world.scenario.seed, .client, number + 1_000_000)
    }

    private var kernel: SimulatedKernel { world.kernel }
    private func request(_ id: Int) -> RequestPlan { world.scenario.requests[id] }

    /// For the report of a run that never ends.
    var waitsFor: Int? { waiting.first ?? sending }

    func start() {
        kernel.plan(afterMicroseconds: plan.start) { [weak self] in self?.connect() }
    }

    private func connect() {
        reader = MessageReader(.response)
        transmission = Transmission()
        (wasConnected, isLast, isTunnel, readsNot) = (false, false, false, false)
        hasShut = false
        (head, sending, heldBody, waiting) = (nil, nil, nil, [])
        let address = SocketAddress.v4(0xC000_0200 + UInt32(number % 200), port: 5_000)
        let endpoint = kernel.dial(
            Simulation.address, from: address, link: world.scenario.clientLink)
        world.tell("client \(number) dials #\(endpoint.connection)")
        endpoint.onEvent = { [weak self, weak endpoint] in
            if let self, self.endpoint === endpoint { self.run() }
        }
        self.endpoint = endpoint
    }

    private func finish() {
        isDone = true
        endpoint = nil
    }

    // MARK: - Turns

    private func run() {
        guard let endpoint, !isDone else { return }
        if !wasConnected {
            guard !endpoint.isReset else { return refused() }
            wasConnected = true
        }
        receive()
        send()
    }

    /// Nobody listens, or the connection was never accepted.
    private func refused() {
        world.tell("client \(number) is refused")
        finish()
    }

    // MARK: - Sending

    private func send() {
        guard let endpoint, !isDone else { return }
        while true {
            if sending == nil { begin() }
            guard let id = sending else { return }
            switch transmission.run(endpoint) {
            case .blocked: return
            case .failed:
                if isTunnelHalfOpen { endTunnel(endpoint) }
                return
            case .rest(let microseconds):
                kernel.plan(afterMicroseconds: microseconds) { [weak self, weak endpoint] in
                    guard let self, self.endpoint === endpoint else { return }
                    self.transmission.wake()
                    self.send()
                }
                return
            case .done:
                if !transmission.isComplete { return breakOff(id) }
                if heldBody != nil { return }
                sending = nil
                if isTunnel {
                    kernel.shut(endpoint)
                    if isTunnelHalfOpen { endTunnel(endpoint) }
                    return
                }
            }
        }
    }

    private func begin() {
        guard next < plan.requests.count, !isLast, !isTunnel, waiting.isEmpty || mayPipeline
        else { return }
        let id = plan.requests[next]
        next += 1
        let request = request(id)
        world.tell("client \(number) sends \(request.method.rawValue) \(request.path)")
        world.outcomes[id] = .open
        sending = id
        waiting.append(id)
        if waiting.count == 1 { (bytesOfResponse, hasPaused) = (0, false) }
        var bytes = Array(head(request).utf8)
        if request.target != .tunnel, request.body > 0 || request.isChunked {
            let body = Content.framed(
                Content.bytes(id, .request, 0..<request.body), isChunked: request.isChunked,
                &random)
            if request.expects { heldBody = body } else { bytes += body }
        }
        var limit = Int.max
        switch request.fault {
        case .reset(let after), .end(let after), .stall(let after): limit = after
        default: break
        }
        transmission.begin(bytes, pieces: request.pieces, gap: request.gap, limit: limit)
    }

    /// Nothing follows a request that asks for the end (RFC 9112 section 9.6).
    private var mayPipeline: Bool {
        guard plan.pipelines, let last = waiting.last else { return false }
        return !request(last).closes && !request(last).isHTTP10
    }

    private func head(_ request: RequestPlan) -> String {
        var text = "\(request.method.rawValue) \(request.path) "
        text += request.isHTTP10 ? "HTTP/1.0\r\n" : "HTTP/1.1\r\n"
        text += "Host: sim.test\r\nX-Id: \(request.id)\r\n"
        if request.target == .tunnel {
            return text + "Connection: upgrade\r\nUpgrade: websocket\r\n\r\n"
        }
        if request.isChunked {
            text += "Transfer-Encoding: chunked\r\n"
        } else if request.body > 0 || request.method == .post {
            text += "Content-Length: \(request.body)\r\n"
        }
        if request.expects { text += "Expect: 100-continue\r\n" }
        if request.closes { text += "Connection: close\r\n" }
        return text + "\r\n"
    }

    /// What the plan has in mind for the middle of the request.
    private func breakOff(_ id: Int) {
        guard let endpoint else { return }
        switch request(id).fault {
        case .reset:
            world.tell("client \(number) resets in the middle of \(id)")
            kernel.end(endpoint, isAbort: true)
            giveUp()
        case .end:
            world.tell("client \(number) ends in the middle of \(id)")
            kernel.shut(endpoint)
            (isLast, hasShut) = (true, true)
        default:
            world.tell("client \(number) stalls in the middle of \(id)")
            kernel.note(.clientStops, endpoint.peer)
            isLast = true
        }
    }

    /// After a fault of its own the client is gone.
    private func giveUp() {
        for id in waiting { world.outcomes[id] = .cut(status: nil) }
        waiting = []
        finish()
    }

    // MARK: - Receiving

    private func receive() {
        guard let endpoint else { return }
        while !readsNot, !isDone, !isTunnelHalfOpen, self.endpoint === endpoint {
            switch kernel.read(endpoint, random.pick([100, 4_000, 64 << 10])) {
            case .bytes(let bytes):
                bytesOfResponse += bytes.count
                reader.append(bytes)
                readMessages()
                if !isDone { interrupt() }
            case .end: return connectionEnded(isClean: true)
            case .failed: return connectionEnded(isClean: false)
            case .nothing: return
            }
        }
    }

    /// What the plan has in mind for the middle of the response.
    private func interrupt() {
        guard let endpoint, let id = waiting.first else { return }
        switch request(id).fault {
        case .resetReading(let after) where bytesOfResponse > after:
            world.tell("client \(number) resets reading \(id)")
            kernel.end(endpoint, isAbort: true)
            giveUp()
        case .stopReading(let after) where bytesOfResponse > after:
            world.tell("client \(number) reads no more of \(id)")
            kernel.note(.clientStops, endpoint.peer)
            readsNot = true
            isLast = true
            // Gone for good when the router has had time to notice.
            kernel.plan(afterMicroseconds: 30_000_000) { [weak self, weak endpoint] in
                guard let self, let endpoint, self.endpoint === endpoint else { return }
                self.kernel.end(endpoint, isAbort: true)
                self.giveUp()
            }
        case .pauseReading(let after, let microseconds)
        where bytesOfResponse > after && !hasPaused:
            hasPaused = true
            readsNot = true
            kernel.plan(afterMicroseconds: microseconds) { [weak self, weak endpoint] in
                guard let self, self.endpoint === endpoint else { return }
                self.readsNot = false
                self.run()
            }
        default: break
        }
    }

    private func readMessages() {
        while !isDone {
            if let id = waiting.first { reader.isHEAD = request(id).method == .head }
            guard let event = reader.next() else { return }
            switch event {
            case .head(let head): received(head)
            case .body(let bytes): received(bytes)
            case .end: responseEnded()
            case .malformed(let text):
                world.violate("client \(number) was sent what is no response: \(text)")
                return finish()
            }
        }
    }

    private func received(_ head: MessageHead) {
        guard let id = waiting.first else {
            return world.violate("a response that client \(number) did not ask for")
        }
        let request = request(id)
        if head.status == 100 {
            if hasShut, !request.isHTTP10 { return }
            guard request.expects else {
                return world.violate("100 for \(id), which did not ask for it")
            }
            if let body = heldBody, sending == id {
                heldBody = nil
                transmission.append(body)
            }
            return
        }
        if let text = head.value("x-id"), text != "\(id)" {
            return world.violate("the response to \(text) was sent as that to \(id)")
        }
        if head.status == 101 {
            guard request.target == .tunnel else { return world.violate("101 for \(id)") }
            isTunnel = true
            world.tunnels.insert(id)
            self.head = head
            bodyRead = 0
            transmission.begin(
                Content.bytes(id, .request, 0..<request.body), pieces: request.pieces,
                gap: request.gap, limit: .max)
            sending = id
            return
        }
        guard head.status >= 200 else {
            if request.isHTTP10 { world.violate("\(head.status) for HTTP/1.0") }
            return
        }
        self.head = head
        bodyRead = 0
        heldBody = nil
    }

    private func received(_ bytes: ArraySlice<UInt8>) {
        guard let id = waiting.first, let head else { return }
        if head.value("x-id") != nil,
            !Content.matches(bytes, id, .response, from: bodyRead)
        {
            world.violate("the response to \(id) is not its own at byte \(bodyRead)")
        }
        bodyRead += bytes.count
    }

    private func responseEnded() {
        guard let id = waiting.first, let head else { return }
        let request = request(id)
        let isServers = head.value("x-id") != nil
        if isServers { checkWhole(request, head) }
        world.tell("client \(number) has \(head.status) for \(id)")
        waiting.removeFirst()
        world.outcomes[id] = .complete(
            .init(status: head.status, isServers: isServers, body: bodyRead))
        self.head = nil
        (bytesOfResponse, hasPaused) = (0, false)
        if head.closes || request.isHTTP10 || request.closes {
            isLast = true
            sending = nil
        } else if sending == id, transmission.isDone {
            sending = nil
        }
        endIfAllIsDone()
    }

    private func checkWhole(_ request: RequestPlan, _ head: MessageHead) {
        let expected =
            request.method == .head || !request.response.hasBody ? 0 : request.response.body
        if bodyRead != expected {
            world.violate(
                "the response to \(request.id), cut at \(bodyRead) of \(expected), looks whole")
        }
        if head.status != request.response.status {
            world.violate("\(head.status) for \(request.id) instead of \(request.response.status)")
        }
    }

    private func endIfAllIsDone() {
        guard let endpoint, waiting.isEmpty, sending == nil, !isLast,
            next == plan.requests.count
        else { return }
        switch plan.ending {
        case .close: kernel.end(endpoint, isAbort: false)
        case .abort: kernel.end(endpoint, isAbort: true)
        case .stay: return
        }
        finish()
    }

    // MARK: - The end

    private func connectionEnded(isClean: Bool) {
        guard let endpoint, !isTunnelHalfOpen else { return }
        world.tell("client \(number) sees the \(isClean ? "end" : "reset")")
        if isTunnel, let id = waiting.first {
            tunnelEnded(id, isClean: isClean)
        } else if let id = waiting.first, head != nil, reader.isUntilClose, isClean {
            responseEnded()
            if !isDone, waiting.first == id { world.violate("no end of \(id)") }
        } else if let id = waiting.first, !isLast || head != nil {
            world.outcomes[id] = .cut(status: head?.status)
            waiting.removeFirst()
        }
        for id in waiting { world.outcomes[id] = .abandoned }
        waiting = []
        guard !isDone, !isTunnelHalfOpen else { return }
        kernel.end(endpoint, isAbort: false)
        let isFaulty = plan.requests.prefix(next).contains { request($0).fault.isFault }
        guard next < plan.requests.count, !isFaulty, !isTunnel else { return finish() }
        self.endpoint = nil
        kernel.plan(afterMicroseconds: random.below(2_000)) { [weak self] in self?.connect() }
    }

    private func tunnelEnded(_ id: Int, isClean: Bool) {
        let request = request(id)
        guard isClean, bodyRead == request.response.body else {
            if isClean, request.response.fault == .none, !world.scenario.spoilsAll {
                world.violate("the tunnel of \(id) ended after \(bodyRead) bytes")
            }
            world.outcomes[id] = .cut(status: 101)
            waiting = []
            return
        }
        waiting = []
        world.outcomes[id] = .complete(.init(status: 101, isServers: true, body: bodyRead))
        // The other direction goes on by itself.
        isTunnelHalfOpen = sending != nil
    }

    private func endTunnel(_ endpoint: Endpoint) {
        kernel.end(endpoint, isAbort: false)
        finish()
    }
}
