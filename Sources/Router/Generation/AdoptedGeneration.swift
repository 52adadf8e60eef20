internal import RuleLang

/// A generation in one worker, with what only this worker changes.
struct AdoptedGeneration {
    let plan: Generation
    var decider: RuleDecider
    let planner: Planner
    var pools: [ServerPool]
    /// Exchanges that began under it and have not ended.
    var pins = 0

    init(_ plan: Generation, rotation: Int) {
        self.plan = plan
        let evaluator = NaiveEvaluator(plan.program)
        decider = RuleDecider(evaluator)
        planner = Planner(evaluator)
        pools = plan.pools.map { ServerPool($0, rotation: rotation) }
    }
}
