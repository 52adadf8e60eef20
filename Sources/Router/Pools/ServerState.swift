internal import Sockets

/// A worker's knowledge of one server, whatever generations name it.
struct ServerState: ~Copyable {
    var address: SocketAddress
    /// Without the port: what its certificate must be for.
    var name: String
    /// As a Host field says it, for requests without one.
    var host: [UInt8]
    /// Slots of idle connections, the last used last.
    var idle = OwnedList<Int>()
    var counters = ServerCounters()

    /// Between news of failed handshakes.
    var handshakeNews = NewsPause()

    static let idleLimit = 1_024

    /// The idle connection that was used last.
    var lastIdle: Int? { idle.isEmpty ? nil : idle[idle.count - 1] }

    init(_ identity: ServerIdentity) {
        address = identity.address
        name = identity.name
        host = identity.host
    }
}
