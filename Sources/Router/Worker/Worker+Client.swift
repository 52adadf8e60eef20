internal import HTTPWire
internal import RequestModel
internal import RuleLang
internal import Sockets

/// The client's side: bytes in, bytes out, the end.
extension Worker where IO: ~Copyable {
    /// One turn: send what waits, then read once if reading is allowed.
    mutating func runClient(_ slot: Int) {
        guard flushClient(slot) else { return }
        if !clients[slot].input.isEmpty { consumeInput(slot) }
        guard clients.isUsed(slot), mayReceive(slot) else { return }
        let descriptor = clients[slot].descriptor
        switch io.receive(descriptor, into: &scratch, at: 0, count: Self.scratchSize) {
        case .wouldBlock:
            clients[slot].mayRead = false
        case .failed:
            clientFailed(slot)
        case .count(0):
            clientEnded(slot)
        case .count(let count):
            receivedFromClient(slot, count)
            // Whatever else is there is read in the next turn, so that others get theirs.
            if clients.isUsed(slot) { enqueueClient(slot) }
        }
    }

    /// Whether bytes of the client have somewhere to go.
    private func mayReceive(_ slot: Int) -> Bool {
        guard clients[slot].mayRead, !clients[slot].hasEnded else { return false }
        switch clients[slot].phase {
        case .head: return clients[slot].output.isEmpty
        case .body:
            guard let upstream = clients[slot].upstream else { return clients[slot].dropsBody }
            return upstreams[upstream].output.isEmpty
        // Only to see that the client has gone; what it pipelines waits, within bounds.
        case .response: return clients[slot].input.count < Self.scratchSize
        case .lingering: return true
        }
    }

    private mutating func receivedFromClient(_ slot: Int, _ count: Int) {
        if case .lingering = clients[slot].phase {
            clients[slot].lingered += count
            if clients[slot].lingered > 256 << 10 { closeClient(slot) }
            return
        }
        clients[slot].input.append(contentsOf: scratch[..<count])
        consumeInput(slot)
    }

    /// Consumes what can be consumed of the bytes received; the rest stays.
    mutating func consumeInput(_ slot: Int) {
        var buffer: [UInt8] = []
        swap(&buffer, &clients[slot].input)
        var start = 0
        while clients.isUsed(slot), start < buffer.count,
            clients[slot].output.count < Self.scratchSize
        {
            let consumed: Int?
            switch clients[slot].phase {
            case .head: consumed = consumeHead(slot, buffer, start)
            case .body: consumed = consumeBody(slot, buffer, start)
            case .response: consumed = nil
            case .lingering: consumed = buffer.count - start
            }
            guard let consumed else { break }
            start += consumed
        }
        guard clients.isUsed(slot) else { return }
        if start == buffer.count {
            buffer.removeAll(keepingCapacity: buffer.capacity <= 16 << 10)
        } else if start > 0 {
            buffer.removeSubrange(..<start)
            clients[slot].scanner.reset()
        }
        swap(&buffer, &clients[slot].input)
    }

    /// nil: more bytes are needed.
    private mutating func consumeHead(_ slot: Int, _ buffer: [UInt8], _ start: Int) -> Int? {
        let isFirstByte = !clients[slot].record.isOpen
        if isFirstByte {
            clients[slot].record = ExchangeRecord()
            clients[slot].record.startNanoseconds = nowNanoseconds
            clients[slot].record.wallMilliseconds = wallMilliseconds
            clients[slot].record.isOpen = true
            armClient(slot, after: program.settings.timeouts.clientHead, .headTimeout)
        }
        switch clients[slot].scanner.scan(buffer, start..<buffer.count, limit: limits.head) {
        case .incomplete:
            return nil
        case .refused(let refusal):
            refuse(slot, refusal)
            return buffer.count - start
        case .complete(let end):
            let head = clients[slot].scanner.start..<end
            clients[slot].scanner.reset()
            begin(slot, buffer, head)
            return end - start
        }
    }

    /// Passes body bytes on to the upstream, or drops them.
    private mutating func consumeBody(_ slot: Int, _ buffer: [UInt8], _ start: Int) -> Int? {
        if let upstream = clients[slot].upstream, upstreams[upstream].phase == .connecting {
            // Another server may have to take the request: until one does, no body byte is spent.
            return nil
        }
        switch clients[slot].decoder.next(buffer, start..<buffer.count) {
        case .needMore(let consumed):
            return consumed == 0 ? nil : consumed
        case .data(let range, let consumed):
            clients[slot].record.requestBytes += range.count
            armClient(slot, after: program.settings.timeouts.clientBody, .bodyTimeout)
            if let upstream = clients[slot].upstream {
                forwardBody(upstream, clients[slot].head.framing, buffer, range)
            } else {
                clients[slot].droppedBytes += range.count
                if clients[slot].droppedBytes > 256 << 10 {
                    clients[slot].closesAfterOutput = true
                    requestEnded(slot)
                    return buffer.count - start
                }
            }
            // A length is over with its last byte; a chunked body with its terminator.
            if clients.isUsed(slot), clients[slot].decoder.isDone { requestBodyEnded(slot) }
            return consumed
        case .end(let consumed):
            requestBodyEnded(slot)
            return consumed
        case .refused(let reason):
            requestMalformed(slot, reason)
            return buffer.count - start
        }
    }

    private mutating func requestBodyEnded(_ slot: Int) {
        if let upstream = clients[slot].upstream {
            if clients[slot].head.framing == .chunked {
                upstreams[upstream].output.append(ChunkEncoder.terminator)
            }
            flushUpstream(upstream)
        }
        requestEnded(slot)
    }

