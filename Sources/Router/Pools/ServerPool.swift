internal import RuleLang
internal import Sockets

/// A worker's part of a pool: whose turn it is, and idle connections by server.
struct ServerPool {
    struct ServerState {
        var address: SocketAddress
        var text: String
        /// Slots of idle connections, the last used last.
        var idle: [Int] = []
    }

    static let idleLimit = 64

    var servers: [ServerState]
    private var primaries: WeightedRoundRobin
    private var backups: WeightedRoundRobin

    init(_ pool: Pool, addresses: [SocketAddress], rotation: Int) {
        servers = zip(pool.servers, addresses).map {
            ServerState(address: $1, text: $0.text)
        }
        func weights(backup: Bool) -> [Int] {
            pool.servers.map { $0.isDraining || $0.isBackup != backup ? 0 : $0.weight }
        }
        primaries = WeightedRoundRobin(weights: weights(backup: false), rotation: rotation)
        backups = WeightedRoundRobin(weights: weights(backup: true), rotation: rotation)
    }

    /// The next server that was not tried; backups only when no primary is left.
    mutating func next(excluding tried: Set<Int>) -> Int? {
        primaries.next { !tried.contains($0) } ?? backups.next { !tried.contains($0) }
    }
}
