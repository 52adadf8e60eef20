internal import HTTPWire
internal import RequestModel
internal import RuleLang
internal import Sockets

/// One thread's share of the router: its own epoll set, connections, idle upstreams, timers, log
/// ring and counters. `step` waits once and does everything that is to be done; what workers share
/// is immutable, or is asked only when a connection begins or ends.
///
/// Invariants: a source is not read while its sink has unsent bytes; a connection's registration
/// lasts as long as it does; every exchange writes one log line; `outgoing` is empty when the
/// worker waits.
///
/// What is asked in the course of a request is a mutating method even if it changes nothing: for
/// any other, the compiler copies the worker's 768 bytes (four times a request, by callgrind).
struct Worker<IO: SocketIO & ~Copyable>: ~Copyable {
    static var scratchSize: Int { 128 << 10 }
    /// Body pieces from this size on are sent from where they were received.
    static var directSize: Int { 8 << 10 }
    /// So many wait at most for a stage of a round (requests to be decided, exchanges to be logged,
    /// connections to be sent to): none waits long, and none needs more than a round's worth.
    static var stageLimit: Int { 64 }

    var io: IO
    let index: Int
    let mailbox: Mailbox<WorkerMessage>
    let control: Mailbox<ControlMessage>
    let shared: SharedLimits
    var clients = SlotTable<ClientConnection>()
    var exchanges = SlotTable<Exchange>()
    var upstreams = SlotTable<UpstreamConnection>()
    var generations = SlotTable<AdoptedGeneration>()
    /// The slot of the generation that new requests get.
    var current: Int
    /// By the server's number.
    var servers = OwnedList<ServerState>()
    /// By the server's number: an operator has taken it out of service.
    var drained: [Bool] = []
    /// By the socket's number.
    var sockets: [ListenerSocket] = []
    /// Of the current generation.
    var timeouts: Timeouts
    var timers = TimerWheel()
    var log = AccessLog()
    var logFormat: LogFormat
    let ring: ByteRing
    var counters = Counters()
    /// Where bytes are received.
    var scratch: [UInt8]
    /// Where bytes are received before the turns of a round, and whose they are.
    var inbox: [UInt8]
    var gathered = OwnedList<GatheredBytes?>()
    /// Requests of this round whose heads have been read.
    var undecided = OwnedList<Undecided>()
    /// Exchanges that have ended, and whose lines are not written yet.
    var finished = OwnedList<Int>()
    /// Of the head that is being read.
    var lines = HeadLines()
    /// Heads, and small bodies behind them, on their way out.
    var outgoing = ByteBuffer()
    var segments = OwnedList<OutgoingSegment>()
    /// How often what had gathered was sent, from 1 on.
    var sends: UInt64 = 1
    /// Of what is being appended now.
    var sink = Sink.none
    var segmentStart = 0
    var records = RecordBuffers()
    var events: [ReadyEvent] = []
    /// Connections with something to do, in order.
    var ready = OwnedList<Token>()
    var batch = OwnedList<Token>()
    var expired: [Int] = []
    var expiredHandled = 0
    var messages: [WorkerMessage] = []
    var hasMail = false
    var nowNanoseconds: UInt64 = 0
    var wallMilliseconds: Int64 = 0
    var dateText = DateText()
    var isDraining = false
    /// The control thread knows that no client is left.
    var isDrained = false
    var isStopped = false
    var isAccepting = true
    /// The admin listener rests too.
    var adminRests = false
    var adminClients = 0
    /// Accepting rests until then: the process had no descriptor left.
    var acceptAgainAt = UInt64.max
    var drainDeadline = UInt64.max

    init(io: consuming IO, setup: WorkerSetup) {
        self.io = io
        index = setup.index
        mailbox = setup.mailbox
        control = setup.control
        shared = setup.shared
        timeouts = setup.generation.program.settings.timeouts
        logFormat = LogFormat(setup.generation.program.settings.log)
        ring = setup.ring
        scratch = [UInt8](repeating: 0, count: Self.scratchSize)
        inbox = [UInt8](repeating: 0, count: Self.scratchSize)
        current = generations.allocate {
            AdoptedGeneration(setup.generation, rotation: setup.index)
        }
        for server in setup.generation.servers {
            servers.append(ServerState(server))
            drained.append(false)
        }
        counters.rules = [UInt64](repeating: 0, count: setup.generation.ruleCounters)
        for socket in setup.sockets { listen(socket) }
    }

    var nowMilliseconds: UInt64 { nowNanoseconds / 1_000_000 }

