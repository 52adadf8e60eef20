internal import CLinux
internal import Glibc

/// A socket option that is switched on by the number 1.
enum SocketOption {
    case noDelay
    case reuseAddress
    case reusePort
    case onlyV6

    private var level: Int32 {
        switch self {
        case .noDelay: Int32(IPPROTO_TCP)
        case .reuseAddress, .reusePort: SOL_SOCKET
        case .onlyV6: Int32(IPPROTO_IPV6)
        }
    }

    private var name: Int32 {
        switch self {
        case .noDelay: TCP_NODELAY
        case .reuseAddress: SO_REUSEADDR
        case .reusePort: SO_REUSEPORT
        case .onlyV6: IPV6_V6ONLY
        }
    }

    @discardableResult
    func enable(on descriptor: Descriptor) -> SystemError? {
        var on: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        let result = unsafe setsockopt(descriptor.raw, level, name, &on, size)
        return result == 0 ? nil : .last
    }

    /// Whether the option is on; false when the socket does not know it.
    func isEnabled(on descriptor: Descriptor) -> Bool {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        let result = unsafe getsockopt(descriptor.raw, level, name, &value, &size)
        return result == 0 && value != 0
    }
}
