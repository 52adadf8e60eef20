internal import HTTPWire
internal import RequestModel
internal import RuleLang
internal import Sockets

/// The upstream's side: choosing a server, sending the request, reading the response.
extension Worker where IO: ~Copyable {
    // MARK: - Choosing

    /// Sends the exchange to the next server of its pool, on an idle connection if there is one.
    mutating func connectUpstream(_ slot: Int) {
        let pool = clients[slot].attempts.pool.index
        while let server = pools[pool].next(excluding: clients[slot].attempts.tried) {
            clients[slot].record.server = pools[pool].servers[server].text
            clients[slot].record.upstreamStart = nowNanoseconds
            if !clients[slot].attempts.needsFresh,
                let idle = pools[pool].servers[server].idle.popLast()
            {
                upstreams[idle].isReused = true
                upstreams[idle].hasResponded = false
                timers.disarm(Self.timer(upstream: idle))
                start(idle, slot, pool, server)
                return
            }
            let address = pools[pool].servers[server].address
            switch io.connect(address) {
            case .connected(let descriptor):
                if let upstream = addUpstream(descriptor, pool, server) {
                    upstreams[upstream].mayWrite = true
                    start(upstream, slot, pool, server)
                    return
                }
            case .pending(let descriptor):
                if let upstream = addUpstream(descriptor, pool, server) {
                    upstreams[upstream].phase = .connecting
                    start(upstream, slot, pool, server)
                    return
                }
            case .failed: break
            }
            clients[slot].attempts.tried.insert(server)
            clients[slot].attempts.failure = "upstream_connect_failed"
        }
        if clients[slot].attempts.tried.isEmpty {
            answer(slot, Self.plain(503, "no server\n"), reason: "no_server")
        } else {
            answer(
                slot, Self.plain(502, "bad gateway\n"), reason: clients[slot].attempts.failure)
        }
    }

    private mutating func addUpstream(
        _ descriptor: Descriptor, _ pool: Int, _ server: Int
    ) -> Int? {
        let slot = upstreams.allocate { UpstreamConnection() }
        upstreams[slot].reset()
        upstreams[slot].descriptor = descriptor
        upstreams[slot].phase = .head
        let token = Token(.upstream, slot: slot, generation: upstreams.generation(of: slot))
        if io.register(descriptor, token: token.raw) != nil {
            io.close(descriptor)
            upstreams.release(slot)
            return nil
        }
        return slot
    }

    /// Binds the connection to the exchange and sends the head.
    private mutating func start(_ upstream: Int, _ slot: Int, _ pool: Int, _ server: Int) {
        upstreams[upstream].pool = pool
        upstreams[upstream].server = server
        upstreams[upstream].client = slot
        upstreams[upstream].scanner.reset()
        clients[slot].upstream = upstream
        let isConnecting = upstreams[upstream].phase == .connecting
        if !isConnecting { upstreams[upstream].phase = .head }
        clients[slot].exchange.isReplayable =
            upstreams[upstream].isReused && clients[slot].isReplayable
        let forwarding = Forwarding(
            isTrustedPeer: isTrusted(clients[slot].view.peer),
            serverText: clients[slot].record.server)
        upstreams[upstream].output.build { output in
            RequestWriter.write(clients[slot], forwarding, to: &output)
        }
        armUpstream(upstream, isConnecting ? .connect : .firstByte)
        if clients[slot].phase == .body, clients[slot].head.expectsContinue,
            clients[slot].record.status == 0
        {
            clients[slot].head.expectsContinue = false
            clients[slot].output.append("HTTP/1.1 100 Continue\r\n\r\n".utf8)
            flushClient(slot)
            guard clients.isUsed(slot) else { return }
        }
        if !isConnecting { flushUpstream(upstream) }
    }

    private func isTrusted(_ peer: Endpoint) -> Bool {
        guard let proxies = program.settings.trustedProxies, let ip = peer.ip else { return false }
        return proxies.blocks.contains { $0.contains(ip) }
    }

    // MARK: - Turns

    mutating func runUpstream(_ slot: Int) {
        if upstreams[slot].phase == .connecting {
            guard upstreams[slot].mayWrite || upstreams[slot].mayRead else { return }
            guard upstreams[slot].mayWrite else { return }
            if io.connectResult(upstreams[slot].descriptor) != nil {
                connectFailed(slot, reason: "upstream_connect_failed")
                return
            }
            upstreams[slot].phase = .head
            armUpstream(slot, .firstByte)
        }
        guard flushUpstream(slot), mayReceive(upstream: slot) else { return }
        let descriptor = upstreams[slot].descriptor
        switch io.receive(descriptor, into: &scratch, at: 0, count: Self.scratchSize) {
        case .wouldBlock:
            upstreams[slot].mayRead = false
        case .failed:
            upstreamEnded(slot)
        case .count(0):
            upstreamEnded(slot)
        case .count(let count):
            received(count, upstream: slot)
            if upstreams.isUsed(slot) { enqueueUpstream(slot) }
        }
    }

