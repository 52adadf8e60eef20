internal import HTTPWire
internal import RequestModel
internal import RuleLang
internal import Sockets

/// From a head to a decision, and the end of an exchange.
extension Worker where IO: ~Copyable {
    /// A complete head: parse, canonicalise, decide, and do what the plan says.
    mutating func begin(_ slot: Int, _ buffer: [UInt8], _ range: Range<Int>) {
        resetExchange(slot)
        let parsed = RequestHeadParser.parse(
            buffer, range, limits: limits, names: program.headers, into: &clients[slot].view)
        switch parsed {
        case .failure(let refusal):
            refuse(slot, refusal)
        case .success(let head):
            clients[slot].head = head
            if let refusal = canonicalise(slot) {
                refuse(slot, refusal)
                return
            }
            decide(slot)
        }
    }

    private mutating func resetExchange(_ slot: Int) {
        clients[slot].exchange = Exchange()
        clients[slot].plan = RoutingPlan()
        clients[slot].attempts = Attempts()
        clients[slot].responseIsDone = false
        clients[slot].dropsBody = false
        clients[slot].droppedBytes = 0
        clients[slot].exchangeDeadline = .max
        clients[slot].isFirstRequest = false
    }

    private mutating func canonicalise(_ slot: Int) -> Refusal? {
        let listener = setup.listeners[clients[slot].listener]
        let name = Array(program.listeners[listener.index].name.utf8)
        let start = clients[slot].view.bytes.count
        clients[slot].view.bytes += name
        clients[slot].view.listener = ByteRange(start..<start + name.count)
        clients[slot].view.port = listener.port
        clients[slot].view.peer = clients[slot].peer
        clients[slot].view.now = wallMilliseconds
        return clients[slot].view.canonicalise(
            policy: program.listeners[listener.index].policy,
            trustedProxies: program.settings.trustedProxies)
    }

    private mutating func decide(_ slot: Int) {
        let table = program.listeners[setup.listeners[clients[slot].listener].index].table
        let decision = evaluator.decide(table, clients[slot].view)
        let seed = io.random()
        clients[slot].plan = planner.plan(decision, clients[slot].view, random: { seed })
        let head = clients[slot].head
        clients[slot].decoder = BodyDecoder(
            head.framing, limit: UInt64(program.settings.limits.body))
        if case .length(let length) = head.framing, program.settings.limits.body > 0,
            length > program.settings.limits.body
        {
            refuse(slot, Refusal(413, .bodyTooLarge))
            return
        }
        let hasBody = head.framing != .none && head.framing != .length(0)
        clients[slot].phase = hasBody ? .body : .response
        _ = clients[slot].exchange.requestEvent(.head(hasBody: hasBody))
        armBody(slot, hasBody)
        switch clients[slot].plan.outcome {
        case .forward(let pool):
            setExchangeDeadline(slot)
            clients[slot].attempts.pool = pool
            clients[slot].exchange.isReplayable = false
            connectUpstream(slot)
        case .answer(let answer): self.answer(slot, answer)
        case .close:
            finishRecord(slot, status: 0, reason: "closed_by_rule")
            closeClient(slot)
        case .noMatch:
            answer(slot, Self.plain(404, "no rule matches\n"), reason: "no_match")
        case .refused(let status, let reason):
            answer(slot, Self.plain(status, "\(reason)\n"), reason: reason)
        }
    }

    private mutating func armBody(_ slot: Int, _ hasBody: Bool) {
        if hasBody {
            armClient(slot, after: program.settings.timeouts.clientBody, .bodyTimeout)
        } else {
            disarmClient(slot)
        }
    }

    private mutating func setExchangeDeadline(_ slot: Int) {
        var limit = program.settings.timeouts.request
        for timeout in clients[slot].plan.timeouts where timeout.timeout == .request {
            limit = timeout.milliseconds
        }
        if limit > 0 {
            clients[slot].exchangeDeadline = nowMilliseconds + UInt64(limit)
            armExchange(slot)
        }
    }

