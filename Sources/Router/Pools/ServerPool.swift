internal import RuleLang

/// A worker's part of a pool: whose turn it is.
struct ServerPool: ~Copyable {
    let members: [PoolPlan.Member]
    private var primaries: WeightedRoundRobin
    private var backups: WeightedRoundRobin

    init(_ plan: PoolPlan, rotation: Int) {
        members = plan.members
        func servers(backup: Bool) -> [(number: Int, weight: Int)] {
            plan.members.map {
                ($0.server, $0.isDraining || $0.isBackup != backup ? 0 : $0.weight)
            }
        }
        primaries = WeightedRoundRobin(servers(backup: false), rotation: rotation)
        backups = WeightedRoundRobin(servers(backup: true), rotation: rotation)
    }

    /// The place of the next server that was not tried and is in service (`drained` is by the
    /// server's number); backups only when no primary is left.
    mutating func next(excluding tried: [Int], drained: [Bool]) -> Int? {
        primaries.next { !drained[$1] && !tried.contains($0) }
            ?? backups.next { !drained[$1] && !tried.contains($0) }
    }
}
