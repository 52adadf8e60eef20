internal import HTTPWire
internal import RequestModel
internal import RuleLang
internal import Sockets

/// Upgrades (RFC 9110 section 7.8): after a 101 the bytes go both ways unread, each direction with
/// its own end, until both have ended or nothing has moved for `tunnel_idle`.
extension Worker where IO: ~Copyable {
    /// Whether the request may go to the pool: one that asks for an upgrade needs a pool that
    /// allows it; what it asks for besides is dropped like any field of one connection.
    mutating func mayUpgrade(_ exchange: Int, _ pool: PoolID) -> Bool {
        guard let upgrade = exchanges[exchange].view.upgrade else { return true }
        let view = exchanges[exchange].view
        guard view.text(upgrade).elementsEqual("websocket".utf8) else { return true }
        let plan = generations[exchanges[exchange].generation].plan.pools[pool.index]
        guard plan.allowsWebSocket else { return false }
        // RFC 6455 section 4.1: a GET without a body.
        exchanges[exchange].upgrades =
            exchanges[exchange].method == MethodWord.get
            && !exchanges[exchange].head.framing.hasBody
        return exchanges[exchange].upgrades
    }

    /// A 101 is a response only to a request that has asked for it.
    mutating func switchProtocols(_ slot: Int, _ exchange: Int) {
        let client = exchanges[exchange].client
        guard exchanges[exchange].upgrades, upstreams[slot].head.isWebSocket else {
            upstreamMalformed(slot, exchange, .badUpgrade)
            return
        }
        aim(.client(client))
        // Taken out for the call: the compiler cannot see that the two do not overlap.
        var head = ByteBuffer()
        swap(&head, &outgoing)
        ResponseWriter.writeInformational(
            upstreams[slot].head, upgrades: true, to: &head)
        swap(&head, &outgoing)
        endOutgoing()
        exchanges[exchange].record.status = 101
        exchanges[exchange].headSends = 0
        servers[upstreams[slot].server].counters.statuses.count(101)
        counters.tunnels &+= 1
        timers.disarm(Self.timer(upstream: slot))
        upstreams[slot].phase = .tunnel
        clients[client].phase = .tunnel
        clients[client].exchangeDeadline = .max
        armTunnel(exchange)
        if !clients[client].input.isEmpty {
            var early: [UInt8] = []
            swap(&early, &clients[client].input)
            _ = forwardFromClient(client, early, early.indices)
        }
        enqueueClient(client)
    }

    mutating func armTunnel(_ exchange: Int) {
        var limit = timeouts.tunnelIdle
        for timeout in exchanges[exchange].plan.timeouts where timeout.timeout == .idle {
            limit = timeout.milliseconds
        }
        armClient(exchanges[exchange].client, after: limit, .bodyTimeout)
    }

    // MARK: - Bytes

    mutating func forwardFromClient(
        _ slot: Int, _ buffer: [UInt8], _ range: Range<Int>
    ) -> Int {
        if let exchange = clients[slot].exchange, let upstream = exchanges[exchange].upstream {
            exchanges[exchange].record.requestBytes += range.count
            emit(.upstream(upstream), buffer, range)
            endOutgoing()
            armTunnel(exchange)
        }
        return range.count
    }

    mutating func forwardFromUpstream(
        _ slot: Int, _ exchange: Int, _ buffer: [UInt8], _ range: Range<Int>
    ) -> Int {
        exchanges[exchange].record.responseBytes += range.count
        emit(.client(exchanges[exchange].client), buffer, range)
        endOutgoing()
        armTunnel(exchange)
        return range.count
    }

    mutating func pumpFromClient(_ slot: Int) {
        guard let exchange = clients[slot].exchange, let upstream = exchanges[exchange].upstream
        else { return }
        if clients[slot].stream.mayRead, upstreams[upstream].stream.output.isEmpty {
            switch clients[slot].stream.receive(&io, into: &scratch, &records) {
            case .nothing, .end: break
            case .failed:
                clientFailed(slot)
                return
            case .bytes(let count):
                var buffer: [UInt8] = []
                swap(&buffer, &scratch)
                _ = forwardFromClient(slot, buffer, 0..<count)
                swap(&buffer, &scratch)
            }
            if clients[slot].stream.mayRead { enqueueClient(slot) }
        }
        passEnds(exchange)
    }

    mutating func pumpFromUpstream(_ slot: Int) {
        guard let exchange = upstreams[slot].exchange else { return }
        let client = exchanges[exchange].client
        if upstreams[slot].stream.mayRead, clients[client].stream.output.isEmpty {
            switch upstreams[slot].stream.receive(&io, into: &scratch, &records) {
            case .nothing: break
            case .end where !upstreams[slot].stream.isBroken: break
            // The end behind a reset that a send has met is none.
            case .failed, .end:
                cutShort(exchange, .end(.tunnelEnded))
                return
            case .bytes(let count):
                var buffer: [UInt8] = []
                swap(&buffer, &scratch)
                _ = forwardFromUpstream(slot, exchange, buffer, 0..<count)
                swap(&buffer, &scratch)
            }
            if upstreams[slot].stream.mayRead { enqueueUpstream(slot) }
        }
        passEnds(exchange)
    }

    /// The end of one direction is passed on behind its last byte; after both, the tunnel ends.
    private mutating func passEnds(_ exchange: Int) {
        guard let upstream = exchanges[exchange].upstream else { return }
        let client = exchanges[exchange].client
        if clients[client].stream.hasEnded || upstreams[upstream].stream.hasEnded {
            flushOutgoing()
        }
        if clients[client].stream.hasEnded, upstreams[upstream].stream.output.isEmpty,
            !upstreams[upstream].stream.isShut
        {
            upstreams[upstream].stream.shut(&io, &records)
        }
        if upstreams[upstream].stream.hasEnded, clients[client].stream.output.isEmpty,
            !clients[client].stream.isShut
        {
            clients[client].stream.shut(&io, &records)
        }
        if clients[client].stream.isShut, upstreams[upstream].stream.isShut {
            endExchange(exchange, .none)
            closeClient(client)
        }
    }
}

extension ResponseHead {
    /// A 101 that switches to WebSocket and says so in both fields (RFC 6455 section 4.1). HTTP/1.0
    /// has no 1xx.
    var isWebSocket: Bool {
        if isHTTP10 { return false }
        var names = 0
        for field in fields where field.kind == .upgrade {
            let value = bytes[field.value.indices]
            guard FieldText.equalsIgnoringCase(value, "websocket".utf8) else { return false }
            names += 1
        }
        let isNominated = connectionOptions.contains {
            FieldText.equalsIgnoringCase(bytes[$0.indices], "upgrade".utf8)
        }
        return names == 1 && isNominated
    }
}
