import Sockets

/// A machine in one thread: descriptors, TCP, the readiness of sockets, and the clocks. Everything
/// that happens follows from the seed.
final class SimulatedKernel {
    /// Nanoseconds of the monotonic clock.
    private(set) var now: UInt64 = 1_000_000_000
    /// What the wall clock shows beyond the monotonic one, in milliseconds.
    var wallOffset: Int64 = 1_764_000_000_000
    private var queue = EventQueue()
    private var table: [Entry] = []
    private var listeners: [SimulatedListener] = []
    /// Endpoints with edges that were not told, by worker.
    private var ready: [[Endpoint]]
    private var tokens: [UInt64] = []
    private var workerRandom: [SeededRandom]
    var random: SeededRandom
    private let seed: UInt64
    private var failedAccepts = 0
    private var failedAcceptsSince: UInt64 = 0
    private var connections = 0
    private var endpoints: [Endpoint] = []
    /// Servers by their address.
    var hosts: [SocketAddress: any SimulatedHost] = [:]
    var hasMail: (Int) -> Bool = { _ in false }
    /// Descriptors that the process may have open.
    var descriptorLimit = 1_000_000
    private(set) var openDescriptors = 0
    private(set) var mostDescriptors = 0
    /// Once in so many calls each; 0 for never.
    var callFaults = CallFaults()
    /// Of connections that the router opens.
    var upstreamLink = LinkPlan()
    /// The next attempts to listen fail.
    var listenFails = false
    /// Faults since the last look, with the connection they met.
    var faults: [MetFault] = []
    /// Told of every call, when somebody looks closely.
    var trace: ((String) -> Void)?
    /// What must never happen and did.
    private(set) var violation: String?
    /// The calls of the present step.
    private(set) var calls = 0

    private enum Entry {
        case free
        case listener(SimulatedListener)
        case stream(Endpoint)
    }

    init(seed: UInt64, workers: Int) {
        self.seed = seed
        ready = Array(repeating: [], count: workers)
        random = SeededRandom(seed, .kernel)
        workerRandom = (0..<workers).map { SeededRandom(seed, .worker, $0) }
    }

    func violate(_ text: String) {
        if violation == nil { violation = text }
    }

    // MARK: - Time

    func plan(after nanoseconds: UInt64, _ action: @escaping () -> Void) {
        queue.plan(at: now + nanoseconds, action)
    }

    func plan(afterMicroseconds microseconds: Int, _ action: @escaping () -> Void) {
        plan(after: UInt64(max(0, microseconds)) * 1_000, action)
    }

    var nextEvent: UInt64? { queue.nextTime }

    func advance(to time: UInt64) { now = max(now, time) }

    func advance(by nanoseconds: UInt64) { now += nanoseconds }

    func runNextEvent() {
        let action = queue.takeFirst()
        action()
    }

    func random(of worker: Int) -> UInt64 { workerRandom[worker].next() }

    /// The end of a run: everything lets go of everything else.
    func dispose() {
        queue.removeAll()
        hosts.removeAll()
        table.removeAll()
        listeners.removeAll()
        ready.removeAll()
        hasMail = { _ in false }
        for endpoint in endpoints {
            endpoint.peer = nil
            endpoint.onEvent = nil
        }
        endpoints.removeAll()
    }

    // MARK: - Descriptors

    private func addEntry(_ entry: Entry) -> Descriptor? {
        guard openDescriptors < descriptorLimit else { return nil }
        openDescriptors += 1
        mostDescriptors = max(mostDescriptors, openDescriptors)
        for index in table.indices {
            if case .free = table[index] {
                table[index] = entry
                tokens[index] = 0
                return Descriptor(raw: Int32(index))
            }
        }
        table.append(entry)
        tokens.append(0)
        return Descriptor(raw: Int32(table.count - 1))
    }

    func connection(_ descriptor: Descriptor, _ call: String) -> Endpoint? {
        calls += 1
        let index = Int(descriptor.raw)
        guard table.indices.contains(index), case .stream(let endpoint) = table[index] else {
            violate("\(call) on descriptor \(index), which is no open connection")
            return nil
        }
        return endpoint
    }

    func note(_ fault: FaultKind, _ endpoint: Endpoint?) {
        guard let endpoint, endpoint.worker >= 0, endpoint.descriptor >= 0 else { return }
        faults.append(
            MetFault(
                kind: fault, worker: endpoint.worker, token: tokens[Int(endpoint.descriptor)]))
    }

    func note(_ fault: FaultKind, worker: Int, token: UInt64 = 0) {
        faults.append(MetFault(kind: fault, worker: worker, token: token))
    }

