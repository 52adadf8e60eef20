internal import HTTPWire
internal import RequestModel
internal import RuleLang
internal import Sockets
internal import TLS

/// Choosing a server and sending it the request.
extension Worker where IO: ~Copyable {
    /// Sends the exchange to the next server of its pool, on an idle connection if there is one.
    mutating func connectUpstream(_ exchange: Int) {
        let generation = exchanges[exchange].generation
        let pool = exchanges[exchange].attempts.pool.index
        while let place = generations[generation].pools[pool].next(
            excluding: exchanges[exchange].attempts.tried, drained: drained)
        {
            let server = generations[generation].pools[pool].members[place].server
            exchanges[exchange].record.server = server
            exchanges[exchange].record.upstreamStart = nowNanoseconds
            if let upstream = openUpstream(exchange, server) {
                start(upstream, exchange, server)
                return
            }
            exchanges[exchange].attempts.tried.append(place)
            exchanges[exchange].attempts.failure = .end(.upstreamConnectFailed)
        }
        let failure = exchanges[exchange].attempts.failure
        if exchanges[exchange].attempts.tried.isEmpty {
            answer(exchange, .plain(503, "no server\n"), .end(.noServer))
        } else if failure == .end(.upstreamConnectTimeout) {
            answer(exchange, .plain(504, "gateway timeout\n"), failure)
        } else {
            answer(exchange, .plain(502, "bad gateway\n"), failure)
        }
    }

    /// An idle connection to the server, or a new one; nil when there cannot be one.
    private mutating func openUpstream(_ exchange: Int, _ server: Int) -> Int? {
        while !exchanges[exchange].attempts.needsFresh, let idle = servers[server].idle.popLast() {
            // Something has come since the last response: its end, or bytes that nobody asked for
            // and that must not be taken for the answer to this request.
            guard !upstreams[idle].stream.mayRead else {
                closeUpstream(idle)
                continue
            }
            upstreams[idle].isReused = true
            upstreams[idle].hasResponded = false
            upstreams[idle].phase = .head
            return idle
        }
        let descriptor: Descriptor
        var isOpen = false
        switch connect(server) {
        case .connected(let connected):
            descriptor = connected
            isOpen = true
        case .pending(let pending): descriptor = pending
        case .failed:
            servers[server].counters.failures &+= 1
            return nil
        }
        var session: TLSSession?
        let pool = generations[exchanges[exchange].generation].plan.pools[
            exchanges[exchange].attempts.pool.index]
        if let context = pool.tls {
            session = TLSSession(
                client: context, serverName: pool.serverName ?? servers[server].name)
            guard session != nil else {
                io.close(descriptor)
                return nil
            }
        }
        return addUpstream(descriptor, server, session, isOpen: isOpen)
    }

    /// A connection that rests gives way to one that is needed.
    private mutating func connect(_ server: Int) -> ConnectResult {
        while true {
            let result = io.connect(servers[server].address)
            guard case .failed(.tooManyFiles) = result, closeResting() else { return result }
        }
    }

    private mutating func addUpstream(
        _ descriptor: Descriptor, _ server: Int, _ session: TLSSession?, isOpen: Bool
    ) -> Int? {
        let slot = upstreams.allocate { UpstreamConnection() }
        upstreams[slot].reset()
        upstreams[slot].stream.descriptor = descriptor
        upstreams[slot].stream.mayRead = false
        upstreams[slot].stream.mayWrite = isOpen
        upstreams[slot].stream.tls = session
        upstreams[slot].isOpen = isOpen
        upstreams[slot].server = server
        upstreams[slot].phase = isOpen && session == nil ? .head : .connecting
        let token = Token(.upstream, slot: slot, generation: upstreams.generation(of: slot))
        if io.register(descriptor, token: token.raw) != nil {
            closeUpstream(slot)
            return nil
        }
        if isOpen {
            servers[server].counters.connections &+= 1
            if session != nil {
                upstreams[slot].stream.isBroken =
                    !upstreams[slot].stream.beginHandshake(&io, &records)
            }
        }
        return slot
    }

