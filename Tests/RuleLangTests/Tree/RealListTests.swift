import Patterns
import RequestModel
import RuleSamples
import TestSupport
import Testing

@testable import RuleLang

/// The ordered lists of Debian's `uap-core` as rules: the tree finds what the list's own tests
/// expect, and hardly a rule is left to be tried in order.
@Suite(.enabled(if: RealPatterns.hasAgents)) struct RealListTests {
    @Test(arguments: [
        ("user_agent_parsers", "test_ua.yaml", "family_replacement", 1),
        ("device_parsers", "test_device.yaml", "device_replacement", 29),
    ])
    func answers(_ list: String, _ tests: String, _ replacement: String, _ step: Int) throws {
        let entries = try RealPatterns.list(list)
        let program = try #require(CompiledText(Self.rules(entries)).program)
        let tree = DecisionTree.build(program)
        let scratch = PatternScratch()
        var evaluator = TreeEvaluator(tree, scratch: scratch)
        let naive = NaiveEvaluator(program, scratch: scratch)
        var answered = 0
        for (number, expected) in try RealPatterns.expectations(tests).enumerated() {
            let agent = Array((expected["user_agent_string"] ?? "").utf8)
            guard let family = expected["family"], let view = Self.view(agent, program) else {
                continue
            }
            let decision = evaluator.decide(Program.mainTable, view)
            if number % step == 0 {
                #expect(decision == naive.decide(Program.mainTable, view), "\(expected)")
            }
            let answer = Self.answer(decision, entries, replacement, agent, program, scratch)
            #expect(answer == family, "\(expected)")
            answered += 1
        }
        #expect(answered > 1_000)
    }

    @Test(arguments: ["user_agent_parsers", "device_parsers", "os_parsers"])
    func residue(_ list: String) throws {
        let program = try #require(CompiledText(Self.rules(try RealPatterns.list(list))).program)
        let statistics = DecisionTree.build(program).statistics
        #expect(statistics.rules == program.rules.count)
        #expect(statistics.residualRules * 100 <= statistics.rules * 4)
    }

    private static func rules(_ entries: [RealPatterns.Entry]) -> String {
        entries.map { "header.user-agent ~ \"\(quoted($0.pattern))\" -> deny\n" }.joined()
    }

    /// Quotes within a regex get a backslash, unless they have one.
    private static func quoted(_ pattern: String) -> String {
        var text = ""
        var isEscaped = false
        for character in pattern {
            if character == "\"", !isEscaped { text.append("\\") }
            text.append(character)
            isEscaped = character == "\\" && !isEscaped
        }
        return text
    }

    private static func view(_ agent: [UInt8], _ program: Program) -> RequestView? {
        var builder = RequestBuilder()
        builder.headers = [
            (Array("Host".utf8), Array("a.example".utf8)), (Array("User-Agent".utf8), agent),
        ]
        return try? builder.build(headerNames: program.headers).get()
    }

    /// As the specification of uap-core says: the replacement with its groups, or the first group.
    private static func answer(
        _ decision: Decision, _ entries: [RealPatterns.Entry], _ replacement: String,
        _ agent: [UInt8], _ program: Program, _ scratch: PatternScratch
    ) -> String {
        guard case .rule(let rule) = decision,
            case .match = scratch.match(program.patterns[PatternID(rule.index)].pattern, in: agent)
        else { return "Other" }
        func group(_ number: Int) -> String {
            scratch.capture(number).map { String(decoding: agent[$0], as: UTF8.self) } ?? ""
        }
        guard var text = entries[rule.index].replacements[replacement] else { return group(1) }
        for number in 1...9 { text = text.replacing("$\(number)", with: group(number)) }
        let start = text.drop { $0 == " " }
        return String(start.reversed().drop { $0 == " " }.reversed())
    }
}
