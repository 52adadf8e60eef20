internal import Sockets

/// A worker's knowledge of one server, whatever generations name it.
struct ServerState {
    var address: SocketAddress
    /// Without the port: what its certificate must be for.
    var name: String
    /// As a Host field says it, for requests without one.
    var host: [UInt8]
    /// What the log says of it: `,"server":"…"`.
    var log: [UInt8]
    /// Slots of idle connections, the last used last.
    var idle: [Int] = []
    var counters = ServerCounters()

    static let idleLimit = 1_024

    init(_ identity: ServerIdentity) {
        address = identity.address
        name = identity.name
        host = Array(identity.text.utf8)
        log = LogText.member("server", identity.text)
    }
}
