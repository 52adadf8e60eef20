internal import CLinux
internal import Glibc

extension EpollIO {
    package mutating func accept(_ listener: Descriptor) -> AcceptResult {
        let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        var peer = RawAddress()
        while true {
            let raw = unsafe peer.fill { unsafe clinux_accept(listener.raw, $0, $1, flags) }
            if raw >= 0 {
                // TCP_NODELAY is inherited from the listener: no call for it here.
                return .connection(Descriptor(raw: raw), peer: peer.address ?? .unix(path: ""))
            }
            let error = SystemError.last
            switch error.code {
            case EAGAIN: return .wouldBlock
            case EINTR, ECONNABORTED: continue
            // Errors of the network, of the one connection that was waiting (accept(2)).
            case ENETDOWN, EPROTO, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, ENETUNREACH:
                continue
            default: return .failed(error)
            }
        }
    }

    package mutating func connect(_ address: SocketAddress) -> ConnectResult {
        guard let target = RawAddress(address) else { return .failed(.nameTooLong) }
        let kind = Int32(
            SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let raw = socket(target.family, kind, 0)
        guard raw >= 0 else { return .failed(.last) }
        let descriptor = Descriptor(raw: raw)
        if target.family != AF_UNIX { SocketOption.noDelay.enable(on: descriptor) }
        let result = unsafe target.read { unsafe Glibc.connect(raw, $0, $1) }
        if result == 0 { return .connected(descriptor) }
        let error = SystemError.last
        // An interrupted connect goes on in the kernel, as connect(2) says.
        if error.code == EINPROGRESS || (error.code == EINTR && target.family != AF_UNIX) {
            return .pending(descriptor)
        }
        descriptor.closeNow()
        return .failed(error)
    }

    package mutating func connectResult(_ descriptor: Descriptor) -> SystemError? {
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        let result = unsafe getsockopt(descriptor.raw, SOL_SOCKET, SO_ERROR, &code, &size)
        guard result == 0 else { return .last }
        return code == 0 ? nil : SystemError(code: code)
    }

    package mutating func shutdownWrite(_ descriptor: Descriptor) {
        // A peer that has gone already is reported by the next receive.
        _ = Glibc.shutdown(descriptor.raw, Int32(SHUT_WR))
    }

    package mutating func close(_ descriptor: Descriptor) {
        descriptor.closeNow()
    }

    package mutating func abort(_ descriptor: Descriptor) {
        var reset = linger(l_onoff: 1, l_linger: 0)
        let size = socklen_t(MemoryLayout<linger>.size)
        _ = unsafe setsockopt(descriptor.raw, SOL_SOCKET, SO_LINGER, &reset, size)
        descriptor.closeNow()
    }
}
