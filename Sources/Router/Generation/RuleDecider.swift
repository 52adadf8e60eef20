internal import RequestModel
internal import RuleLang

/// The evaluator that serves requests.
struct RuleDecider {
    private let naive: NaiveEvaluator

    init(_ naive: NaiveEvaluator) {
        self.naive = naive
    }

    mutating func decide(_ table: RuleTableID, _ view: RequestView) -> Decision {
        naive.decide(table, view)
    }
}
