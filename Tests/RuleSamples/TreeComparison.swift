internal import Patterns
package import RequestModel
package import RuleLang

/// A request that the tree and the naive evaluator decide differently.
package struct Disagreement {
    package var files: RuleFiles
    package var request: RequestBuilder
    package var budget: TreeBudget
    /// Of the rule table.
    package var table: String
    package var tree: Decision
    package var naive: Decision
}

/// The tree beside the naive evaluator.
package struct TreeComparison {
    package let files: RuleFiles
    package let budget: TreeBudget
    package let program: Program
    /// The main one and those of the listeners: each of them has a tree.
    package let tables: [RuleTableID]

    package init?(_ main: String, _ budget: TreeBudget = TreeBudget()) {
        self.init(RuleFiles(main), budget)
    }

    /// nil when the file does not compile.
    package init?(_ files: RuleFiles, _ budget: TreeBudget = TreeBudget()) {
        guard let program = CompiledText(files.main, files.others).program else { return nil }
        self.files = files
        self.budget = budget
        self.program = program
        var seen: Set<RuleTableID> = []
        tables = ([Program.mainTable] + program.listeners.map(\.table)).filter {
            seen.insert($0).inserted
        }
    }

    /// The first of the requests that some table decides differently. `note` hears of each
    /// decision, one for each request and table.
    package func firstDisagreement(
        _ requests: [RequestBuilder], note: (Decision) -> Void = { _ in }
    ) -> Disagreement? {
        firstDisagreement(requests, DecisionTree.build(program, budget: budget), note: note)
    }

    /// The same with a tree that somebody else has made of the program.
    package func firstDisagreement(
        _ requests: [RequestBuilder], _ built: DecisionTree,
        note: (Decision) -> Void = { _ in }
    ) -> Disagreement? {
        let limits = MatchLimits(steps: UInt32(program.settings.limits.regexSteps))
        let scratch = PatternScratch(limits: limits)
        var evaluator = TreeEvaluator(built, scratch: scratch)
        let naive = NaiveEvaluator(program, scratch: scratch)
        for request in requests {
            guard case .success(let view) = program.view(request) else { continue }
            for table in tables {
                let expected = naive.decide(table, view)
                let decision = evaluator.decide(table, view)
                note(expected)
                if decision != expected {
                    return Disagreement(
                        files: files, request: request, budget: budget,
                        table: program.ruleTables[table].name, tree: decision, naive: expected)
                }
            }
        }
        return nil
    }
}
