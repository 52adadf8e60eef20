internal import Sockets

/// Smooth weighted round robin: of weights 3 and 1 it gives a, a, b, a and not a, a, a, b. Each
/// worker has its own, started at another point so that workers do not march in step.
///
/// Cost is linear in the number of servers of one pool.
struct WeightedRoundRobin: ~Copyable {
    struct Share {
        /// The server's number.
        var server: Int
        /// 0 for a server that takes no new requests.
        var weight: Int
        var credit = 0
    }

    private var shares = OwnedList<Share>()

    /// `weights` in the order of the servers; `rotation` shifts the first pick.
    init(_ servers: [(number: Int, weight: Int)], rotation: Int) {
        for server in servers {
            shares.append(Share(server: server.number, weight: server.weight))
        }
        guard servers.contains(where: { $0.weight > 0 }) else { return }
        for _ in 0..<(rotation % servers.count) { _ = next() }
    }

    /// The place of the next server among those that `isUsable` admits, by place and number; nil
    /// when there is none.
    @inline(__always)
    mutating func next(
        where isUsable: (_ place: Int, _ server: Int) -> Bool = { _, _ in true }
    ) -> Int? {
        var best: Int?
        var total = 0
        for place in shares.indices
        where shares[place].weight > 0 && isUsable(place, shares[place].server) {
            shares[place].credit += shares[place].weight
            total += shares[place].weight
            if best.map({ shares[place].credit > shares[$0].credit }) ?? true { best = place }
        }
        if let best { shares[best].credit -= total }
        return best
    }
}