    private func mayReceive(upstream slot: Int) -> Bool {
        guard upstreams[slot].mayRead else { return false }
        guard let client = upstreams[slot].client else { return true }
        return clients[client].output.isEmpty
    }

    /// Sends what waits; false when the connection has ended.
    @discardableResult
    mutating func flushUpstream(_ slot: Int) -> Bool {
        guard upstreams[slot].phase != .connecting else { return true }
        while upstreams[slot].mayWrite, !upstreams[slot].output.isEmpty {
            let range = upstreams[slot].output.unsent
            switch io.send(upstreams[slot].descriptor, upstreams[slot].output.bytes, range) {
            case .count(let count):
                upstreams[slot].output.sent(count)
                if count < range.count { upstreams[slot].mayWrite = false }
            case .wouldBlock: upstreams[slot].mayWrite = false
            case .failed:
                // The response may be there already: it is read before the end is told.
                upstreams[slot].output.removeAll()
                upstreams[slot].mayWrite = false
                upstreams[slot].mayRead = true
                enqueueUpstream(slot)
                return true
            }
        }
        if upstreams[slot].output.isEmpty, let client = upstreams[slot].client,
            clients[client].phase == .body
        {
            enqueueClient(client)
        }
        return true
    }

    private mutating func received(_ count: Int, upstream slot: Int) {
        guard upstreams[slot].client != nil else {
            // An idle connection has nothing to say.
            closeIdle(slot)
            return
        }
        var buffer: [UInt8] = []
        swap(&buffer, &upstreams[slot].input)
        buffer.append(contentsOf: scratch[..<count])
        var start = 0
        while upstreams.isUsed(slot), upstreams[slot].client != nil, start < buffer.count {
            let consumed =
                upstreams[slot].phase == .body
                ? consumeResponseBody(slot, buffer, start)
                : consumeResponseHead(slot, buffer, start)
            guard let consumed else { break }
            start += consumed
        }
        guard upstreams.isUsed(slot) else { return }
        if upstreams[slot].client == nil {
            // Bytes behind the response: nobody asked for them (RFC 9112 section 9.2).
            if start < buffer.count { closeIdle(slot) }
            return
        }
        if start == buffer.count {
            buffer.removeAll(keepingCapacity: buffer.capacity <= 16 << 10)
        } else if start > 0 {
            buffer.removeSubrange(..<start)
            upstreams[slot].scanner.reset()
        }
        swap(&buffer, &upstreams[slot].input)
        if let client = upstreams[slot].client { flushClient(client) }
    }

    // MARK: - The response

    private mutating func consumeResponseHead(
        _ slot: Int, _ buffer: [UInt8], _ start: Int
    ) -> Int? {
        guard let client = upstreams[slot].client else { return nil }
        upstreams[slot].hasResponded = true
        if clients[client].record.firstByte == 0 {
            clients[client].record.firstByte = nowNanoseconds
        }
        switch upstreams[slot].scanner.scan(buffer, start..<buffer.count, limit: limits.head) {
        case .incomplete: return nil
        case .refused(let refusal):
            upstreamMalformed(slot, refusal.reason)
            return buffer.count - start
        case .complete(let end):
            let range = upstreams[slot].scanner.start..<end
            upstreams[slot].scanner.reset()
            let isHEAD = clients[client].isHEAD
            if let refusal = upstreams[slot].head.parse(
                buffer, range, limits: limits, requestMethodIsHEAD: isHEAD)
            {
                upstreamMalformed(slot, refusal.reason)
                return buffer.count - start
            }
            responseHead(slot, client)
            return end - start
        }
    }

