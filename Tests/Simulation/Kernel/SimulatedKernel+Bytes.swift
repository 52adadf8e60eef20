import Sockets

/// Bytes, ends and resets on their way.
extension SimulatedKernel {
    // MARK: - Calls of the router

    func receive(
        _ descriptor: Descriptor, into buffer: inout [UInt8], at offset: Int, count: Int
    ) -> IOResult {
        guard let endpoint = connection(descriptor, "receive") else {
            return .failed(.invalidArgument)
        }
        switch read(endpoint, count) {
        case .bytes(let bytes):
            buffer.replaceSubrange(offset..<offset + bytes.count, with: bytes)
            return .count(bytes.count)
        case .end: return .count(0)
        case .nothing: return .wouldBlock
        case .failed(let error): return .failed(error)
        }
    }

    func send(_ descriptor: Descriptor, _ bytes: ArraySlice<UInt8>) -> IOResult {
        guard let endpoint = connection(descriptor, "send") else {
            return .failed(.invalidArgument)
        }
        return write(endpoint, bytes)
    }

    func shutdownWrite(_ descriptor: Descriptor) {
        guard let endpoint = connection(descriptor, "shutdown") else { return }
        shut(endpoint)
    }

    // MARK: - For both sides

    enum Read {
        case bytes(ArraySlice<UInt8>)
        case end
        case nothing
        case failed(SystemError)
    }

    func read(_ endpoint: Endpoint, _ count: Int) -> Read {
        if endpoint.isConnecting || endpoint.isHeld { return .nothing }
        guard endpoint.waiting > 0 else {
            if let error = endpoint.pendingError {
                endpoint.pendingError = nil
                return .failed(error)
            }
            return endpoint.hasEnded || endpoint.isReset ? .end : .nothing
        }
        var taken = min(count, endpoint.waiting)
        if taken > 1, endpoint.random.once(in: endpoint.link.shortReads) {
            taken = endpoint.random.between(1, taken - 1)
            hold(endpoint)
        }
        let bytes = endpoint.take(taken)
        if let sender = endpoint.peer {
            sender.outstanding -= bytes.count
            if sender.wantsRoom, sender.room * 2 >= sender.link.window {
                sender.wantsRoom = false
                edge(sender)
            }
        }
        return .bytes(bytes)
    }

    /// What was not read now arrives a little later, with an edge of its own: a short receive means
    /// that there was no more.
    private func hold(_ endpoint: Endpoint) {
        note(.shortRead, endpoint)
        endpoint.isHeld = true
        plan(afterMicroseconds: endpoint.random.between(1, 400)) { [self, weak endpoint] in
            guard let endpoint, endpoint.isHeld else { return }
            endpoint.isHeld = false
            edge(endpoint)
        }
    }

    func write(_ endpoint: Endpoint, _ bytes: ArraySlice<UInt8>) -> IOResult {
        let result = put(endpoint, bytes)
        if endpoint.worker < 0 { trace?("actor #\(endpoint.connection) write: \(result)") }
        return result
    }

    private func put(_ endpoint: Endpoint, _ bytes: ArraySlice<UInt8>) -> IOResult {
        if let error = endpoint.pendingError {
            endpoint.pendingError = nil
            return .failed(error)
        }
        if endpoint.isReset || endpoint.isShut { return .failed(.brokenPipe) }
        guard !bytes.isEmpty else { return .count(0) }
        guard !endpoint.isSendBlocked, endpoint.room > 0 else {
            if !endpoint.isConnecting { note(.backPressure, endpoint) }
            endpoint.wantsRoom = true
            return .wouldBlock
        }
        var taken = min(endpoint.room, bytes.count)
        if taken > 1, endpoint.random.once(in: endpoint.link.shortSends) {
            taken = endpoint.random.between(1, taken - 1)
            note(.shortSend, endpoint)
            endpoint.isSendBlocked = true
            plan(afterMicroseconds: endpoint.random.between(1, 400)) { [self, weak endpoint] in
                guard let endpoint else { return }
                endpoint.isSendBlocked = false
                if endpoint.room > 0 { edge(endpoint) }
            }
        }
        if taken < bytes.count { endpoint.wantsRoom = true }
        transmit(endpoint, bytes.prefix(taken))
        return .count(taken)
    }

    private func transmit(_ endpoint: Endpoint, _ bytes: ArraySlice<UInt8>) {
        endpoint.outstanding += bytes.count
        endpoint.bytesSent += bytes.count
        let packet = Array(bytes)
        arrive(endpoint) { [self] peer in
            guard !peer.isClosed else {
                // Nobody is there any more.
                reset(endpoint, .connectionReset)
                return
            }
            guard !peer.isReset else { return }
            peer.append(packet[...])
            edge(peer)
        }
    }

    /// Behind everything that was sent before.
    private func arrive(_ endpoint: Endpoint, _ action: @escaping (Endpoint) -> Void) {
        let earliest = now + UInt64(endpoint.latency()) * 1_000
        endpoint.lastArrival = max(endpoint.lastArrival, earliest)
        plan(after: endpoint.lastArrival - now) {
            if let peer = endpoint.peer { action(peer) }
        }
    }

    func shut(_ endpoint: Endpoint) {
        guard !endpoint.isShut, !endpoint.isReset else { return }
        endpoint.isShut = true
        arrive(endpoint) { [self] peer in
            guard !peer.isClosed, !peer.isReset else { return }
            peer.hasEnded = true
            note(.ended, peer)
            edge(peer)
        }
    }

    /// The end of the descriptor: with unread bytes, or by an abort, a reset; else an orderly end.
    func end(_ endpoint: Endpoint, isAbort: Bool) {
        guard !endpoint.isClosed else { return }
        let isReset = isAbort || endpoint.waiting > 0
        if !isReset { shut(endpoint) }
        endpoint.isClosed = true
        guard isReset, !endpoint.isReset else { return }
        arrive(endpoint) { [self] peer in reset(peer, .connectionReset) }
    }

    func reset(_ endpoint: Endpoint, _ error: SystemError) {
        guard !endpoint.isReset, !endpoint.isClosed else { return }
        if endpoint.link.resetDiscards { endpoint.discard() }
        endpoint.isReset = true
        endpoint.isConnecting = false
        endpoint.isHeld = false
        endpoint.pendingError = error
        if error == .connectionReset { note(.reset, endpoint) }
        edge(endpoint)
    }
}
