internal import Patterns
internal import RuleLang
internal import Sockets

/// A generation in one worker, with what only this worker changes.
struct AdoptedGeneration: ~Copyable {
    private let pinned: Pinned<Generation>
    var evaluator: TreeEvaluator
    let planner: Planner
    var pools = OwnedList<ServerPool>()
    /// Exchanges that began under it and have not ended.
    var pins = 0
    private let inPlace = InPlace()

    init(_ plan: Generation, rotation: Int) {
        pinned = Pinned(plan)
        let limits = plan.program.settings.limits
        let scratch = PatternScratch(
            limits: MatchLimits(steps: UInt32(clamping: limits.regexSteps)))
        evaluator = TreeEvaluator(plan.tree, scratch: scratch)
        planner = Planner(
            NaiveEvaluator(plan.program, scratch: scratch), prepared: plan.prepared,
            stickyKey: plan.stickyKey)
        for pool in plan.pools { pools.append(ServerPool(pool, rotation: rotation)) }
    }

    /// The generation itself, counted.
    var plan: Generation { pinned.object }

    /// Reads the generation without counting it.
    @inline(__always)
    func read<Result>(_ body: (Generation) -> Result) -> Result { pinned.read(body) }
}
