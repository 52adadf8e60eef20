internal import HTTPWire
internal import RequestModel
internal import RuleLang
internal import Sockets

/// What the control thread tells a worker.
package enum WorkerMessage: Sendable {
    /// Accept no more, finish what runs, close what is idle.
    case drain
    /// End every connection now.
    case stop
}

/// What a worker is made of; the same for all but the rotation.
struct WorkerSetup {
    var program: Program
    /// Addresses of the servers of each pool, in the program's order.
    var addresses: [[SocketAddress]]
    /// Descriptor and index into the program's listeners, and the port that it is bound to.
    var listeners: [(descriptor: Descriptor, index: Int, port: UInt16)]
    var connectionLimit: Int
    var rotation: Int
}

/// One thread's share of the router: its own epoll set, connections, idle upstreams, timers and log
/// ring. `step` waits once and does everything that is to be done; it shares nothing with other
/// workers but the immutable program.
///
/// Invariants: a source is not read while its sink has unsent bytes; a connection's registration
/// lasts as long as it does; every exchange that was begun writes one log line.
struct Worker<IO: SocketIO & ~Copyable>: ~Copyable {
    static var scratchSize: Int { 128 << 10 }

    var io: IO
    let setup: WorkerSetup
    let program: Program
    let evaluator: NaiveEvaluator
    let planner: Planner
    let limits: HeadLimits
    let mailbox: Mailbox<WorkerMessage>
    var clients = SlotTable<ClientConnection>()
    var upstreams = SlotTable<UpstreamConnection>()
    var pools: [ServerPool]
    var timers = TimerWheel()
    var log: AccessLog
    var scratch: [UInt8]
    var events: [ReadyEvent] = []
    /// Connections with something to do, in order.
    var ready: [Token] = []
    var expired: [Int] = []
    var messages: [WorkerMessage] = []
    var nowNanoseconds: UInt64 = 0
    var wallMilliseconds: Int64 = 0
    var dateText = DateText()
    var isDraining = false
    var isStopped = false
    var isAccepting = true
    /// Accepting rests until then: the process had no descriptor left.
    var acceptAgainAt = UInt64.max
    var drainDeadline = UInt64.max

    init(io: consuming IO, setup: WorkerSetup, mailbox: Mailbox<WorkerMessage>, ring: ByteRing) {
        self.io = io
        self.setup = setup
        program = setup.program
        evaluator = NaiveEvaluator(setup.program)
        planner = Planner(evaluator)
        let limits = setup.program.settings.limits
        self.limits = HeadLimits(head: limits.head, fields: limits.fields, target: limits.target)
        self.mailbox = mailbox
        pools = zip(setup.program.pools, setup.addresses).map {
            ServerPool($0, addresses: $1, rotation: setup.rotation)
        }
        log = AccessLog(setup.program, ring: ring)
        scratch = [UInt8](repeating: 0, count: Self.scratchSize)
        startListening()
    }

    var nowMilliseconds: UInt64 { nowNanoseconds / 1_000_000 }

    private mutating func startListening() {
        for (slot, listener) in setup.listeners.enumerated() {
            let token = Token(.listener, slot: slot, generation: 0)
            _ = io.registerListener(listener.descriptor, token: token.raw)
        }
    }

    /// Waits for events once and handles them. False when the worker has come to its end.
    mutating func step() -> Bool {
        io.wait(into: &events, timeoutMilliseconds: timeout())
        nowNanoseconds = io.monotonicNanoseconds()
        wallMilliseconds = io.wallClockMilliseconds()
        for index in events.indices { handle(events[index]) }
        runReady()
        runTimers()
        if isDraining, clients.count == 0 { isStopped = true }
        return !isStopped
    }

    private mutating func timeout() -> Int {
        if !ready.isEmpty { return 0 }
        var deadline = timers.nextDeadlineMilliseconds ?? .max
        deadline = min(deadline, acceptAgainAt, drainDeadline)
        guard deadline != .max else { return -1 }
        let now = io.monotonicNanoseconds() / 1_000_000
        return deadline <= now ? 0 : Int(min(deadline - now + 1, 60_000))
    }

    private mutating func handle(_ event: ReadyEvent) {
        guard let token = Token(raw: event.token) else { return }
        switch token.kind {
        case .mailbox: readMailbox()
        case .listener: acceptAll(token.slot)
        case .client:
            guard clients.holds(token.slot, generation: token.generation) else { return }
            clients[token.slot].mayRead =
                clients[token.slot].mayRead || event.isReadable
                || event.isHungUp || event.isError
            clients[token.slot].mayWrite = clients[token.slot].mayWrite || event.isWritable
            if event.isError { clientFailed(token.slot) } else { enqueue(token) }
        case .upstream:
            guard upstreams.holds(token.slot, generation: token.generation) else { return }
            upstreams[token.slot].mayRead =
                upstreams[token.slot].mayRead || event.isReadable
                || event.isHungUp || event.isError
            upstreams[token.slot].mayWrite =
                upstreams[token.slot].mayWrite || event.isWritable
                || event.isError
            enqueue(token)
        }
    }

    /// Puts a connection at the end of the ready list, once.
    mutating func enqueue(_ token: Token) {
        switch token.kind {
        case .client:
            guard !clients[token.slot].isQueued else { return }
            clients[token.slot].isQueued = true
        case .upstream:
            guard !upstreams[token.slot].isQueued else { return }
            upstreams[token.slot].isQueued = true
        case .mailbox, .listener: return
        }
        ready.append(token)
    }

    mutating func enqueueClient(_ slot: Int) {
        enqueue(Token(.client, slot: slot, generation: clients.generation(of: slot)))
    }

    mutating func enqueueUpstream(_ slot: Int) {
        enqueue(Token(.upstream, slot: slot, generation: upstreams.generation(of: slot)))
    }

    /// Each connection that is ready gets one turn; what it cannot finish in a turn goes to the end
    /// of the list and is done before the next wait returns to the kernel's other connections.
    private mutating func runReady() {
        var rounds = 0
        while !ready.isEmpty, rounds < 8 {
            rounds += 1
            var batch: [Token] = []
            swap(&batch, &ready)
            for token in batch {
                switch token.kind {
                case .client where clients.holds(token.slot, generation: token.generation):
                    clients[token.slot].isQueued = false
                    runClient(token.slot)
                case .upstream where upstreams.holds(token.slot, generation: token.generation):
                    upstreams[token.slot].isQueued = false
                    runUpstream(token.slot)
                default: break
                }
            }
        }
    }
}
