internal import Patterns
internal import RequestModel
internal import RuleLang

/// The tree with what one worker needs to walk it. A class, because the memory that an evaluator
/// uses again and again has one owner.
final class RuleDecider {
    private var evaluator: TreeEvaluator

    init(_ tree: DecisionTree, _ scratch: PatternScratch) {
        evaluator = TreeEvaluator(tree, scratch: scratch)
    }

    func decide(_ table: RuleTableID, _ view: RequestView) -> Decision {
        evaluator.decide(table, view)
    }
}
