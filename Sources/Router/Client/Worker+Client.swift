internal import HTTPWire
internal import RequestModel
internal import RuleLang
internal import Sockets
internal import TLS

/// The client's side: turns, and the end.
extension Worker where IO: ~Copyable {
    /// One turn: send what waits, then read once if reading is allowed and has not been done.
    mutating func runClient(_ slot: Int, _ gathered: GatheredBytes?) {
        guard flushClient(slot) else { return }
        if case .tunnel = clients[slot].phase {
            pumpFromClient(slot)
            return
        }
        if !clients[slot].input.isEmpty {
            consumeInput(slot)
            guard clients.isUsed(slot) else { return }
            // The last of the pipelined bytes: no more will come to complete them.
            if clients[slot].stream.hasEnded, case .head = clients[slot].phase,
                clients[slot].stream.output.isEmpty
            {
                clientEnded(slot)
                return
            }
        }
        if let gathered {
            swap(&scratch, &inbox)
            received(gathered.result, slot, at: gathered.offset)
            swap(&scratch, &inbox)
        } else {
            guard mayReceive(slot) else { return }
            let result = clients[slot].stream.receive(&io, into: &scratch, &records)
            if clients[slot].tls == nil { noteHandshake(slot) }
            received(result, slot, at: 0)
        }
        // Whatever else is there is read in the next turn, so that others get theirs.
        if clients.isUsed(slot), mayReceive(slot) { enqueueClient(slot) }
    }

    /// What has come of a client; bytes are in `scratch` from `offset` on.
    private mutating func received(_ result: Stream.Received, _ slot: Int, at offset: Int) {
        switch result {
        case .nothing: break
        case .failed:
            if clients[slot].stream.beginsWithPlainHTTP {
                refusePlainHTTP(slot)
            } else {
                clientFailed(slot)
            }
        case .end: clientEnded(slot)
        case .bytes(let count): receivedFromClient(slot, offset..<offset + count)
        }
    }

    private mutating func noteHandshake(_ slot: Int) {
        guard let session = clients[slot].stream.tls, session.isEstablished else { return }
        let facts = ClientTLS(session.facts)
        counters.handshakes &+= 1
        if facts.wasResumed { counters.resumptions &+= 1 }
        clients[slot].tls = facts
    }

    /// Who speaks HTTP where TLS is spoken is told so, in words that it understands.
    private mutating func refusePlainHTTP(_ slot: Int) {
        counters.failedHandshakes &+= 1
        clients[slot].stream.tls = nil
        // What else it sends, or its end, is seen while the connection lingers.
        clients[slot].stream.mayRead = true
        refuse(openExchange(slot), Refusal(400, .plainHTTP))
    }

    /// Whether bytes of the client have somewhere to go.
    mutating func mayReceive(_ slot: Int) -> Bool {
        guard clients[slot].stream.mayRead, !clients[slot].stream.hasEnded else { return false }
        switch clients[slot].phase {
        case .head: return clients[slot].stream.output.isEmpty
        case .exchange: return mayReceiveInExchange(slot)
        case .tunnel, .closing: return false
        case .lingering: return true
        }
    }

    private mutating func mayReceiveInExchange(_ slot: Int) -> Bool {
        guard let exchange = clients[slot].exchange else { return false }
        if exchanges[exchange].requestIsDone {
            // Only to see that the client has gone; what it pipelines waits, within bounds.
            return clients[slot].input.count < Self.scratchSize
        }
        guard let upstream = exchanges[exchange].upstream else {
            return exchanges[exchange].dropsBody
        }
        return upstreams[upstream].phase != .connecting
            && upstreams[upstream].stream.output.isEmpty
    }

    /// Sends what waits. False when the connection has ended.
    @discardableResult
    mutating func flushClient(_ slot: Int) -> Bool {
        if case .closing = clients[slot].phase { flushOutgoing() }
        if !clients[slot].stream.isBroken, !clients[slot].stream.output.isEmpty {
            let waiting = clients[slot].stream.output.count
            clients[slot].stream.isBroken = !clients[slot].stream.flush(&io)
            if clients[slot].stream.output.isEmpty {
                outputDrained(slot)
            } else if clients[slot].stream.output.count < waiting {
                // Slow is not stalled.
                armClient(slot, after: timeouts.clientBody, .bodyTimeout)
            }
        }
        guard !clients[slot].stream.isBroken else {
            clientFailed(slot)
            return false
        }
        if case .closing = clients[slot].phase, clients[slot].stream.output.isEmpty {
            endClient(slot)
            return clients.isUsed(slot)
        }
        return true
    }

    /// The stall is over; how long the server may be silent is the upstream's timer.
    private mutating func outputDrained(_ slot: Int) {
        guard let exchange = clients[slot].exchange else {
            if case .head = clients[slot].phase { armHead(slot) }
            return
        }
        if case .tunnel = clients[slot].phase {
            armTunnel(exchange)
        } else if exchanges[exchange].requestIsDone {
            disarmClient(slot)
        }
        if let upstream = exchanges[exchange].upstream, upstreams[upstream].stream.mayRead,
            !PlantedFault.lostWakeUp.isOn
        {
            enqueueUpstream(upstream)
        }
    }

