import RequestModel
import RuleLang
import RuleSamples

/// Compares the tree with the naive evaluator on generated rules and requests:
/// `TreeCheck PAIRS [SEED]`. The first disagreement is shrunk and printed; the exit code is 1 then.
@main
enum TreeCheck {
    static func main() {
        let numbers = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
        let wanted = numbers.first.map { Int($0) } ?? 1_000_000
        var seed = numbers.dropFirst().first ?? 1
        var pairs = 0
        var sets = 0
        var outcomes = Outcomes()
        while pairs < wanted {
            let (comparison, requests) = sets % 3 == 2 ? wide(seed) : mixed(seed)
            seed &+= 1
            // Two patterns of one rule may happen to capture one name.
            guard let comparison else { continue }
            sets += 1
            if let found = comparison.firstDisagreement(requests, note: { outcomes.note($0) }) {
                print("seed \(seed &- 1)\n\(found.shrunk().description)")
                exitWithFailure()
            }
            pairs += requests.count
        }
        print("\(pairs) pairs of \(sets) rule sets agree: \(outcomes.text)")
        // A generator that has lost its aim would agree with everything.
        let isVaried = outcomes.matched * 5 > pairs && outcomes.unmatched * 100 > pairs
        if !isVaried || outcomes.errors == 0 { exitWithFailure() }
    }

    private static func mixed(_ seed: UInt64) -> (TreeComparison?, [RequestBuilder]) {
        var sample = RuleSetSample(seed: seed)
        var requests = RequestSample(seed: seed)
        let comparison = TreeComparison(sample.text(), budget(seed))
        return (comparison, (0..<400).map { _ in requests.builder() })
    }

    private static func wide(_ seed: UInt64) -> (TreeComparison?, [RequestBuilder]) {
        var sample = WideRuleSample(seed: seed)
        let comparison = TreeComparison(sample.text(), budget(seed))
        return (comparison, (0..<200).map { _ in sample.builder() })
    }

    /// Every fourth tree has hardly any room, so that the lists which stand in are compared too.
    private static func budget(_ seed: UInt64) -> TreeBudget {
        var budget = TreeBudget()
        switch seed % 8 {
        case 3: budget.depth = 2
        case 7:
            budget.nodesPerRule = 0
            budget.minimumNodes = 10
        default: break
        }
        return budget
    }

    private static func exitWithFailure() -> Never { fatalError("the tree is not to be trusted") }
}

private struct Outcomes {
    var matched = 0
    var unmatched = 0
    var errors = 0

    mutating func note(_ decision: Decision) {
        switch decision {
        case .rule: matched += 1
        case .noMatch: unmatched += 1
        case .error: errors += 1
        }
    }

    var text: String { "\(matched) matched, \(unmatched) did not, \(errors) errors" }
}
