internal import Patterns
internal import RuleLang

/// A generation in one worker, with what only this worker changes.
struct AdoptedGeneration: ~Copyable {
    let plan: Generation
    var evaluator: TreeEvaluator
    let planner: Planner
    var pools: [ServerPool]
    /// Exchanges that began under it and have not ended.
    var pins = 0

    init(_ plan: Generation, rotation: Int) {
        self.plan = plan
        let limits = plan.program.settings.limits
        let scratch = PatternScratch(
            limits: MatchLimits(steps: UInt32(clamping: limits.regexSteps)))
        evaluator = TreeEvaluator(plan.tree, scratch: scratch)
        planner = Planner(
            NaiveEvaluator(plan.program, scratch: scratch), prepared: plan.prepared,
            stickyKey: plan.stickyKey)
        pools = plan.pools.map { ServerPool($0, rotation: rotation) }
    }
}