    /// A client that has read everything may rest, unless the end is near: it had been told nothing
    /// of that.
    private mutating func armHead(_ slot: Int) {
        var limit = timeouts.clientIdle
        if clients[slot].isInHead {
            limit = timeouts.clientHead
        } else if isEnding(slot) {
            limit = 0
        }
        armClient(slot, after: limit, .headTimeout)
    }

    // MARK: - The end

    /// The client will send no more; it may still read.
    private mutating func clientEnded(_ slot: Int) {
        switch clients[slot].phase {
        case .head where clients[slot].scanner.hasBegun:
            refuse(openExchange(slot), Refusal(400, .truncatedHead), head: clients[slot].input[...])
        case .head: closeWhenSent(slot)
        case .exchange:
            guard let exchange = clients[slot].exchange else { return }
            guard exchanges[exchange].requestIsDone else {
                bodyCutShort(slot, exchange)
                return
            }
            if clients[slot].hasSentAll { clients[slot].isLast = true }
            if canProbe(exchange) { armClient(slot, after: Self.probeAfter, .bodyTimeout) }
        case .tunnel, .closing: break
        case .lingering: closeClient(slot)
        }
    }

    /// Milliseconds that a response may take before a client that has closed its side is asked
    /// whether it is still there.
    private static var probeAfter: Int { 250 }

    /// A client that half-closes wants its response; one that has gone looks the same until
    /// something is sent to it. An interim response may be sent to any client of HTTP/1.1 (RFC 9110
    /// section 15.2): a kernel without the connection answers it with a reset.
    func canProbe(_ exchange: Int) -> Bool {
        exchanges[exchange].upstream != nil && exchanges[exchange].record.status == 0
            && exchanges[exchange].view.version == .http11
    }

    mutating func probe(_ slot: Int) {
        aim(.client(slot))
        outgoing.append(Text.continue)
        endOutgoing()
    }

    /// What has been answered still goes out.
    private mutating func closeWhenSent(_ slot: Int) {
        if hasOutgoing(.client(slot)) { flushOutgoing() }
        guard !clients[slot].stream.output.isEmpty, !clients[slot].stream.isBroken else {
            closeClient(slot)
            return
        }
        clients[slot].phase = .closing
        armClient(slot, after: timeouts.clientBody, .bodyTimeout)
    }

    /// The client has ended in the middle of a body. The server never sees an end of it; the client
    /// is told, unless it has been told something else.
    private mutating func bodyCutShort(_ slot: Int, _ exchange: Int) {
        if exchanges[exchange].responseIsDone {
            clients[slot].isLast = true
            finishExchange(exchange)
        } else if exchanges[exchange].record.status == 0 {
            dropUpstream(exchange)
            refuse(exchange, Refusal(400, .truncatedBody))
        } else {
            endExchange(exchange, status: 499, .refusal(.truncatedBody))
            abortClient(slot)
        }
    }

    /// The connection is broken: the upstream is told by the end of its connection.
    mutating func clientFailed(_ slot: Int) {
        dropOutgoing(.client(slot))
        if clients[slot].stream.tls != nil, clients[slot].tls == nil {
            counters.failedHandshakes &+= 1
        }
        clients[slot].stream.isBroken = true
        if let exchange = clients[slot].exchange {
            if case .tunnel = clients[slot].phase {
                endExchange(exchange, .end(.tunnelEnded))
            } else if exchanges[exchange].responseIsDone {
                // It was answered; what is missing is the rest of its body.
                endExchange(exchange, exchanges[exchange].record.reason)
            } else {
                endExchange(exchange, status: 499, .end(.clientGone))
            }
        }
        closeClient(slot)
    }

    /// All is sent: closes, by way of lingering when the client may still be sending.
    private mutating func endClient(_ slot: Int) {
        let isSilent =
            clients[slot].isComplete && clients[slot].input.isEmpty
            && !clients[slot].stream.mayRead
        if clients[slot].stream.hasEnded || isSilent || PlantedFault.noLingering.isOn {
            closeClient(slot)
            return
        }
        clients[slot].stream.shut(&io, &records)
        clients[slot].phase = .lingering
        clients[slot].input = []
        armClient(slot, after: 2_000, .bodyTimeout)
        if clients[slot].stream.mayRead { enqueueClient(slot) }
    }

    mutating func closeClient(_ slot: Int) {
        if hasOutgoing(.client(slot)) { flushOutgoing() }
        if !clients[slot].stream.isShut { clients[slot].stream.sayGoodbye(&io, &records) }
        io.close(clients[slot].stream.descriptor)
        releaseClient(slot)
    }

    /// Ends with a reset: what was cut is seen as cut.
    mutating func abortClient(_ slot: Int) {
        dropOutgoing(.client(slot))
        if !PlantedFault.descriptorLeak.isOn { io.abort(clients[slot].stream.descriptor) }
        releaseClient(slot)
    }

    private mutating func releaseClient(_ slot: Int) {
        precondition(clients[slot].exchange == nil, "an exchange ends before its client")
        timers.disarm(Self.timer(client: slot))
        if clients[slot].isAdmin {
            adminClients -= 1
        } else if !PlantedFault.limitLeak.isOn || !clients[slot].stream.isBroken {
            shared.leave(clients[slot].peer.ip)
        }
        clients[slot] = ClientConnection()
        clients.release(slot)
        if !isAccepting { resumeAccepting() }
    }
}
