internal import RequestModel
internal import RuleLang
internal import Sockets

/// Accepting, and ending.
extension Worker where IO: ~Copyable {
    /// Accepts a bounded number: the listener's event comes again if there are more.
    mutating func acceptAll(_ listener: Int) {
        guard isAccepting, !isDraining else { return }
        for _ in 0..<64 {
            if clients.count >= setup.connectionLimit {
                pauseAccepting(until: .max)
                return
            }
            switch io.accept(setup.listeners[listener].descriptor) {
            case .connection(let descriptor, let peer): add(descriptor, peer, listener)
            case .wouldBlock: return
            case .failed:
                // Out of descriptors or memory: the kernel keeps the connection in its queue.
                pauseAccepting(until: nowMilliseconds + 100)
                return
            }
        }
    }

    private mutating func add(_ descriptor: Descriptor, _ peer: SocketAddress, _ listener: Int) {
        let slot = clients.allocate { ClientConnection() }
        clients[slot].reset()
        clients[slot].descriptor = descriptor
        clients[slot].listener = listener
        clients[slot].peer = peer.endpoint
        let token = Token(.client, slot: slot, generation: clients.generation(of: slot))
        if io.register(descriptor, token: token.raw) != nil {
            io.close(descriptor)
            clients.release(slot)
            return
        }
        armClient(slot, after: program.settings.timeouts.clientHead, .headTimeout)
        enqueue(token)
    }

    /// The listeners leave the epoll set, so that a full router does not spin.
    private mutating func pauseAccepting(until deadline: UInt64) {
        acceptAgainAt = deadline
        guard isAccepting else { return }
        isAccepting = false
        for listener in setup.listeners { io.unregister(listener.descriptor) }
    }

    mutating func resumeAccepting() {
        acceptAgainAt = .max
        guard !isAccepting, !isDraining else { return }
        isAccepting = true
        for (slot, listener) in setup.listeners.enumerated() {
            let token = Token(.listener, slot: slot, generation: 0)
            _ = io.registerListener(listener.descriptor, token: token.raw)
        }
    }

    // MARK: - Control

    mutating func readMailbox() {
        mailbox.drain(into: &messages)
        for message in messages {
            switch message {
            case .drain: drain()
            case .stop: stop()
            }
        }
    }

    private mutating func drain() {
        guard !isDraining else { return }
        isDraining = true
        drainDeadline = nowMilliseconds + UInt64(program.settings.timeouts.drain)
        if isAccepting {
            for listener in setup.listeners { io.unregister(listener.descriptor) }
        }
        isAccepting = false
        for listener in setup.listeners { io.close(listener.descriptor) }
        for slot in clients.slotsInUse where isIdle(slot) { closeClient(slot) }
    }

    private func isIdle(_ slot: Int) -> Bool {
        guard case .head = clients[slot].phase else { return false }
        return clients[slot].input.isEmpty && clients[slot].output.isEmpty
    }

    mutating func stop() {
        for slot in clients.slotsInUse {
            finishRecord(slot, status: 0, reason: "stopped")
            abortClient(slot)
        }
        for slot in upstreams.slotsInUse { closeUpstream(slot) }
        if !isDraining {
            for listener in setup.listeners { io.close(listener.descriptor) }
        }
        isStopped = true
    }
}

extension SocketAddress {
    /// The other end as rules see it; nothing on a unix socket.
    var endpoint: Endpoint {
        switch self {
        case .v4(let address, let port): Endpoint(ip: IPAddress(v4: address), port: port)
        case .v6(let high, let low, let port):
            Endpoint(ip: IPAddress(high: high, low: low), port: port)
        case .unix: Endpoint()
        }
    }
}
