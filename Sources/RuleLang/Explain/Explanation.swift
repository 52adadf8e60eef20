package import RequestModel

/// Why a request goes where it goes: each rule that was tried before the decision with its first
/// false condition, and the decision.
package struct Explanation: Sendable {
    package struct Step: Sendable {
        package var rule: RuleID
        /// The first condition that is false; of `or` the whole.
        package var because: SourceSpan
        /// What the request has there: `absent`, or the value.
        package var actual: String?
    }

    package var steps: [Step] = []
    package var decision: Decision
    package var plan: RoutingPlan
    /// The request-target that would be forwarded.
    package var target: [UInt8]
    /// What the tree did for the same decision, where somebody has looked.
    package var story: TreeStory?
}

extension NaiveEvaluator {
    /// Walks the table as `decide` does and keeps why each earlier rule is not the one.
    package func explain(
        _ table: RuleTableID, _ view: RequestView, random: () -> UInt64
    ) -> Explanation {
        let decision = decide(table, view)
        let plan = Planner(self).plan(decision, view, random: random)
        var explanation = Explanation(
            decision: decision, plan: plan, target: plan.target(view))
        var end: RuleID?
        switch decision {
        case .rule(let id), .error(let id, _): end = id
        case .noMatch: break
        }
        var collector = StepCollector(evaluator: self, view: view, end: end)
        collector.walk(program.ruleTables[table].statements, guards: [])
        explanation.steps = collector.steps
        return explanation
    }
}

private struct StepCollector {
    let evaluator: NaiveEvaluator
    let view: RequestView
    let end: RuleID?
    var steps: [Explanation.Step] = []
    private var isDone = false

    init(evaluator: NaiveEvaluator, view: RequestView, end: RuleID?) {
        self.evaluator = evaluator
        self.view = view
        self.end = end
    }

    mutating func walk(_ statements: [Statement], guards: [Expression]) {
        for statement in statements where !isDone {
            switch statement {
            case .rule(let id):
                let conditions = guards + [evaluator.program.rules[id].condition]
                let failed = conditions.first { evaluator.truth($0, view) == .no }
                if id == end, failed == nil {
                    isDone = true
                } else if let failed {
                    let (span, actual) = reason(failed)
                    steps.append(Explanation.Step(rule: id, because: span, actual: actual))
                }
            case .when(let condition, let body, _): walk(body, guards: guards + [condition])
            case .use(let table, _):
                walk(evaluator.program.ruleTables[table].statements, guards: guards)
            }
        }
    }

    /// The innermost part that decides that the expression is false.
    private func reason(_ expression: Expression) -> (SourceSpan, String?) {
        switch expression.kind {
        case .all(let parts):
            let part = parts.first { evaluator.truth($0, view) == .no }
            return part.map { reason($0) } ?? (expression.span, nil)
        case .atom(let id):
            return (expression.span, actual(id))
        case .not(let inner):
            if case .atom(let id) = inner.kind { return (expression.span, actual(id)) }
            return (expression.span, nil)
        case .constant, .any, .named:
            return (expression.span, nil)
        }
    }

    private func actual(_ id: AtomID) -> String? {
        switch evaluator.program.atoms[id] {
        case .row: return "no such row"
        case .test(let term, _):
            let values = term.values(in: view).map { String(decoding: $0.text, as: UTF8.self) }
            if values.isEmpty { return "absent" }
            let shown = values.prefix(3).map {
                $0.count > 60 ? "\"\($0.prefix(57))…\"" : "\"\($0)\""
            }
            return shown.joined(separator: ", ") + (values.count > 3 ? ", …" : "")
        }
    }
}

extension Program {
    /// `old-users` or nothing, and where: `shop.l7:25`.
    package func place(of rule: RuleID) -> String { sources.place(of: rules[rule].span) }

    /// The source text of a rule's action: `pool beta`.
    package func actionText(of rule: RuleID) -> String {
        String(decoding: sources.text(of: rules[rule].actionSpan), as: UTF8.self)
    }
}