    private mutating func forwardBody(
        _ upstream: Int, _ framing: BodyFraming, _ buffer: [UInt8], _ range: Range<Int>
    ) {
        guard !range.isEmpty else { return }
        if framing == .chunked {
            upstreams[upstream].output.build {
                ChunkEncoder.appendHeader(size: range.count, to: &$0)
            }
            upstreams[upstream].output.append(buffer[range])
            upstreams[upstream].output.append(ChunkEncoder.dataEnd)
        } else {
            upstreams[upstream].output.append(buffer[range])
        }
        flushUpstream(upstream)
    }

    /// The request is complete (or its rest is of no interest).
    private mutating func requestEnded(_ slot: Int) {
        guard clients.isUsed(slot) else { return }
        clients[slot].phase = .response
        if clients[slot].closesAfterOutput, clients[slot].responseIsDone {
            finishExchange(slot)
            return
        }
        guard clients[slot].upstream != nil || clients[slot].dropsBody else { return }
        if clients[slot].upstream != nil {
            disarmClient(slot)
            _ = clients[slot].exchange.requestEvent(.end)
        }
        if clients[slot].responseIsDone { finishExchange(slot) }
    }

    /// A body that breaks its framing: the upstream never sees an end, the client an error if there
    /// is still a place for it.
    private mutating func requestMalformed(_ slot: Int, _ reason: RefusalReason) {
        if let upstream = clients[slot].upstream {
            clients[slot].upstream = nil
            closeUpstream(upstream)
        }
        let hasBegun = clients[slot].record.status != 0
        if hasBegun {
            finishRecord(slot, status: clients[slot].record.status, reason: reason.rawValue)
            abortClient(slot)
            return
        }
        refuse(slot, Refusal(reason == .bodyTooLarge ? 413 : 400, reason))
    }

    // MARK: - The end

    /// The client will send no more; it may still read.
    private mutating func clientEnded(_ slot: Int) {
        clients[slot].hasEnded = true
        clients[slot].mayRead = false
        switch clients[slot].phase {
        case .head:
            clients[slot].closesAfterOutput = true
            if clients[slot].output.isEmpty { closeClient(slot) }
        case .body:
            if let upstream = clients[slot].upstream {
                clients[slot].upstream = nil
                closeUpstream(upstream)
            }
            finishRecord(slot, status: 499, reason: RefusalReason.truncatedBody.rawValue)
            abortClient(slot)
        case .response: clients[slot].closesAfterOutput = true
        case .lingering: closeClient(slot)
        }
    }

    /// The connection is broken: the upstream is told by the end of its connection.
    mutating func clientFailed(_ slot: Int) {
        if let upstream = clients[slot].upstream {
            clients[slot].upstream = nil
            closeUpstream(upstream)
        }
        if clients[slot].record.isOpen, clients[slot].phase != .head {
            finishRecord(slot, status: 499, reason: "client_gone")
        }
        closeClient(slot)
    }

    /// Sends what waits. False when the connection has ended.
    @discardableResult
    mutating func flushClient(_ slot: Int) -> Bool {
        while clients[slot].mayWrite, !clients[slot].output.isEmpty {
            let range = clients[slot].output.unsent
            switch io.send(clients[slot].descriptor, clients[slot].output.bytes, range) {
            case .count(let count):
                clients[slot].output.sent(count)
                if count < range.count { clients[slot].mayWrite = false }
            case .wouldBlock: clients[slot].mayWrite = false
            case .failed:
                clientFailed(slot)
                return false
            }
        }
        guard clients[slot].output.isEmpty else {
            // A client that does not read holds nothing for ever.
            if clients[slot].phase != .lingering {
                armClient(slot, after: program.settings.timeouts.clientBody, .bodyTimeout)
            }
            return true
        }
        if clients[slot].phase == .response, clients[slot].record.isOpen {
            // The stall is over; how long the server may be silent is the upstream's timer.
            disarmClient(slot)
        }
        if let upstream = clients[slot].upstream, upstreams[upstream].mayRead {
            enqueueUpstream(upstream)
        }
        if clients[slot].closesAfterOutput, !clients[slot].record.isOpen,
            clients[slot].phase != .lingering
        {
            endClient(slot)
            return clients.isUsed(slot)
        }
        return true
    }

    /// All is sent: closes, by way of lingering when the client may still be sending.
    private mutating func endClient(_ slot: Int) {
        if clients[slot].hasEnded {
            closeClient(slot)
            return
        }
        io.shutdownWrite(clients[slot].descriptor)
        clients[slot].phase = .lingering
        clients[slot].input.removeAll(keepingCapacity: false)
        armClient(slot, after: 2_000, .bodyTimeout)
        enqueueClient(slot)
    }

    mutating func closeClient(_ slot: Int) {
        io.close(clients[slot].descriptor)
        releaseClient(slot)
    }

    /// Ends with a reset: what was cut is seen as cut.
    mutating func abortClient(_ slot: Int) {
        io.abort(clients[slot].descriptor)
        releaseClient(slot)
    }

    private mutating func releaseClient(_ slot: Int) {
        if let upstream = clients[slot].upstream {
            clients[slot].upstream = nil
            closeUpstream(upstream)
        }
        disarmClient(slot)
        clients[slot].reset()
        clients.release(slot)
        if !isAccepting { resumeAccepting() }
    }
}
