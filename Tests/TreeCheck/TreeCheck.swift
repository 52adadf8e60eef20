import Foundation
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
        var outcomes = Outcomes()
        while outcomes.pairs < wanted {
            let files = files(of: seed)
            defer { seed &+= 1 }
            guard let comparison = TreeComparison(files, TreeBudget(seed: seed)) else {
                outcomes.unusable += 1
                let error = CompiledText(files.main, files.others).errors.first ?? ""
                print("seed \(seed) does not compile: \(error)")
                continue
            }
            outcomes.sets += 1
            var sample = RequestSample(seed: seed, comparison.program)
            let count = 400 / comparison.tables.count
            let requests = (0..<count).map { _ in sample.builder() }
            if let found = comparison.firstDisagreement(requests, note: { outcomes.note($0) }) {
                print("seed \(seed)\n\(found.shrunk().description)")
                exit(1)
            }
            outcomes.requests += count
        }
        print(outcomes.text)
        if !outcomes.areVaried { exit(1) }
    }

    /// Every third one is wide.
    private static func files(of seed: UInt64) -> RuleFiles {
        if seed % 3 == 2 {
            var sample = WideRuleSample(seed: seed)
            return RuleFiles(sample.text())
        }
        var sample = RuleSetSample(seed: seed)
        return sample.ruleFiles()
    }

}

private struct Outcomes {
    var sets = 0
    /// Files that do not compile: they test nothing.
    var unusable = 0
    var requests = 0
    var matched = 0
    var unmatched = 0
    var errors = 0

    var pairs: Int { matched + unmatched + errors }

    mutating func note(_ decision: Decision) {
        switch decision {
        case .rule: matched += 1
        case .noMatch: unmatched += 1
        case .error: errors += 1
        }
    }

    /// A generator that has lost its aim would agree with everything.
    var areVaried: Bool {
        matched * 5 > pairs && unmatched * 100 > pairs && errors > 0 && unusable * 50 <= sets
    }

    var text: String {
        "\(pairs) pairs of \(sets) rule sets agree: \(matched) matched, \(unmatched) did not, "
            + "\(errors) errors; \(requests) requests, \(unusable) files did not compile"
    }
}