    // MARK: - Answers of the router

    static func plain(_ status: UInt16, _ text: String) -> LocalAnswer {
        LocalAnswer(
            status: status,
            headers: [
                (Array("content-type".utf8), Array("text/plain; charset=utf-8".utf8)),
                (Array("x-content-type-options".utf8), Array("nosniff".utf8)),
            ], body: Array(text.utf8))
    }

    /// Answers the request; what is left of its body is read and dropped.
    mutating func answer(_ slot: Int, _ answer: LocalAnswer, reason: String = "") {
        clients[slot].dropsBody = true
        let isUnread = clients[slot].phase == .body
        if isUnread, case .length(let length) = clients[slot].head.framing, length > 256 << 10 {
            clients[slot].closesAfterOutput = true
        }
        if !clients[slot].head.keepsAlive || isDraining || clients[slot].hasEnded {
            clients[slot].closesAfterOutput = true
        }
        // A client that waits for `100 Continue` gets the answer instead and need not send.
        if isUnread, clients[slot].head.expectsContinue { clients[slot].closesAfterOutput = true }
        let date = dateText.bytes(wallMilliseconds)
        let isHEAD = clients[slot].isHEAD
        let closes = clients[slot].closesAfterOutput
        let keepsAlive10 = !closes && clients[slot].view.version == .http10
        let edits = clients[slot].plan.responseEdits
        clients[slot].output.build { output in
            ResponseWriter.write(
                answer, edits: edits, date: date,
                connection: closes ? .close : keepsAlive10 ? .keepAlive : .none,
                isHEAD: isHEAD, to: &output)
        }
        clients[slot].record.status = answer.status
        clients[slot].record.reason = reason
        clients[slot].record.responseBytes = isHEAD ? 0 : answer.body.count
        clients[slot].responseIsDone = true
        if !isUnread || closes {
            finishExchange(slot)
        } else {
            // The answer does not wait for the rest of the body, nor the body for an event.
            enqueueClient(slot)
        }
    }

    /// A request that is not acceptable: 4xx, and the connection ends. Nothing of it was passed on.
    mutating func refuse(_ slot: Int, _ refusal: Refusal) {
        clients[slot].plan = RoutingPlan()
        clients[slot].head.keepsAlive = false
        clients[slot].head.framing = .none
        clients[slot].phase = .response
        clients[slot].isRefused = true
        let reason = refusal.reason.rawValue
        answer(slot, Self.plain(refusal.status, "\(reason)\n"), reason: reason)
    }

    // MARK: - The end of an exchange

    /// The response is out (or in the queue) and nothing more is wanted of the request: the line is
    /// written, and the connection serves its next request or ends.
    mutating func finishExchange(_ slot: Int) {
        finishRecord(
            slot, status: clients[slot].record.status, reason: clients[slot].record.reason)
        clients[slot].exchangeDeadline = .max
        clients[slot].isRefused = false
        // The head may have gone out before the drain began: it could not announce the close.
        if isDraining { clients[slot].closesAfterOutput = true }
        if !clients[slot].closesAfterOutput {
            clients[slot].phase = .head
            clients[slot].dropsBody = false
            clients[slot].scanner.reset()
            armClient(slot, after: program.settings.timeouts.clientIdle, .headTimeout)
        } else {
            clients[slot].phase = .response
        }
        if flushClient(slot), clients.isUsed(slot) { enqueueClient(slot) }
    }

    /// Writes the log line of the exchange, once.
    mutating func finishRecord(_ slot: Int, status: UInt16, reason: String) {
        guard clients[slot].record.isOpen else { return }
        clients[slot].record.status = status
        clients[slot].record.reason = reason
        clients[slot].record.isOpen = false
        log.write(clients[slot], nowNanoseconds)
    }
}

extension ClientConnection {
    var isHEAD: Bool { view.text(view.method).elementsEqual("HEAD".utf8) }
}
