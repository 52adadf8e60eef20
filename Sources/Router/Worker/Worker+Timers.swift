internal import RequestModel
internal import RuleLang
internal import Sockets

/// One timer a connection: even ids are clients, odd ones upstreams.
extension Worker where IO: ~Copyable {
    static func timer(client slot: Int) -> Int { slot * 2 }
    static func timer(upstream slot: Int) -> Int { slot * 2 + 1 }

    mutating func armClient(_ slot: Int, after milliseconds: Int, _ reason: RefusalReason) {
        clients[slot].deadlineReason = reason
        clients[slot].deadline = nowMilliseconds + UInt64(milliseconds)
        armExchange(slot)
    }

    /// The wheel is not told: its timer is moved, or forgotten, when it expires for nothing.
    mutating func disarmClient(_ slot: Int) {
        clients[slot].deadline = .max
    }

    /// The client has sent its request: all that it may be late with is reading.
    mutating func requestReceived(_ slot: Int) {
        if clients[slot].stream.output.isEmpty {
            disarmClient(slot)
        } else {
            armClient(slot, after: timeouts.clientBody, .bodyTimeout)
        }
    }

    /// The nearer of the connection's deadline and the exchange's.
    mutating func armExchange(_ slot: Int) {
        let deadline = min(clients[slot].deadline, clients[slot].exchangeDeadline)
        if deadline == .max {
            timers.disarm(Self.timer(client: slot))
        } else {
            timers.arm(Self.timer(client: slot), deadline: deadline)
        }
    }

    enum UpstreamWait { case connect, firstByte, betweenReads, idle }

    mutating func armUpstream(_ slot: Int, _ wait: UpstreamWait) {
        var milliseconds: Int
        let override: Modifier.Timeout?
        switch wait {
        case .connect: (milliseconds, override) = (timeouts.connect, .connect)
        case .firstByte: (milliseconds, override) = (timeouts.firstByte, .firstByte)
        case .betweenReads: (milliseconds, override) = (timeouts.betweenReads, .betweenReads)
        case .idle: (milliseconds, override) = (60_000, nil)
        }
        if let override, let exchange = upstreams[slot].exchange {
            for timeout in exchanges[exchange].plan.timeouts where timeout.timeout == override {
                milliseconds = timeout.milliseconds
            }
        }
        timers.arm(
            Self.timer(upstream: slot), deadline: nowMilliseconds + UInt64(milliseconds))
    }

    /// Timers that are handled before the next look at the kernel: thousands of clients that are
    /// timed out together delay nobody by more than the work of so many.
    static var timersAtOnce: Int { 16 }

    mutating func runTimers() {
        if !hasExpired {
            timers.advance(to: nowMilliseconds, expired: &expired)
            expiredHandled = 0
        }
        let end = min(expired.count, expiredHandled + Self.timersAtOnce)
        while expiredHandled < end {
            let id = expired[expiredHandled]
            expiredHandled += 1
            // One that has been armed again since has another deadline.
            if !timers.isArmed(id) { runTimer(id) }
            flushOutgoing()
        }
        if nowMilliseconds >= acceptAgainAt { resumeAccepting() }
        if nowMilliseconds >= drainDeadline { endDrain() }
    }

    /// Some have expired and wait for their turn.
    var hasExpired: Bool { expiredHandled < expired.count }

    private mutating func runTimer(_ id: Int) {
        if id % 2 == 0 {
            if id / 2 < clients.slotCount, clients.isUsed(id / 2) { clientTimedOut(id / 2) }
        } else if id / 2 < upstreams.slotCount, upstreams.isUsed(id / 2) {
            upstreamTimer(id / 2)
        }
    }

    /// A server's time counts from the end of the request: while its body streams, there is time.
    /// What is held back by a client that does not read is a matter of the client's timeout.
    private mutating func upstreamTimer(_ slot: Int) {
        guard let exchange = upstreams[slot].exchange else {
            closeUpstream(slot)
            return
        }
        let client = exchanges[exchange].client
        let hasTime =
            !exchanges[exchange].requestIsDone || !clients[client].stream.output.isEmpty
        switch upstreams[slot].phase {
        case .head where hasTime: armUpstream(slot, .firstByte)
        case .body where hasTime: armUpstream(slot, .betweenReads)
        // Its timer is the client's; this one had expired before.
        case .tunnel: break
        case .connecting, .head, .body, .idle: upstreamTimedOut(slot)
        }
    }

    private mutating func clientTimedOut(_ slot: Int) {
        if nowMilliseconds >= clients[slot].exchangeDeadline {
            exchangeTimedOut(slot)
            return
        }
        guard nowMilliseconds >= clients[slot].deadline else {
            armExchange(slot)
            return
        }
        clients[slot].deadline = .max
        switch clients[slot].phase {
        case .head where clients[slot].headStart != 0 && clients[slot].stream.output.isEmpty:
            refuse(
                openExchange(slot), Refusal(408, clients[slot].deadlineReason),
                head: clients[slot].input[...])
        case .closing: abortClient(slot)
        // It does not read what it has been sent.
        case .head where !clients[slot].stream.output.isEmpty: abortClient(slot)
        case .head, .lingering: closeClient(slot)
        case .tunnel:
            if let exchange = clients[slot].exchange { cutShort(exchange, .end(.tunnelIdle)) }
        case .exchange:
            guard let exchange = clients[slot].exchange else { break }
            if clients[slot].stream.hasEnded, clients[slot].stream.output.isEmpty,
                exchanges[exchange].record.status == 0
            {
                if canProbe(exchange) { probe(slot) }
                armExchange(slot)
            } else {
                stalled(exchange)
            }
        }
    }

    /// The client does not send its body, or does not read the response.
    private mutating func stalled(_ exchange: Int) {
        let client = exchanges[exchange].client
        if let upstream = exchanges[exchange].upstream, upstreams[upstream].phase == .connecting,
            clients[client].stream.output.isEmpty
        {
            // It cannot: its time begins when there is a server to take the body.
            armExchange(client)
            return
        }
        if let upstream = exchanges[exchange].upstream,
            clients[client].stream.output.isEmpty, !upstreams[upstream].stream.output.isEmpty
        {
            // It is the server that does not take the body.
            upstreamTimedOut(upstream)
            return
        }
        if !exchanges[exchange].requestIsDone, exchanges[exchange].record.status == 0 {
            dropUpstream(exchange)
            refuse(exchange, Refusal(408, clients[client].deadlineReason))
        } else {
            cutShort(exchange, .end(.clientStalled))
        }
    }

    private mutating func exchangeTimedOut(_ slot: Int) {
        clients[slot].exchangeDeadline = .max
        guard let exchange = clients[slot].exchange, exchanges[exchange].upstream != nil else {
            armExchange(slot)
            return
        }
        dropUpstream(exchange)
        if exchanges[exchange].record.status == 0 {
            answer(exchange, .plain(504, "gateway timeout\n"), .end(.requestTimeout))
        } else {
            cutShort(exchange, .end(.requestTimeout))
        }
    }
}