    // MARK: - Readiness

    func edge(_ endpoint: Endpoint) {
        guard endpoint.worker >= 0 else {
            if endpoint.onEvent != nil {
                // Never inside the call of another.
                plan(after: 0) { [weak endpoint] in endpoint?.onEvent?() }
            }
            return
        }
        guard !endpoint.hasEdge, endpoint.descriptor >= 0 else { return }
        endpoint.hasEdge = true
        ready[endpoint.worker].append(endpoint)
    }

    func register(_ descriptor: Descriptor, _ token: UInt64, _ worker: Int) -> SystemError? {
        guard let endpoint = connection(descriptor, "register") else { return .invalidArgument }
        if random.once(in: callFaults.register) {
            note(.registerFails, worker: worker, token: token)
            return .noMemory
        }
        tokens[Int(descriptor.raw)] = token
        endpoint.hasEdge = false
        ready[worker].removeAll { $0 === endpoint }
        endpoint.worker = worker
        if endpoint.isReadable || endpoint.isWritable { edge(endpoint) }
        return nil
    }

    func registerListener(_ descriptor: Descriptor, _ token: UInt64) {
        guard case .listener(let listener) = table[Int(descriptor.raw)] else {
            violate("descriptor \(descriptor.raw) is no listener")
            return
        }
        listener.token = token
        listener.isRegistered = true
    }

    func unregister(_ descriptor: Descriptor) {
        switch table[Int(descriptor.raw)] {
        case .listener(let listener): listener.isRegistered = false
        case .stream(let endpoint): ready[endpoint.worker].removeAll { $0 === endpoint }
        case .free: violate("unregister on descriptor \(descriptor.raw), which is closed")
        }
    }

    /// Whether a wait of the worker would give something.
    func hasEvents(_ worker: Int) -> Bool {
        if !ready[worker].isEmpty || hasMail(worker) { return true }
        return listeners.contains {
            $0.worker == worker && $0.isRegistered && !$0.backlog.isEmpty
        }
    }

    func wait(_ worker: Int, into events: inout [ReadyEvent]) {
        calls = 0
        events.removeAll(keepingCapacity: true)
        let waiting = ready[worker]
        ready[worker].removeAll(keepingCapacity: true)
        for endpoint in waiting where endpoint.descriptor >= 0 {
            // The set of events of one call is bounded: the others come with the next one.
            if !events.isEmpty, random.once(in: 6) {
                ready[worker].append(endpoint)
                continue
            }
            endpoint.hasEdge = false
            let isHungUp = !endpoint.isHeld && (endpoint.hasEnded || endpoint.isReset)
            guard endpoint.isReadable || endpoint.isWritable || isHungUp else { continue }
            events.append(
                ReadyEvent(
                    token: tokens[Int(endpoint.descriptor)], isReadable: endpoint.isReadable,
                    isWritable: endpoint.isWritable, isHungUp: isHungUp,
                    isError: endpoint.pendingError != nil))
        }
        for listener in listeners
        where listener.worker == worker && listener.isRegistered && !listener.backlog.isEmpty {
            events.append(ReadyEvent(token: listener.token, isReadable: true))
        }
        if hasMail(worker) { events.append(ReadyEvent(token: 0, isReadable: true)) }
        events.shuffle(using: &random)
    }

    // MARK: - Listening

    func listen(_ address: SocketAddress, _ count: Int) -> Result<[Descriptor], SystemError> {
        if listenFails { return .failure(.addressInUse) }
        if listeners.contains(where: { $0.address == address }) { return .failure(.addressInUse) }
        var opened: [Descriptor] = []
        for worker in 0..<count {
            let listener = SimulatedListener(address: address, worker: worker)
            guard let descriptor = addEntry(.listener(listener)) else {
                for descriptor in opened { close(descriptor, isAbort: false) }
                return .failure(.tooManyFiles)
            }
            listener.descriptor = descriptor.raw
            listeners.append(listener)
            opened.append(descriptor)
        }
        return .success(opened)
    }

    func localAddress(_ descriptor: Descriptor) -> SocketAddress? {
        guard case .listener(let listener) = table[Int(descriptor.raw)] else { return nil }
        return listener.address
    }

    func accept(_ descriptor: Descriptor, _ worker: Int) -> AcceptResult {
        calls += 1
        guard case .listener(let listener) = table[Int(descriptor.raw)] else {
            violate("accept on descriptor \(descriptor.raw), which is no listener")
            return .wouldBlock
        }
        guard let endpoint = listener.backlog.first else { return .wouldBlock }
        guard let accepted = addEntry(.stream(endpoint)) else {
            note(.acceptFails, worker: worker)
            noteFailedAccept()
            return .failed(.tooManyFiles)
        }
        listener.backlog.removeFirst()
        endpoint.worker = worker
        endpoint.descriptor = accepted.raw
        return .connection(accepted, peer: endpoint.peerAddress)
    }

