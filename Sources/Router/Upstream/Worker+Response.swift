internal import HTTPWire
internal import RequestModel
internal import RuleLang
internal import Sockets

/// What a server has sent, taken apart and passed on.
extension Worker where IO: ~Copyable {
    /// The range is one of `scratch`.
    mutating func receivedFromUpstream(_ slot: Int, _ range: Range<Int>) {
        guard upstreams[slot].exchange != nil else {
            // An idle connection has nothing to say.
            closeUpstream(slot)
            return
        }
        var buffer: [UInt8] = []
        if upstreams[slot].input.isEmpty {
            swap(&buffer, &scratch)
            let rest = consumeResponse(slot, buffer, range)
            if upstreams.isUsed(slot), rest < range.upperBound {
                upstreams[slot].input.append(buffer, in: rest..<range.upperBound)
            }
            swap(&buffer, &scratch)
        } else {
            swap(&buffer, &upstreams[slot].input)
            buffer.append(scratch, in: range)
            let rest = consumeResponse(slot, buffer, buffer.indices)
            guard upstreams.isUsed(slot), rest < buffer.count else { return }
            buffer.removeSubrange(..<rest)
            swap(&buffer, &upstreams[slot].input)
        }
    }

    /// Answers where the bytes begin that have to wait: part of a head.
    private mutating func consumeResponse(
        _ slot: Int, _ buffer: [UInt8], _ range: Range<Int>
    ) -> Int {
        var start = range.lowerBound
        while upstreams.isUsed(slot), start < range.upperBound {
            guard let exchange = upstreams[slot].exchange else {
                if PlantedFault.swappedResponse.isOn { break }
                // Bytes behind the response: nobody asked for them (RFC 9112 section 9.2).
                closeUpstream(slot)
                break
            }
            let rest = start..<range.upperBound
            let consumed: Int?
            switch upstreams[slot].phase {
            case .body: consumed = consumeResponseBody(slot, exchange, buffer, rest)
            case .tunnel: consumed = forwardFromUpstream(slot, exchange, buffer, rest)
            case .connecting, .head, .idle:
                consumed = consumeResponseHead(slot, exchange, buffer, rest)
            }
            guard let consumed else { break }
            start += consumed
        }
        if upstreams.isUsed(slot), case .body = upstreams[slot].phase, start > range.lowerBound {
            armUpstream(slot, .betweenReads)
        }
        return start
    }

    private mutating func consumeResponseHead(
        _ slot: Int, _ exchange: Int, _ buffer: [UInt8], _ range: Range<Int>
    ) -> Int? {
        upstreams[slot].hasResponded = true
        if exchanges[exchange].record.firstByte == 0 {
            exchanges[exchange].record.firstByte = nowNanoseconds
        }
        let limits = generations[exchanges[exchange].generation].read { $0.limits }
        switch upstreams[slot].scanner.scan(buffer, range, limit: limits.head, lines: &lines) {
        case .incomplete: return nil
        case .refused(let refusal):
            upstreamMalformed(slot, exchange, refusal.reason)
            return range.count
        case .complete(let end):
            let head = upstreams[slot].scanner.start..<end
            upstreams[slot].scanner.reset()
            let refusal = upstreams[slot].head.parse(
                buffer, head, limits: limits, requestMethodIsHEAD: exchanges[exchange].isHEAD,
                lines: lines)
            if let refusal {
                upstreamMalformed(slot, exchange, refusal.reason)
                return range.count
            }
            responseHead(slot, exchange)
            return end - range.lowerBound
        }
    }

