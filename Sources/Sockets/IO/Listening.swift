internal import CLinux
internal import Glibc

/// Opening listeners: control plane, before any worker starts.
package enum Listening {
    /// `count` descriptors that are bound, listening, nonblocking and close-on-exec. TCP: one
    /// socket for each worker by SO_REUSEPORT; port 0 lets the first choose for all; IPv6 sockets
    /// take no IPv4. Unix: one socket under every worker, given `count` times; a stale socket
    /// file is replaced. Fails with `.addressInUse` when anybody listens there; leaves nothing
    /// open then.
    package static func open(
        _ address: SocketAddress, count: Int, backlog: Int32
    ) -> Result<[Descriptor], SystemError> {
        precondition(count > 0)
        if case .unix(let path) = address {
            return UnixListening.open(path, count: count, backlog: backlog)
        }
        if let refusal = probe(address) { return .failure(refusal) }
        var opened: [Descriptor] = []
        var target = address
        for _ in 0..<count {
            switch open(target, backlog: backlog) {
            case .success(let listener):
                opened.append(listener)
                if let bound = localAddress(listener) { target = bound }
            case .failure(let error):
                for listener in opened { listener.closeNow() }
                return .failure(error)
            }
        }
        return .success(opened)
    }

    /// Where a socket is bound; nil when the descriptor is not such a socket.
    package static func localAddress(_ descriptor: Descriptor) -> SocketAddress? {
        var address = RawAddress()
        let result = unsafe address.fill { unsafe getsockname(descriptor.raw, $0, $1) }
        return result == 0 ? address.address : nil
    }

    /// A listening socket that the process was given: a descriptor for each of `count` users, all
    /// nonblocking and close-on-exec.
    package static func share(
        _ listener: Descriptor, count: Int
    ) -> Result<[Descriptor], SystemError> {
        _ = clinux_set_nonblocking(listener.raw)
        // As for those of `open`; a unix socket does not know it.
        SocketOption.noDelay.enable(on: listener)
        return UnixListening.duplicate(listener, count: count)
    }

    /// Closes a listener; connections that nobody accepted are reset.
    package static func close(_ descriptor: Descriptor) {
        descriptor.closeNow()
    }

    /// SO_REUSEPORT lets a second router share the port in silence. Without it the kernel refuses
    /// the address of a listener, even of one that has the option. Never listens: a client that
    /// came in this moment would be reset.
    private static func probe(_ address: SocketAddress) -> SystemError? {
        guard address.port != 0 else { return nil }
        switch bound(address, reusePort: false) {
        case .success(let probe):
            probe.closeNow()
            return nil
        case .failure(let error):
            return error
        }
    }

    private static func open(
        _ address: SocketAddress, backlog: Int32
    ) -> Result<Descriptor, SystemError> {
        bound(address, reusePort: true).flatMap { listener in
            // Accepted connections inherit it, which saves a call for each.
            SocketOption.noDelay.enable(on: listener)
            if listen(listener.raw, backlog) == 0 { return .success(listener) }
            let error = SystemError.last
            listener.closeNow()
            return .failure(error)
        }
    }

    private static func bound(
        _ address: SocketAddress, reusePort: Bool
    ) -> Result<Descriptor, SystemError> {
        guard let raw = RawAddress(address) else { return .failure(.nameTooLong) }
        return streamSocket(family: raw.family).flatMap { socket in
            var options: [SocketOption] = [.reuseAddress]
            if reusePort { options.append(.reusePort) }
            if raw.family == AF_INET6 { options.append(.onlyV6) }
            for option in options {
                guard let error = option.enable(on: socket) else { continue }
                socket.closeNow()
                return .failure(error)
            }
            if unsafe raw.read({ unsafe bind(socket.raw, $0, $1) }) == 0 {
                return .success(socket)
            }
            let error = SystemError.last
            socket.closeNow()
            return .failure(error)
        }
    }

    static func streamSocket(family: Int32) -> Result<Descriptor, SystemError> {
        let kind = Int32(
            SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let raw = socket(family, kind, 0)
        return raw >= 0 ? .success(Descriptor(raw: raw)) : .failure(.last)
    }
}
