internal import Sockets

/// A worker's knowledge of one server, whatever generations name it.
struct ServerState {
    var address: SocketAddress
    /// Without the port: what its certificate must be for.
    var name: String
    /// As a Host field says it, for requests without one.
    var host: [UInt8]
    /// Slots of idle connections, the last used last.
    var idle: [Int] = []
    var counters = ServerCounters()

    /// When trouble with it was last told; 0: never.
    private var toldAtNanoseconds: UInt64 = 0

    static let idleLimit = 1_024
    static let newsPauseNanoseconds: UInt64 = 60_000_000_000

    init(_ identity: ServerIdentity) {
        address = identity.address
        name = identity.name
        host = identity.host
    }

    /// Whether trouble may be told again; if so, it counts as told.
    mutating func mayTell(_ nowNanoseconds: UInt64) -> Bool {
        guard
            toldAtNanoseconds == 0
                || nowNanoseconds - toldAtNanoseconds >= Self.newsPauseNanoseconds
        else { return false }
        toldAtNanoseconds = nowNanoseconds
        return true
    }
}