    private mutating func responseHead(_ slot: Int, _ exchange: Int) {
        guard upstreams[slot].head.status >= 200 else {
            informational(slot, exchange)
            return
        }
        let client = exchanges[exchange].client
        if !exchanges[exchange].head.keepsAlive || isEnding(client) {
            clients[client].isLast = true
        }
        let isHTTP10 = exchanges[exchange].view.version == .http10
        let framing = upstreams[slot].head.framing
        exchanges[exchange].responseFraming = framing
        switch framing {
        case .none, .length: break
        case .chunked, .untilClose:
            exchanges[exchange].responseFraming = isHTTP10 ? .untilClose : .chunked
            if isHTTP10 { clients[client].isLast = true }
        }
        upstreams[slot].decoder = BodyDecoder(framing, limit: 0)
        // The upstream answers before it has read all: neither connection goes on.
        if !exchanges[exchange].requestIsDone { clients[client].isLast = true }
        let closes = clients[client].isLast
        dateText.advance(to: wallMilliseconds)
        aim(.client(client))
        exchanges[exchange].headOffset = outgoing.count
        exchanges[exchange].headSends = sends
        // Taken out for the call: the compiler cannot see that the two do not overlap.
        var head = ByteBuffer()
        swap(&head, &outgoing)
        ResponseWriter.write(
            upstreams[slot].head, exchanges[exchange].responseFraming,
            edits: exchanges[exchange].plan.responseEdits, date: dateText.text,
            connection: closes ? .close : isHTTP10 ? .keepAlive : .none, to: &head)
        swap(&head, &outgoing)
        let status = upstreams[slot].head.status
        exchanges[exchange].record.status = status
        servers[upstreams[slot].server].counters.statuses.count(status)
        let hasBody = framing.hasBody
        _ = exchanges[exchange].state.responseEvent(.head(hasBody: hasBody))
        upstreams[slot].phase = .body
        if !hasBody { responseEnded(slot, exchange) }
    }

    /// Of one exchange.
    private static var mostInterims: Int { 32 }

    /// The router has said 100 itself; other 1xx are passed on to those who know them.
    private mutating func informational(_ slot: Int, _ exchange: Int) {
        let status = upstreams[slot].head.status
        if status == 101 {
            switchProtocols(slot, exchange)
            return
        }
        exchanges[exchange].interims += 1
        guard exchanges[exchange].interims <= Self.mostInterims else {
            upstreamMalformed(slot, exchange, .tooManyInterim)
            return
        }
        _ = exchanges[exchange].state.responseEvent(.informational)
        guard status != 100, exchanges[exchange].view.version == .http11 else { return }
        aim(.client(exchanges[exchange].client))
        // Taken out for the call: the compiler cannot see that the two do not overlap.
        var head = ByteBuffer()
        swap(&head, &outgoing)
        ResponseWriter.writeInformational(
            upstreams[slot].head, upgrades: false, to: &head)
        swap(&head, &outgoing)
        endOutgoing()
    }

    private mutating func consumeResponseBody(
        _ slot: Int, _ exchange: Int, _ buffer: [UInt8], _ range: Range<Int>
    ) -> Int? {
        switch upstreams[slot].decoder.next(buffer, range) {
        case .needMore(let consumed): return consumed == 0 ? nil : consumed
        case .data(let data, let consumed):
            exchanges[exchange].record.responseBytes += data.count
            emitBody(
                .client(exchanges[exchange].client),
                isChunked: exchanges[exchange].responseFraming.isChunked, buffer, data)
            if upstreams[slot].decoder.isDone { responseEnded(slot, exchange) }
            return consumed
        case .end(let consumed):
            responseEnded(slot, exchange)
            return consumed
        case .refused(let reason):
            upstreamMalformed(slot, exchange, reason)
            return range.count
        }
    }

    /// The response is complete: the upstream connection is kept if it may serve again.
    mutating func responseEnded(_ slot: Int, _ exchange: Int) {
        let client = exchanges[exchange].client
        if exchanges[exchange].responseFraming.isChunked { emitTerminator(.client(client)) }
        exchanges[exchange].responseIsDone = true
        exchanges[exchange].upstream = nil
        let isRequestDone = exchanges[exchange].requestIsDone
        if !isRequestDone { clients[client].isLast = true }
        if isRequestDone || PlantedFault.keptUnfinished.isOn, upstreams[slot].head.keepsAlive,
            !upstreams[slot].stream.hasEnded, upstreams[slot].stream.output.isEmpty,
            !upstreams[slot].stream.isBroken
        {
            if !PlantedFault.counterLeak.isOn {
                servers[upstreams[slot].server].counters.active -= 1
            }
            keep(slot)
        } else {
            closeUpstream(slot)
        }
        finishExchange(exchange)
    }
}
