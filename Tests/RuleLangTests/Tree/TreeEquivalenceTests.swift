import Foundation
import Patterns
import RequestModel
import RuleSamples
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
            let text = sample.text()
            let compiled = CompiledText(text, RuleSetSample.files)
            // Two patterns of one rule may happen to capture one name.
            guard let program = compiled.program else {
                #expect(compiled.errors.allSatisfy { $0.hasSuffix("twice") }, "\(text)")
                continue
            }
            var requests = RequestSample(seed: seed)
            let views = (0..<Self.requestsPerSet).map { _ in requests.view(program) }
            decisions.formUnion(try compare(program, views, "seed \(seed)\n\(text)"))
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
            let text = sample.text()
            let compiled = CompiledText(text)
            let program = try #require(compiled.program, "seed \(seed): \(compiled.errors)")
            let views = (0..<80).compactMap { _ in
                try? sample.builder().build(headerNames: program.headers).get()
            }
            #expect(views.count == 80)
            var budget = TreeBudget()
            if index % 6 == 5 {
                budget.depth = 2
                budget.nodesPerRule = 0
                budget.minimumNodes = 10
            }
            decisions.formUnion(try compare(program, views, "seed \(seed)\n\(text)", budget))
        }
        #expect(decisions.count > 10)
    }

    /// What was decided, after a failure up to it.
    private func compare(
        _ program: Program, _ views: [RequestView], _ about: String,
        _ budget: TreeBudget = TreeBudget()
    ) throws -> Set<Decision> {
        let limits = MatchLimits(steps: UInt32(program.settings.limits.regexSteps))
        let scratch = PatternScratch(limits: limits)
        var evaluator = TreeEvaluator(.build(program, budget: budget), scratch: scratch)
        let naive = NaiveEvaluator(program, scratch: scratch)
        var decisions: Set<Decision> = []
        for (number, view) in views.enumerated() {
            let expected = naive.decide(Program.mainTable, view)
            let decision = evaluator.decide(Program.mainTable, view)
            decisions.insert(expected)
            guard decision == expected else {
                let request = String(decoding: view.bytes, as: UTF8.self)
                Issue.record(
                    "\(decision), not \(expected)\nrequest \(number): \(request)\n\(about)")
                break
            }
        }
        return decisions
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

extension CompiledText {
    fileprivate var errors: [String] {
        compilation.diagnostics.filter { $0.code.severity == .error }.map {
            "\(place(of: $0.span)): \($0.message)"
        }
    }
}
