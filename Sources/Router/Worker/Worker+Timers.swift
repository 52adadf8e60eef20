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

    mutating func disarmClient(_ slot: Int) {
        clients[slot].deadline = .max
        armExchange(slot)
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
        let timeouts = program.settings.timeouts
        let override: Modifier.Timeout?
        switch wait {
        case .connect: (milliseconds, override) = (timeouts.connect, .connect)
        case .firstByte: (milliseconds, override) = (timeouts.firstByte, .firstByte)
        case .betweenReads: (milliseconds, override) = (timeouts.betweenReads, .betweenReads)
        case .idle: (milliseconds, override) = (60_000, nil)
        }
        if let override, let client = upstreams[slot].client {
            for timeout in clients[client].plan.timeouts where timeout.timeout == override {
                milliseconds = timeout.milliseconds
            }
        }
        timers.arm(
            Self.timer(upstream: slot), deadline: nowMilliseconds + UInt64(milliseconds))
    }

    mutating func runTimers() {
        timers.advance(to: nowMilliseconds, expired: &expired)
        for index in expired.indices {
            let id = expired[index]
            if id % 2 == 0 {
                if id / 2 < clients.elements.count, clients.isUsed(id / 2) {
                    clientTimedOut(id / 2)
                }
            } else if id / 2 < upstreams.elements.count, upstreams.isUsed(id / 2) {
                upstreamTimer(id / 2)
            }
        }
        if nowMilliseconds >= acceptAgainAt { resumeAccepting() }
        if nowMilliseconds >= drainDeadline { stop() }
    }

    /// The first byte counts from the end of the request: while its body streams, there is time.
    private mutating func upstreamTimer(_ slot: Int) {
        if let client = upstreams[slot].client, clients[client].phase == .body,
            upstreams[slot].phase == .head
        {
            armUpstream(slot, .firstByte)
            return
        }
        // Held back by a slow client: that is the client's timeout.
        if let client = upstreams[slot].client, upstreams[slot].phase == .body,
            !clients[client].output.isEmpty
        {
            armUpstream(slot, .betweenReads)
            return
        }
        upstreamTimedOut(slot)
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
        let reason = clients[slot].deadlineReason
        switch clients[slot].phase {
        case .head where clients[slot].record.isOpen && clients[slot].output.isEmpty:
            refuse(slot, Refusal(408, reason))
        case .head, .lingering: closeClient(slot)
        case .body where clients[slot].record.status == 0:
            if let upstream = clients[slot].upstream {
                clients[slot].upstream = nil
                closeUpstream(upstream)
            }
            refuse(slot, Refusal(408, reason))
        case .body, .response:
            finishRecord(slot, status: clients[slot].record.status, reason: "client_stalled")
            abortClient(slot)
        }
    }

    private mutating func exchangeTimedOut(_ slot: Int) {
        clients[slot].exchangeDeadline = .max
        guard let upstream = clients[slot].upstream else { return }
        clients[slot].upstream = nil
        closeUpstream(upstream)
        if clients[slot].record.status == 0 {
            answer(slot, Self.plain(504, "gateway timeout\n"), reason: "request_timeout")
        } else {
            cutShort(slot, reason: "request_timeout")
        }
    }
}
