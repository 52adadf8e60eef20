import Foundation
import Patterns
import RequestModel
import RuleSamples
import Synchronization
import Testing

@testable import RuleLang

/// The tree decides as the naive evaluator does.
@Suite struct TreeEquivalenceTests {
    private static let requestsPerSet = 1_050
    /// `L7ROUTE_TREE_ROUNDS=100` looks that much longer, with other seeds.
    private static let rounds =
        ProcessInfo.processInfo.environment["L7ROUTE_TREE_ROUNDS"].flatMap { Int($0) } ?? 1

    @Test(arguments: 0..<16)
    func generatedRuleSets(_ part: Int) throws {
        var decisions: Set<Decision> = []
        for index in 0..<12 * Self.rounds {
            let seed = UInt64(part * 1_000_000 + index)
            var sample = RuleSetSample(seed: seed)
            decisions.formUnion(
                compare(sample.ruleFiles(), seed, Self.requestsPerSet, TreeBudget(seed: seed)))
        }
        #expect(decisions.count > 10)
    }

    /// With many rules for one kind of field each; with and without room for a tree.
    @Test(arguments: 0..<16)
    func wideRuleSets(_ part: Int) throws {
        var decisions: Set<Decision> = []
        for index in 0..<6 * Self.rounds {
            let seed = UInt64(part * 1_000_000 + index)
            var sample = WideRuleSample(seed: seed)
            let files = RuleFiles(sample.text())
            decisions.formUnion(compare(files, seed, 80, TreeBudget()))
            decisions.formUnion(compare(files, seed, 40, TreeBudget(seed: seed)))
        }
        #expect(decisions.count > 10)
    }

    private static let hasShrunk = Mutex(false)

    /// What was decided, after a failure up to it.
    private func compare(
        _ files: RuleFiles, _ seed: UInt64, _ count: Int, _ budget: TreeBudget
    ) -> Set<Decision> {
        guard let comparison = TreeComparison(files, budget) else {
            // Two tests of one rule may happen to capture one name.
            let errors = CompiledText(files.main, files.others).errors
            #expect(errors.allSatisfy { $0.hasSuffix("twice") }, "seed \(seed): \(errors)")
            return []
        }
        var sample = RequestSample(seed: seed, comparison.program)
        let requests = (0..<count).map { _ in sample.builder() }
        var decisions: Set<Decision> = []
        let found = comparison.firstDisagreement(requests, note: { decisions.insert($0) })
        if let found {
            // A tree that is wrong is wrong often, and shrinking takes its time.
            let isFirst = Self.hasShrunk.withLock { hasShrunk in
                defer { hasShrunk = true }
                return !hasShrunk
            }
            Issue.record("seed \(seed) \(isFirst ? found.shrunk().description : "disagrees too")")
        }
        return decisions
    }

    /// Every capture of the rule that decides has a source: the branches that lead to it and its
    /// test are true, whatever guards, branches and negations stand around it.
    @Test func capturesAreThere() throws {
        var captures = 0
        for seed in UInt64(0)..<120 {
            var sample = RuleSetSample(seed: seed)
            let files = sample.ruleFiles()
            guard let program = CompiledText(files.main, files.others).program else { continue }
            var requests = RequestSample(seed: seed, program)
            let naive = NaiveEvaluator(program)
            for _ in 0..<40 {
                let view = requests.view()
                guard case .rule(let id) = naive.decide(Program.mainTable, view) else { continue }
                for capture in program.rules[id].captures {
                    captures += 1
                    let isThere = capture.sources.contains { source in
                        source.branches.allSatisfy { naive.truth($0, view) == .yes }
                            && naive.truth(source.atom, view) == .yes
                    }
                    #expect(isThere, "seed \(seed), capture \(capture.name) of rule \(id)")
                }
            }
        }
        #expect(captures > 200)
    }

    /// Whether the search, its filter or another part of the condition decides.
    @Test(arguments: [
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", Decision.error(RuleID(0), .regexLimit)),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaacb", .error(RuleID(0), .regexLimit)),
        ("caaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", .rule(RuleID(3))),
        ("aaaa", .rule(RuleID(0))), ("aab", .rule(RuleID(1))), ("", .rule(RuleID(3))),
    ])
    func regexLimits(_ value: String, _ expected: Decision) throws {
        let text = """
            limits { regex_steps 1000 }
            query.x ~ "^(a+)+$" -> deny
            query.x ~ "^(a|aa)+b$" -> deny
            not (query.x ~ "^(a|aa)+c$") and path == "/b" -> deny
            else -> respond 200
            """
        let program = try #require(CompiledText(text).program)
        let view = try program.view(
            method: "GET", target: Array("/?x=\(value)".utf8), headers: [], facts: Facts(),
            listener: nil
        ).get()
        let scratch = PatternScratch(limits: MatchLimits(steps: 1_000))
        #expect(NaiveEvaluator(program).decide(Program.mainTable, view) == expected)
        var evaluator = TreeEvaluator(.build(program), scratch: scratch)
        #expect(evaluator.decide(Program.mainTable, view) == expected)
    }
}
