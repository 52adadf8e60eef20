import Foundation
import RequestModel
import Testing

@testable import RuleLang

/// The truth table of grammar.md, run: its rows are the test's data.
@Suite struct TruthTableTests {
    private static let targets = ["/", "/?x=", "/?x=1", "/?x=2"]

    private static var rows: [(condition: String, values: [Bool])] {
        let url = Samples.root.appendingPathComponent("grammar.md")
        let text = (try? String(contentsOf: url, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|").map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            let values = cells.dropFirst()
            guard cells.count == 5, values.allSatisfy({ ["true", "false"].contains($0) }) else {
                return nil
            }
            let condition = cells[0].trimmingCharacters(in: ["`"])
                .replacing(#/\bx\b/#, with: "query.x")
            return (condition, values.map { $0 == "true" })
        }
    }

    @Test func everyRow() throws {
        #expect(Self.rows.count == 13)
        for (condition, expected) in Self.rows {
            let text = "\(condition) -> deny\nelse -> respond 200\n"
            let compilation = compile("t", loader: OneFile(text: text))
            let program = try #require(compilation.program, "\(condition)")
            let evaluator = NaiveEvaluator(program)
            for (target, value) in zip(Self.targets, expected) {
                let view = try program.view(
                    method: "GET", target: Array(target.utf8), headers: [], facts: Facts(),
                    listener: nil
                ).get()
                let decision = evaluator.decide(Program.mainTable, view)
                #expect(decision == .rule(RuleID(value ? 0 : 1)), "\(condition) on \(target)")
            }
        }
    }

    /// A regex that hits its limit is an error: no later rule may win, a false `and` still does.
    @Test(arguments: [
        ("query.x ~ \"^(a+)+$\" -> deny", Decision.error(RuleID(0), .regexLimit)),
        ("query.x ~ \"^(a+)+$\" and method == POST -> deny", .rule(RuleID(1))),
        ("query.x ~ \"^(a+)+$\" or method == GET -> deny", .rule(RuleID(0))),
        ("not (query.x ~ \"^(a+)+$\") -> deny", .error(RuleID(0), .regexLimit)),
        ("query.x !~ \"^(a+)+$\" -> deny", .error(RuleID(0), .regexLimit)),
        (
            "when query.x ~ \"^(a+)+$\" { method == POST -> close }",
            .rule(RuleID(1))
        ),
        ("when query.x ~ \"^(a+)+$\" { else -> close }", .error(RuleID(0), .regexLimit)),
    ])
    func regexLimit(_ rule: String, _ expected: Decision) throws {
        let text = "\(rule)\nelse -> respond 200\nlimits { regex_steps 1000 }\n"
        let program = try #require(compile("t", loader: OneFile(text: text)).program)
        let view = try program.view(
            method: "GET", target: Array("/?x=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab".utf8),
            headers: [], facts: Facts(), listener: nil
        ).get()
        #expect(NaiveEvaluator(program).decide(Program.mainTable, view) == expected)
    }
}