    /// Waits for events once and handles them. False when the worker has come to its end.
    mutating func step() -> Bool {
        io.wait(into: &events, timeoutMilliseconds: timeout())
        nowNanoseconds = io.monotonicNanoseconds()
        wallMilliseconds = io.wallClockMilliseconds()
        for index in events.indices { handle(events[index]) }
        flushOutgoing()
        runReady()
        // Behind what has come before it: a drain must not close a connection whose request is
        // here.
        if hasMail { readMailbox() }
        runTimers()
        writeRecords()
        if isDraining, !isDrained, !hasClientsToServe {
            isDrained = true
            control.post(.drained(worker: index))
        }
        return !isStopped
    }

    /// How long the next `step` may wait, in milliseconds; -1 without an end.
    mutating func timeout() -> Int {
        if !ready.isEmpty || expiredHandled < expired.count { return 0 }
        var deadline = timers.nextDeadlineMilliseconds ?? .max
        deadline = min(deadline, acceptAgainAt, drainDeadline)
        guard deadline != .max else { return -1 }
        // The clock of the last wake-up: at worst the wait is that much too long for nothing.
        let now = nowMilliseconds
        return deadline <= now ? 0 : Int(min(deadline - now + 1, 60_000))
    }

    private mutating func handle(_ event: ReadyEvent) {
        guard let token = Token(raw: event.token) else { return }
        switch token.kind {
        case .mailbox: hasMail = true
        case .listener: acceptAll(token.slot)
        case .client:
            guard clients.holds(token.slot, generation: token.generation) else { return }
            clients[token.slot].stream.note(event)
            if event.isError { clientFailed(token.slot) } else { enqueue(token) }
        case .upstream:
            guard upstreams.holds(token.slot, generation: token.generation) else { return }
            upstreams[token.slot].stream.note(event)
            enqueue(token)
        }
    }

    /// Puts a connection at the end of the ready list, once.
    mutating func enqueue(_ token: Token) {
        switch token.kind {
        case .client:
            guard !clients[token.slot].stream.isQueued else { return }
            clients[token.slot].stream.isQueued = true
        case .upstream:
            guard !upstreams[token.slot].stream.isQueued else { return }
            upstreams[token.slot].stream.isQueued = true
        case .mailbox, .listener: return
        }
        ready.append(token)
    }

    mutating func token(client slot: Int) -> Token {
        Token(.client, slot: slot, generation: clients.generation(of: slot))
    }

    mutating func enqueueClient(_ slot: Int) { enqueue(token(client: slot)) }

    mutating func enqueueUpstream(_ slot: Int) {
        enqueue(Token(.upstream, slot: slot, generation: upstreams.generation(of: slot)))
    }

    /// Each connection that is ready gets one turn; what it cannot finish in a turn goes to the end
    /// of the list, and is done before the next wait returns to the kernel's other connections.
    private mutating func runReady() {
        var rounds = 0
        while !ready.isEmpty, rounds < 8 {
            rounds += 1
            swap(&batch, &ready)
            gather()
            // Servers first: the connections that they leave serve this round's requests.
            for position in batch.indices where batch[position].kind == .upstream {
                runTurn(position)
            }
            for position in batch.indices where batch[position].kind == .client {
                runTurn(position)
                if undecided.count >= Self.stageLimit { decideWaiting() }
            }
            decideWaiting()
            flushOutgoing()
            // While the others are already at work on what has been sent.
            writeRecords()
            batch.removeAll()
        }
    }

    private mutating func runTurn(_ position: Int) {
        let token = batch[position]
        switch token.kind {
        case .client where clients.holds(token.slot, generation: token.generation):
            clients[token.slot].stream.isQueued = false
            runClient(token.slot, gatheredBytes(position))
        case .upstream where upstreams.holds(token.slot, generation: token.generation):
            upstreams[token.slot].stream.isQueued = false
            runUpstream(token.slot, gatheredBytes(position))
        default: return
        }
        endOutgoing()
    }
}

/// What a worker is made of.
struct WorkerSetup: Sendable {
    var index: Int
    var generation: Generation
    var sockets: [ListenerSocket]
    var shared: SharedLimits
    var mailbox: Mailbox<WorkerMessage>
    var control: Mailbox<ControlMessage>
    var ring: ByteRing
}

/// A worker's end of a bound address.
struct ListenerSocket: Sendable {
    /// The same for all workers, and never given to another address.
    var number: Int
    var descriptor: Descriptor
    /// 0 on a unix socket.
    var port: UInt16
    var isOpen = true
}
