internal import RuleLang

/// A worker's part of a pool: whose turn it is.
struct ServerPool {
    let members: [PoolPlan.Member]
    private var primaries: WeightedRoundRobin
    private var backups: WeightedRoundRobin

    init(_ plan: PoolPlan, rotation: Int) {
        members = plan.members
        func weights(backup: Bool) -> [Int] {
            plan.members.map { $0.isDraining || $0.isBackup != backup ? 0 : $0.weight }
        }
        primaries = WeightedRoundRobin(weights: weights(backup: false), rotation: rotation)
        backups = WeightedRoundRobin(weights: weights(backup: true), rotation: rotation)
    }

    /// The place of the next server that was not tried and is in service (`drained` is by the
    /// server's number); backups only when no primary is left.
    mutating func next(excluding tried: [Int], drained: [Bool]) -> Int? {
        let members = members
        func isUsable(_ place: Int) -> Bool {
            !drained[members[place].server] && !tried.contains(place)
        }
        return primaries.next(where: isUsable) ?? backups.next(where: isUsable)
    }
}
