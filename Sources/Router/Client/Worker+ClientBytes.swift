internal import HTTPWire
internal import RequestModel
internal import RuleLang
internal import Sockets

/// What a client has sent, taken apart: heads, bodies, and what comes behind them.
extension Worker where IO: ~Copyable {
    /// The range is one of `scratch`.
    mutating func receivedFromClient(_ slot: Int, _ range: Range<Int>) {
        if case .lingering = clients[slot].phase {
            clients[slot].lingered += range.count
            if clients[slot].lingered > 256 << 10 { closeClient(slot) }
            return
        }
        guard clients[slot].input.isEmpty else {
            clients[slot].input.append(scratch, in: range)
            consumeInput(slot)
            return
        }
        // Consumed where it was received; only what has to wait is copied.
        var buffer: [UInt8] = []
        swap(&buffer, &scratch)
        let rest = consume(slot, buffer, range)
        if clients.isUsed(slot), rest < range.upperBound {
            clients[slot].input.append(buffer, in: rest..<range.upperBound)
        }
        swap(&buffer, &scratch)
    }

    /// Consumes what can be consumed of the bytes that have waited.
    mutating func consumeInput(_ slot: Int) {
        var buffer: [UInt8] = []
        swap(&buffer, &clients[slot].input)
        let rest = consume(slot, buffer, buffer.indices)
        guard clients.isUsed(slot), rest < buffer.count else { return }
        buffer.removeSubrange(..<rest)
        swap(&buffer, &clients[slot].input)
    }

    /// Answers where the bytes begin that have to wait.
    private mutating func consume(_ slot: Int, _ buffer: [UInt8], _ range: Range<Int>) -> Int {
        var start = range.lowerBound
        while clients.isUsed(slot), start < range.upperBound,
            clients[slot].stream.output.count < Self.scratchSize
        {
            let consumed: Int?
            switch clients[slot].phase {
            case .head: consumed = consumeHead(slot, buffer, start..<range.upperBound)
            case .exchange: consumed = consumeBody(slot, buffer, start..<range.upperBound)
            case .tunnel: consumed = forwardFromClient(slot, buffer, start..<range.upperBound)
            case .closing, .lingering: consumed = range.upperBound - start
            }
            guard let consumed else { break }
            start += consumed
        }
        return start
    }

    /// nil: more bytes are needed.
    private mutating func consumeHead(
        _ slot: Int, _ buffer: [UInt8], _ range: Range<Int>
    ) -> Int? {
        if clients[slot].headStart == 0 { clients[slot].headStart = max(1, nowNanoseconds) }
        let limit = generations[current].read { $0.limits.head }
        switch clients[slot].scanner.scan(buffer, range, limit: limit, lines: &lines) {
        case .incomplete:
            if let line = clients[slot].scanner.takeFirstLine(),
                let refusal = RequestHeadParser.lineRefusal(
                    buffer, line, limits: generations[current].plan.limits)
            {
                refuse(openExchange(slot), refusal, head: buffer[line])
                return range.count
            }
            if clients[slot].deadlineReason != .headTimeout || !clients[slot].isInHead {
                clients[slot].isInHead = true
                armClient(slot, after: timeouts.clientHead, .headTimeout)
            }
            return nil
        case .refused(let refusal):
            refuse(
                openExchange(slot), startLineRefusal(slot, buffer, range) ?? refusal,
                head: buffer[range])
            return range.count
        case .complete(let end):
            let head = clients[slot].scanner.start..<end
            clients[slot].scanner.reset()
            clients[slot].hasBytesBehind = end < range.upperBound
            begin(slot, buffer, head)
            return end - range.lowerBound
        }
    }

    /// What a start line that goes on beyond any head is to be refused for: a target that is too
    /// long has a status of its own (RFC 9112 section 3), and so has a method.
    private func startLineRefusal(
        _ slot: Int, _ buffer: [UInt8], _ range: Range<Int>
    ) -> Refusal? {
        guard clients[slot].scanner.isLineTooLong else { return nil }
        return RequestHeadParser.lineRefusal(
            buffer, clients[slot].scanner.start..<range.upperBound,
            limits: generations[current].plan.limits)
    }

