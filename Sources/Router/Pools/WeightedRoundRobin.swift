/// Smooth weighted round robin: of weights 3 and 1 it gives a, a, b, a and not a, a, a, b. Each
/// worker has its own, started at another point so that workers do not march in step.
///
/// Cost is linear in the number of servers of one pool.
struct WeightedRoundRobin {
    private var weights: [Int]
    private var credits: [Int]

    /// `weights` in server order, 0 for a server that takes no new requests; `rotation` shifts the
    /// first pick.
    init(weights: [Int], rotation: Int) {
        self.weights = weights
        credits = Array(repeating: 0, count: weights.count)
        guard weights.contains(where: { $0 > 0 }) else { return }
        for _ in 0..<(rotation % weights.count) { _ = next() }
    }

    /// The next server among those that `isUsable` admits; nil when there is none.
    mutating func next(where isUsable: (Int) -> Bool = { _ in true }) -> Int? {
        var best: Int?
        var total = 0
        for index in weights.indices where weights[index] > 0 && isUsable(index) {
            credits[index] += weights[index]
            total += weights[index]
            if best.map({ credits[index] > credits[$0] }) ?? true { best = index }
        }
        if let best { credits[best] -= total }
        return best
    }
}