    /// A router without descriptors rests; it does not ask again and again.
    private func noteFailedAccept() {
        if now - failedAcceptsSince > 100_000_000 {
            (failedAcceptsSince, failedAccepts) = (now, 0)
        }
        failedAccepts += 1
        if failedAccepts > 300 { violate("accepting spins") }
    }

    // MARK: - Connecting

    private func pair(_ link: LinkPlan) -> (Endpoint, Endpoint) {
        connections += 1
        let one = Endpoint(
            connection: connections, kernel: self, link: link,
            random: SeededRandom(seed, .link, connections * 2))
        let other = Endpoint(
            connection: connections, kernel: self, link: link,
            random: SeededRandom(seed, .link, connections * 2 + 1))
        endpoints += [one, other]
        one.peer = other
        other.peer = one
        return (one, other)
    }

    /// A client connects to the router. It is told when the connection is there, or refused.
    func dial(_ address: SocketAddress, from: SocketAddress, link: LinkPlan) -> Endpoint {
        let (near, far) = pair(link)
        near.isConnecting = true
        far.peerAddress = from
        plan(afterMicroseconds: near.latency()) { [self] in
            let open = listeners.filter { $0.address == address }
            guard !open.isEmpty, !near.isClosed else {
                near.isConnecting = false
                reset(near, .connectionRefused)
                return
            }
            open[random.below(open.count)].backlog.append(far)
            plan(afterMicroseconds: near.latency()) { [self] in
                near.isConnecting = false
                edge(near)
            }
        }
        return near
    }

    /// The router connects to a server.
    func connect(_ address: SocketAddress, _ worker: Int) -> ConnectResult {
        calls += 1
        if random.once(in: callFaults.connect) {
            note(.connectFails, worker: worker)
            return .failed(.addressNotAvailable)
        }
        let (near, far) = pair(upstreamLink)
        guard let descriptor = addEntry(.stream(near)) else {
            note(.connectFails, worker: worker)
            return .failed(.tooManyFiles)
        }
        near.worker = worker
        near.descriptor = descriptor.raw
        guard let host = hosts[address] else {
            violate("a connection to an address that no file names")
            return .failed(.hostUnreachable)
        }
        near.isConnecting = true
        plan(afterMicroseconds: near.latency()) { [self] in
            switch host.admission {
            case .accept:
                host.accepted(far)
                plan(afterMicroseconds: near.latency()) { [self] in
                    guard near.isConnecting else { return }
                    near.isConnecting = false
                    if near.isClosed { reset(far, .connectionReset) } else { edge(near) }
                }
            case .refuse:
                near.isConnecting = false
                note(.connectRefused, near)
                reset(near, .connectionRefused)
            case .ignore: note(.connectIgnored, near)
            }
        }
        return .pending(descriptor)
    }

    func connectResult(_ descriptor: Descriptor) -> SystemError? {
        guard let endpoint = connection(descriptor, "connectResult") else {
            return .invalidArgument
        }
        if endpoint.isConnecting { violate("a connect was taken for done before it was") }
        defer { endpoint.pendingError = nil }
        return endpoint.pendingError
    }

    // MARK: - Closing

    func close(_ descriptor: Descriptor, isAbort: Bool) {
        calls += 1
        let index = Int(descriptor.raw)
        guard table.indices.contains(index) else {
            violate("close of descriptor \(index), which there never was")
            return
        }
        let entry = table[index]
        table[index] = .free
        switch entry {
        case .free: violate("close of descriptor \(index), which is closed already")
        case .listener(let listener):
            openDescriptors -= 1
            listeners.removeAll { $0 === listener }
            for endpoint in listener.backlog { abandon(endpoint) }
        case .stream(let endpoint):
            openDescriptors -= 1
            ready[endpoint.worker].removeAll { $0 === endpoint }
            endpoint.descriptor = -1
            end(endpoint, isAbort: isAbort)
        }
    }

    /// A connection in the backlog of a listener that closes.
    private func abandon(_ endpoint: Endpoint) {
        note(.backlogReset, worker: 0)
        end(endpoint, isAbort: true)
    }

    /// What is open at the end of a run, by kind.
    var openConnections: Int {
        table.count { if case .stream = $0 { true } else { false } }
    }
}