    private mutating func responseHead(_ slot: Int, _ client: Int) {
        let status = upstreams[slot].head.status
        if status < 200 {
            guard status != 101 else {
                upstreamMalformed(slot, .badUpgrade)
                return
            }
            // The router has said 100 itself; others are passed on to those who know them.
            _ = clients[client].exchange.responseEvent(.informational)
            if status != 100, clients[client].view.version == .http11 {
                clients[client].output.build { output in
                    ResponseWriter.writeInformational(upstreams[slot].head, to: &output)
                }
            }
            return
        }
        if !clients[client].head.keepsAlive || isDraining || clients[client].hasEnded {
            clients[client].closesAfterOutput = true
        }
        let isHTTP10 = clients[client].view.version == .http10
        let framing = upstreams[slot].head.framing
        clients[client].responseFraming = framing
        if framing == .chunked || framing == .untilClose {
            clients[client].responseFraming = isHTTP10 ? .untilClose : .chunked
            if isHTTP10 { clients[client].closesAfterOutput = true }
        }
        upstreams[slot].decoder = BodyDecoder(framing, limit: 0)
        // The upstream answers before it has read all: neither connection goes on.
        if clients[client].phase == .body { clients[client].closesAfterOutput = true }
        let closes = clients[client].closesAfterOutput
        let date = dateText.bytes(wallMilliseconds)
        let (responseFraming, edits) = (
            clients[client].responseFraming, clients[client].plan.responseEdits
        )
        clients[client].output.build { output in
            ResponseWriter.write(
                upstreams[slot].head, framing: responseFraming, edits: edits, date: date,
                connection: closes ? .close : isHTTP10 ? .keepAlive : .none, to: &output)
        }
        clients[client].record.status = status
        let hasBody = framing != .none && framing != .length(0)
        _ = clients[client].exchange.responseEvent(.head(hasBody: hasBody))
        upstreams[slot].phase = .body
        armUpstream(slot, .betweenReads)
        if !hasBody { responseEnded(slot, client) }
    }

    private mutating func consumeResponseBody(
        _ slot: Int, _ buffer: [UInt8], _ start: Int
    ) -> Int? {
        guard let client = upstreams[slot].client else { return nil }
        switch upstreams[slot].decoder.next(buffer, start..<buffer.count) {
        case .needMore(let consumed): return consumed == 0 ? nil : consumed
        case .data(let range, let consumed):
            armUpstream(slot, .betweenReads)
            clients[client].record.responseBytes += range.count
            appendBody(client, buffer, range)
            if upstreams[slot].decoder.isDone { responseEnded(slot, client) }
            return consumed
        case .end(let consumed):
            responseEnded(slot, client)
            return consumed
        case .refused(let reason):
            upstreamMalformed(slot, reason)
            return buffer.count - start
        }
    }

    private mutating func appendBody(_ client: Int, _ buffer: [UInt8], _ range: Range<Int>) {
        guard !range.isEmpty else { return }
        if clients[client].responseFraming == .chunked {
            clients[client].output.build {
                ChunkEncoder.appendHeader(size: range.count, to: &$0)
            }
            clients[client].output.append(buffer[range])
            clients[client].output.append(ChunkEncoder.dataEnd)
        } else {
            clients[client].output.append(buffer[range])
        }
    }

    /// The response is complete: the upstream connection is kept if it may serve again.
    private mutating func responseEnded(_ slot: Int, _ client: Int) {
        if clients[client].responseFraming == .chunked {
            clients[client].output.append(ChunkEncoder.terminator)
        }
        clients[client].responseIsDone = true
        clients[client].upstream = nil
        let isRequestDone = clients[client].phase != .body
        if isRequestDone, upstreams[slot].head.keepsAlive, upstreams[slot].output.isEmpty {
            keep(slot)
        } else {
            closeUpstream(slot)
        }
        if !isRequestDone { clients[client].closesAfterOutput = true }
        finishExchange(client)
    }

    // MARK: - Idle connections

    private mutating func keep(_ slot: Int) {
        let (pool, server) = (upstreams[slot].pool, upstreams[slot].server)
        upstreams[slot].client = nil
        upstreams[slot].phase = .idle
        guard pools[pool].servers[server].idle.count < ServerPool.idleLimit, !isDraining else {
            closeUpstream(slot)
            return
        }
        pools[pool].servers[server].idle.append(slot)
        armUpstream(slot, .idle)
    }

    mutating func closeIdle(_ slot: Int) {
        let (pool, server) = (upstreams[slot].pool, upstreams[slot].server)
        if upstreams[slot].phase == .idle {
            pools[pool].servers[server].idle.removeAll { $0 == slot }
        }
        closeUpstream(slot)
    }

    mutating func closeUpstream(_ slot: Int) {
        timers.disarm(Self.timer(upstream: slot))
        io.close(upstreams[slot].descriptor)
        if upstreams[slot].phase == .idle {
            let (pool, server) = (upstreams[slot].pool, upstreams[slot].server)
            pools[pool].servers[server].idle.removeAll { $0 == slot }
        }
        upstreams[slot].reset()
        upstreams.release(slot)
    }
}

extension ClientConnection {
    /// RFC 9110 section 9.2.2: idempotent, and nothing of a body is gone.
    var isReplayable: Bool {
        guard head.framing == .none || head.framing == .length(0) else { return false }
        let method = String(decoding: view.text(view.method), as: UTF8.self)
        return ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"].contains(method)
    }
}
