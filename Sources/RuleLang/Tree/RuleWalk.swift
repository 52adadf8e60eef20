/// The rules of a table in the order of the naive evaluator, `use`d tables in place, guards and-ed
/// in.
struct RuleWalk {
    private(set) var rules: [LoweredRule] = []
    /// Under which guards a table was used. A second use under the same guards and more has nothing
    /// to add: each of its rules was false the first time.
    private var uses: [RuleTableID: [Set<UInt32>]] = [:]

    init(_ table: RuleTableID, _ lowering: inout Lowering) {
        use(table, guards: [], &lowering)
    }

    private mutating func use(
        _ table: RuleTableID, guards: [UInt32], _ lowering: inout Lowering
    ) {
        let given = Set(guards)
        if uses[table, default: []].contains(where: { $0.isSubset(of: given) }) { return }
        walk(lowering.program.ruleTables[table].statements, guards: guards, &lowering)
        uses[table, default: []].append(given)
    }

    private mutating func walk(
        _ statements: [Statement], guards: [UInt32], _ lowering: inout Lowering
    ) {
        for statement in statements {
            switch statement {
            case .rule(let id):
                let own = lowering.lower(lowering.program.rules[id].condition)
                let condition =
                    guards.isEmpty ? own : lowering.expressions.all(guards + [own])
                // What is never true decides nothing.
                if condition != ExpressionTable.no {
                    rules.append(LoweredRule(rule: id, condition: condition))
                }
            case .when(let condition, let body, _):
                let node = lowering.lower(condition)
                guard node != ExpressionTable.no else { continue }
                let inner = guards.contains(node) ? guards : guards + [node]
                walk(body, guards: inner, &lowering)
            case .use(let table, _): use(table, guards: guards, &lowering)
            }
        }
    }
}