    /// Passes body bytes on to the upstream, or drops them.
    private mutating func consumeBody(
        _ slot: Int, _ buffer: [UInt8], _ range: Range<Int>
    ) -> Int? {
        guard let exchange = clients[slot].exchange, !exchanges[exchange].requestIsDone else {
            return nil
        }
        if let upstream = exchanges[exchange].upstream, upstreams[upstream].phase == .connecting {
            // Another server may have to take the request: until one does, no body byte is spent.
            return nil
        }
        switch exchanges[exchange].decoder.next(buffer, range) {
        case .needMore(let consumed):
            return consumed == 0 ? nil : consumed
        case .data(let data, let consumed):
            guard passBody(exchange, buffer, data) else { return range.count }
            // A length is over with its last byte; a chunked body with its terminator.
            if exchanges[exchange].decoder.isDone {
                clients[slot].hasBytesBehind = consumed < range.count
                requestBodyEnded(exchange)
            }
            return consumed
        case .end(let consumed):
            clients[slot].hasBytesBehind = consumed < range.count
            requestBodyEnded(exchange)
            return consumed
        case .refused(let reason):
            requestMalformed(exchange, reason)
            return range.count
        }
    }

    /// False when too much of a body that nobody wants has come.
    private mutating func passBody(
        _ exchange: Int, _ buffer: [UInt8], _ data: Range<Int>
    ) -> Bool {
        let slot = exchanges[exchange].client
        exchanges[exchange].record.requestBytes += data.count
        armClient(slot, after: timeouts.clientBody, .bodyTimeout)
        if let upstream = exchanges[exchange].upstream {
            let isChunked = exchanges[exchange].head.framing.isChunked
            emitBody(.upstream(upstream), isChunked: isChunked, buffer, data)
            return true
        }
        exchanges[exchange].droppedBytes += data.count
        guard exchanges[exchange].droppedBytes > 256 << 10 else { return true }
        clients[slot].isLast = true
        requestEnded(exchange)
        return false
    }

    mutating func emitBody(
        _ target: Sink, isChunked: Bool, _ buffer: [UInt8], _ range: Range<Int>
    ) {
        guard !range.isEmpty else { return }
        if isChunked {
            aim(target)
            outgoing.append(size: range.count)
            outgoing.append(Text.crlf)
            emit(target, buffer, range)
            outgoing.append(all: ChunkEncoder.dataEnd)
        } else {
            emit(target, buffer, range)
        }
    }

    mutating func emitTerminator(_ target: Sink) {
        aim(target)
        outgoing.append(all: ChunkEncoder.terminator)
    }

    private mutating func requestBodyEnded(_ exchange: Int) {
        if let upstream = exchanges[exchange].upstream,
            exchanges[exchange].head.framing.isChunked
        {
            emitTerminator(.upstream(upstream))
        }
        requestEnded(exchange)
    }

    /// The request is complete (or its rest is of no interest).
    private mutating func requestEnded(_ exchange: Int) {
        exchanges[exchange].requestIsDone = true
        if let upstream = exchanges[exchange].upstream {
            requestReceived(exchanges[exchange].client)
            // The server's time begins now, however long the body took.
            switch upstreams[upstream].phase {
            case .head: armUpstream(upstream, .firstByte)
            case .body: armUpstream(upstream, .betweenReads)
            case .connecting, .idle, .tunnel: break
            }
            _ = exchanges[exchange].state.requestEvent(.end)
        }
        if exchanges[exchange].responseIsDone { finishExchange(exchange) }
    }

    /// A body that breaks its framing: the upstream never sees an end, the client an error if there
    /// is still a place for it.
    private mutating func requestMalformed(_ exchange: Int, _ reason: RefusalReason) {
        let client = exchanges[exchange].client
        dropUpstream(exchange)
        if exchanges[exchange].record.status != 0 {
            guard exchanges[exchange].headSends == sends else {
                answeredMalformed(exchange, reason)
                return
            }
            // Nothing of the answer has left.
            retract(.client(client), from: exchanges[exchange].headOffset)
        }
        refuse(exchange, Refusal(reason == .bodyTooLarge ? 413 : 400, reason))
    }

    /// The client has been answered: a whole answer reaches it, before the end of its connection; a
    /// part of one is seen to be cut.
    private mutating func answeredMalformed(_ exchange: Int, _ reason: RefusalReason) {
        let client = exchanges[exchange].client
        exchanges[exchange].record.reason = .refusal(reason)
        if exchanges[exchange].responseIsDone {
            clients[client].isLast = true
            finishExchange(exchange)
        } else {
            endExchange(exchange, .refusal(reason))
            abortClient(client)
        }
    }
}
