import RuleSamples
import Testing

@testable import RuleLang

/// P037 to P040: what the tree cannot look up, and what would be shorter as a set or a table.
@Suite struct ResidualLintTests {
    private func codes(_ text: String) throws -> [String: Int] {
        let compilation = CompiledText(text, ["t.csv": "path,x\n/a,b\n"]).compilation
        let program = try #require(compilation.program, "\(compilation.diagnostics)")
        let found = lint(LintInput(program: program, files: compilation.files))
        return found.reduce(into: [:]) { codes, finding in
            if finding.code.id.hasPrefix("P") { codes[finding.code.id, default: 0] += 1 }
        }
    }

    private func rules(_ count: Int, _ condition: (Int) -> String) -> String {
        (0..<count).map { "\(condition($0)) -> deny\n" }.joined()
    }

    @Test func notIndexable() throws {
        let negated = rules(9) { "path != \"/\($0)\" and header.x != \"\($0)\"" }
        #expect(try codes(negated) == ["P037": 9])
        let mixed = rules(9) { "path == \"/\($0)\" or host == \"h\($0).example\"" }
        #expect(try codes(mixed) == ["P037": 9])
        // What always holds needs no key, unless its guard has none.
        #expect(try codes(rules(9) { "path != \"/\($0)\"" } + "else -> deny\n") == ["P037": 9])
        let guarded =
            "when not header.x {\n" + rules(7) { "path != \"/\($0)\"" } + "else -> deny\n}\n"
        #expect(try codes(guarded) == ["P037": 8])
        // A list that is short anyway.
        #expect(try codes(rules(6) { "path != \"/\($0)\"" }) == [:])
        #expect(try codes(rules(90) { "path == \"/\($0)\" and method != GET" }) == [:])
    }

    @Test func opaqueRegex() throws {
        #expect(try codes(rules(9) { "path.raw ~ \"^[^\($0)]+(?!x\($0))$\"" }) == ["P038": 9])
        #expect(try codes(rules(9) { "path.raw ~ \"[a-z]{7}[0-\($0)]?$\"" }) == ["P038": 9])
        #expect(try codes(rules(9) { "path.raw ~ \"[a-z]+key\($0)[a-z]+\"" }) == [:])
    }

    @Test func tooManyKeys() throws {
        func many(_ rule: Int, _ operand: String, _ count: Int) -> String {
            let all = (0..<count).map { "\(operand) \"/\(rule)-\($0)\"" }
            return "(\(all.joined(separator: " or ")))"
        }
        #expect(try codes(rules(9) { many($0, "path starts_with", 17) }) == ["P039": 9])
        #expect(try codes(rules(9) { many($0, "path starts_with", 16) }) == [:])
    }

    private func reasons(
        _ text: String, _ budget: TreeBudget = TreeBudget()
    ) throws -> [TreeStatistics.Residue: Int] {
        let compilation = CompiledText(text, ["t.csv": "path,x\n/a,b\n"]).compilation
        let program = try #require(compilation.program, "\(compilation.diagnostics)")
        return DecisionTree.build(program, budget: budget).statistics.residueByReason
    }

    /// A table is what P039 advises, so no lint complains of it.
    @Test func lookups() throws {
        let tables = (0..<9).map { "table t\($0) from \"t.csv\" key path\n" }.joined()
        let text = tables + rules(9) { "$t\($0)" } + "else -> deny\n"
        #expect(try codes(text) == [:])
        #expect(try reasons(text) == [.lookup: 9])
    }

    @Test func reasonsWithoutLint() throws {
        let same = rules(9) { "path == \"/a\" and host != \"h\($0).example\"" }
        #expect(try reasons(same + "else -> deny\n") == [.notApart: 9])
        // What a rule is filed under too often is the budget's doing.
        let often = rules(9) { "path ^= { \"/a\($0)\", \"/b\($0)\", \"/c\($0)\" }" }
        #expect(try reasons(often) == [:])
        var budget = TreeBudget()
        budget.copiesPerRule = 0
        budget.minimumCopies = 17
        #expect(try reasons(often, budget) == [.budget: 9])
    }

    @Test func repetitiveRules() throws {
        let pool = "pool p { server 127.0.0.1:1 }\n"
        #expect(try codes(rules(10) { "path == \"/\($0)\"" }) == ["P040": 1])
        #expect(try codes(rules(9) { "path == \"/\($0)\"" }) == [:])
        // One of another field, and one of another action, part them.
        let parted = rules(9) { "path == \"/\($0)\"" } + "host == \"a.example\" -> deny\n"
        #expect(try codes(parted + rules(9) { "path == \"/b\($0)\"" }) == [:])
        let moved = (0..<30).map { "path == \"/\($0)\" -> redirect 301 \"/new/\($0)\"\n" }
        #expect(try codes(moved.joined()) == ["P040": 1])
        #expect(try codes(moved.dropLast().joined()) == [:])
        let labelled = (0..<10).map { "r\($0): path == \"/\($0)\" -> pool p\n" }
        #expect(try codes(pool + labelled.joined()) == [:])
        let nested = "when method == GET {\n" + rules(10) { "path == \"/\($0)\"" } + "}\n"
        #expect(try codes(nested) == ["P040": 1])
    }
}
