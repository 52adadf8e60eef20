internal import RequestModel
internal import RuleLang
internal import Sockets
internal import TLS

/// Accepting.
extension Worker where IO: ~Copyable {
    mutating func listen(_ socket: ListenerSocket) {
        while sockets.count <= socket.number {
            sockets.append(
                ListenerSocket(
                    number: sockets.count, descriptor: Descriptor(raw: -1), port: 0, isOpen: false))
        }
        sockets[socket.number] = socket
        if isAccepting || (!adminRests && isAdmin(socket.number)) { register(socket) }
    }

    private mutating func register(_ socket: ListenerSocket) {
        let token = Token(.listener, slot: socket.number, generation: 0)
        _ = io.registerListener(socket.descriptor, token: token.raw)
    }

    mutating func closeListener(_ number: Int) {
        guard sockets[number].isOpen else { return }
        sockets[number].isOpen = false
        io.unregister(sockets[number].descriptor)
        io.close(sockets[number].descriptor)
    }

    /// Accepts a bounded number, so that a flood of connections delays nobody for long: the
    /// listener's event comes again if there are more.
    mutating func acceptAll(_ socket: Int) {
        guard socket < sockets.count, sockets[socket].isOpen else { return }
        let isAdmin = isAdmin(socket)
        guard isAccepting || (isAdmin && !adminRests) else { return }
        for _ in 0..<16 {
            if !isAdmin, shared.isFull {
                // A connection that ends in another worker wakes nobody here.
                pauseAccepting(until: nowMilliseconds + 100, adminRests: false)
                return
            }
            switch io.accept(sockets[socket].descriptor) {
            case .connection(let descriptor, let peer): add(descriptor, peer, socket, isAdmin)
            case .wouldBlock: return
            case .failed(.tooManyFiles) where closeResting(): continue
            case .failed:
                // Out of descriptors or memory: the kernel keeps the connection in its queue.
                pauseAccepting(until: nowMilliseconds + 100, adminRests: true)
                return
            }
        }
    }

    /// Whoever looks after a full router must get in.
    static var adminClientLimit: Int { 256 }

    private mutating func add(
        _ descriptor: Descriptor, _ peer: SocketAddress, _ socket: Int, _ isAdmin: Bool
    ) {
        let endpoint = peer.endpoint
        guard isAdmin ? adminClients < Self.adminClientLimit : shared.enter(endpoint.ip) else {
            io.abort(descriptor)
            return
        }
        let slot = clients.allocate { ClientConnection() }
        clients[slot] = ClientConnection()
        clients[slot].stream.descriptor = descriptor
        clients[slot].listener = socket
        clients[slot].peer = endpoint
        clients[slot].isAdmin = isAdmin
        if isAdmin { adminClients += 1 }
        counters.connections &+= 1
        if let listener = generations[current].plan.listener(ofSocket: socket),
            let context = generations[current].plan.listeners[listener].tls
        {
            guard let session = TLSSession(server: context) else {
                closeClient(slot)
                return
            }
            clients[slot].stream.tls = session
        }
        let token = Token(.client, slot: slot, generation: clients.generation(of: slot))
        if io.register(descriptor, token: token.raw) != nil {
            closeClient(slot)
            return
        }
        armClient(slot, after: timeouts.clientHead, .headTimeout)
        enqueue(token)
    }

    /// The listeners leave the epoll set, so that a full router does not spin.
    private mutating func pauseAccepting(until deadline: UInt64, adminRests rests: Bool) {
        if PlantedFault.spinningAccept.isOn { return }
        acceptAgainAt = deadline
        for socket in sockets where socket.isOpen {
            let isRegistered = isAdmin(socket.number) ? !adminRests : isAccepting
            if isRegistered, rests || !isAdmin(socket.number) { io.unregister(socket.descriptor) }
        }
        isAccepting = false
        if rests { adminRests = true }
    }

    mutating func resumeAccepting() {
        acceptAgainAt = .max
        guard !isAccepting else { return }
        isAccepting = true
        for socket in sockets where socket.isOpen && (adminRests || !isAdmin(socket.number)) {
            register(socket)
        }
        adminRests = false
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