    /// Binds the connection to the exchange and sends the head.
    private mutating func start(_ upstream: Int, _ exchange: Int, _ server: Int) {
        upstreams[upstream].exchange = exchange
        upstreams[upstream].scanner.reset()
        exchanges[exchange].upstream = upstream
        servers[server].counters.requests &+= 1
        servers[server].counters.active += 1
        exchanges[exchange].state.isReplayable =
            upstreams[upstream].isReused && exchanges[exchange].isReplayable
        let forwarding = Forwarding(
            isTrustedPeer: isTrusted(exchanges[exchange].view.peer, exchange),
            server: exchanges[exchange].view.host.isEmpty ? servers[server].host : [],
            upgrades: exchanges[exchange].upgrades)
        aim(.upstream(upstream))
        // Taken out for the call: the compiler cannot see that the two do not overlap.
        var head = ByteBuffer()
        swap(&head, &outgoing)
        RequestWriter.write(exchanges[exchange], forwarding, to: &head)
        swap(&head, &outgoing)
        let isConnecting = upstreams[upstream].phase == .connecting
        armUpstream(upstream, isConnecting ? .connect : .firstByte)
        if isConnecting { return endOutgoing() }
        askForBody(exchange)
        // Its edge may have come while another server was tried.
        if !exchanges[exchange].requestIsDone, !PlantedFault.lostFailover.isOn {
            enqueueClient(exchanges[exchange].client)
        }
    }

    /// Once there is a server to take the body: the client's time for it begins, and `100 Continue`
    /// is said (RFC 9110 section 10.1.1).
    private mutating func askForBody(_ exchange: Int) {
        guard !exchanges[exchange].requestIsDone else { return }
        armClient(exchanges[exchange].client, after: timeouts.clientBody, .bodyTimeout)
        guard exchanges[exchange].head.expectsContinue, !PlantedFault.noContinue.isOn else {
            return
        }
        exchanges[exchange].head.expectsContinue = false
        aim(.client(exchanges[exchange].client))
        outgoing.append(Text.continue)
        endOutgoing()
    }

    private mutating func isTrusted(_ peer: Endpoint, _ exchange: Int) -> Bool {
        guard let ip = peer.ip else { return false }
        return generations[exchanges[exchange].generation].read {
            $0.program.settings.trustedProxies?.blocks.contains { $0.contains(ip) } ?? false
        }
    }

    // MARK: - The result of a connect

    /// False when there is no connection, or not yet.
    mutating func finishConnect(_ slot: Int) -> Bool {
        if !upstreams[slot].isOpen {
            guard upstreams[slot].stream.mayWrite else { return false }
            if io.connectResult(upstreams[slot].stream.descriptor) != nil {
                connectFailed(slot, .end(.upstreamConnectFailed))
                return false
            }
            upstreams[slot].isOpen = true
            servers[upstreams[slot].server].counters.connections &+= 1
            if upstreams[slot].stream.tls != nil {
                upstreams[slot].stream.isBroken =
                    !upstreams[slot].stream.beginHandshake(&io, &records)
            }
        }
        guard finishHandshake(slot) else { return false }
        upstreams[slot].phase = .head
        armUpstream(slot, .firstByte)
        if let exchange = upstreams[slot].exchange {
            askForBody(exchange)
            enqueueClient(exchanges[exchange].client)
        }
        return true
    }

    /// Nothing of a request has gone out before the server has shown who it is.
    private mutating func finishHandshake(_ slot: Int) -> Bool {
        while !upstreams[slot].stream.isEstablished {
            guard !upstreams[slot].stream.isBroken, upstreams[slot].stream.flush(&io) else {
                handshakeFailed(slot)
                return false
            }
            guard upstreams[slot].stream.mayRead else { return false }
            switch upstreams[slot].stream.receive(&io, into: &scratch, &records) {
            case .nothing: continue
            // Before it was asked anything a server has nothing to say.
            case .bytes, .end, .failed:
                handshakeFailed(slot)
                return false
            }
        }
        return true
    }

    /// Whoever runs the router has to know why, but not at every request.
    private mutating func handshakeFailed(_ slot: Int) {
        let server = upstreams[slot].server
        if servers[server].handshakeNews.mayTell(nowNanoseconds) {
            let detail = upstreams[slot].stream.tls?.failure?.detail
            control.post(
                .handshakeFailed(
                    server: server, detail: detail ?? "the server closed the connection",
                    atNanoseconds: nowNanoseconds))
        }
        connectFailed(slot, .end(.upstreamTLSFailed))
    }

    /// No connection to this server: the next one of the pool.
    mutating func connectFailed(_ slot: Int, _ reason: Reason) {
        let server = upstreams[slot].server
        servers[server].counters.failures &+= 1
        guard let exchange = upstreams[slot].exchange else {
            closeUpstream(slot)
            return
        }
        exchanges[exchange].upstream = nil
        closeUpstream(slot)
        let generation = exchanges[exchange].generation
        let pool = exchanges[exchange].attempts.pool.index
        let members = generations[generation].pools[pool].members
        for place in members.indices where members[place].server == server {
            exchanges[exchange].attempts.tried.append(place)
        }
        exchanges[exchange].attempts.failure = reason
        connectUpstream(exchange)
    }
}
