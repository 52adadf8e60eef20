/// Where a socket is bound or connected. Numbers are in host order; IPv6 scope ids are not kept,
/// so link-local addresses cannot be dialled.
package enum SocketAddress: Hashable, Sendable {
    /// IPv4: `127.0.0.1` is `0x7f00_0001`.
    case v4(UInt32, port: UInt16)
    /// IPv6 as two halves of the 128-bit number.
    case v6(high: UInt64, low: UInt64, port: UInt16)
    /// A unix stream socket; an unnamed peer has the path "".
    case unix(path: String)

    /// The TCP port; nil for a unix socket.
    package var port: UInt16? {
        switch self {
        case .v4(_, let port), .v6(_, _, let port): port
        case .unix: nil
        }
    }

    /// The same address with another TCP port; a unix socket stays as it is.
    package func with(port: UInt16) -> SocketAddress {
        switch self {
        case .v4(let address, _): .v4(address, port: port)
        case .v6(let high, let low, _): .v6(high: high, low: low, port: port)
        case .unix: self
        }
    }
}
