import Foundation
import Patterns
import RequestModel
import RuleSamples
import Testing

@testable import RuleLang

/// What trees look like, and how they are asked.
@Suite struct TreeShapeTests {
    private func statistics(
        _ condition: (Int) -> String, count: Int = 200, budget: TreeBudget = TreeBudget()
    ) throws -> TreeStatistics {
        let text = (0..<count).map { "\(condition($0)) -> deny\n" }.joined()
        let program = try #require(CompiledText(text).program, "\(text)")
        return DecisionTree.build(program, budget: budget).statistics
    }

    /// One kind of condition, the node that tells its rules apart, and rules that nothing does.
    private struct Shape: Sendable {
        var kind: String
        var condition: @Sendable (Int) -> String
        var residual = 0
    }

    private static let shapes = [
        Shape(kind: "hash", condition: { "host == \"h\($0).example\"" }),
        Shape(kind: "hash", condition: { "header.x == \"\($0)\"" }),
        Shape(kind: "hash", condition: { "path in { \"/a\($0)\", \"/b\($0)\" }" }),
        Shape(kind: "hash", condition: { "path matches \"/u/{id}/t\($0)/{r...}\"" }),
        Shape(kind: "hash", condition: { "lower(query.q) == \"k\($0)\"" }),
        Shape(kind: "hash", condition: { "path ~ \"(?i)^/page\($0)$\"" }),
        Shape(
            kind: "hash",
            condition: { n in
                let hosts = (0..<100).map { "\"h\($0 * 200 + n).example\"" }
                return "host in { \(hosts.joined(separator: ", ")) } and path != \"/\""
            }),
        // Of a field with few values, a negation leaves the others.
        Shape(
            kind: "hash",
            condition: { n in
                let others = ["1.0", "1.1", "2", "3"].enumerated().filter { $0.offset != n % 4 }
                let set = others.map(\.element).joined(separator: ", ")
                return "http.version not in { \(set) } and path != \"/\(n)\""
            }, residual: 200),
        Shape(
            kind: "hash",
            condition: { "scheme != http\($0 % 2 == 0 ? "" : "s") and path != \"/\($0)\"" },
            residual: 200),
        Shape(kind: "prefix", condition: { "path under \"/a/\($0)\"" }),
        Shape(kind: "prefix", condition: { "path ~ \"^/a/\($0)/[0-9]+$\"" }),
        Shape(kind: "prefix", condition: { "path starts_with \"/\($0)\" or path == \"/x\($0)\"" }),
        Shape(kind: "prefix", condition: { "client.ip in 10.\($0).0.0/16" }),
        Shape(kind: "prefix", condition: { "client.ip == 10.0.0.\($0)" }),
        Shape(kind: "suffix", condition: { "host under \"d\($0).example\"" }),
        Shape(kind: "suffix", condition: { "path ~ \"-\($0)\\.png$\"" }),
        Shape(kind: "gram", condition: { "header.user-agent contains \"bot-\($0)/\"" }),
        Shape(kind: "gram", condition: { "header.user-agent ~ \"(?i)bot-\($0)/[0-9]\"" }),
        Shape(kind: "gram", condition: { "header.x ~ \"[0-9](abc\($0)x|xyz\($0)y)[0-9]\"" }),
        Shape(kind: "interval", condition: { "int(query.n) == \($0)" }),
        Shape(kind: "interval", condition: { "len(path) in { \($0), \($0 + 300) }" }),
        Shape(
            kind: "interval",
            condition: { "int(query.n) >= \($0 * 10) and int(query.n) < \($0 * 10 + 5)" }),
        Shape(kind: "headers", condition: { "header.x-\($0)" }),
        Shape(kind: "headers", condition: { "header.x-\($0) ~ \"[0-9]\"" }),
        Shape(kind: "cookies", condition: { "cookie.c\($0) == \"1\"" }),
        Shape(kind: "parameters", condition: { "query.q\($0) != \"1\" and query.q\($0)" }),
        Shape(
            kind: "hash", condition: { "method == GET and path != \"/\" and host == \"h\($0)\"" }),
        Shape(kind: "list", condition: { "path != \"/\($0)\"" }, residual: 200),
        Shape(kind: "list", condition: { "path ~ \"[0-9]{\($0)}\"" }, residual: 200),
        Shape(kind: "condition", condition: { "query and path != \"/\($0)\"" }, residual: 200),
    ]

    @Test(arguments: shapes.indices)
    func kinds(_ index: Int) throws {
        let shape = Self.shapes[index]
        let statistics = try statistics(shape.condition)
        #expect(statistics.rules == 200)
        #expect(statistics.nodesByKind[shape.kind] ?? 0 > 0, "\(statistics.nodesByKind)")
        #expect(statistics.residualRules == shape.residual, "\(statistics.residueByReason)")
    }

    /// What the way to a list says is not verified there, and everything else is.
    @Test(arguments: [
        ("host == \"h#.example\"", true), ("path in { \"/a#\", \"/b#\" }", true),
        ("path == \"/a#\" or path == \"/b#\"", true), ("any(header.x) == \"v#\"", true),
        ("path starts_with \"/a/#/\"", true), ("path ends_with \"-#.png\"", true),
        ("path under \"/a/#\"", true), ("host under \"d#.example\"", true),
        ("path under \"/a/#\" and method == GET", false),
        ("path matches \"/u#/{id}\"", false), ("header.x ~ \"k#[a-z]\"", false),
        ("header.x contains \"bot-#/\"", false), ("int(query.n) == #", false),
    ])
    func listsVerifyTheRest(_ condition: String, _ isNothing: Bool) throws {
        let text = (0..<200).map {
            "\(condition.replacing("#", with: "\($0)")) -> deny\n"
        }.joined()
        let program = try #require(CompiledText(text).program, "\(text)")
        let storage = DecisionTree.build(program).storage
        let isLeft = storage.items.map { storage.conditions[Int($0.condition)].kind != .yes }
        #expect(!isLeft.isEmpty)
        #expect(isLeft.allSatisfy { $0 == !isNothing })
    }

    @Test func workIsBounded() throws {
        var budget = TreeBudget()
        budget.workPerRule = 0
        budget.minimumWork = 100
        let condition = { (n: Int) in
            "header.x-\(n % 3) == \"\(n % 11)\" and path under \"/\(n % 9)\""
        }
        // The first comparison is made, and then no more.
        let bounded = try statistics(condition, budget: budget)
        #expect(bounded.residueByReason[.budget] ?? 0 > 150)
        #expect(try statistics(condition).residueByReason[.budget] == nil)
    }

    @Test func budgetEndsInLists() throws {
        var budget = TreeBudget()
        budget.depth = 1
        let flat = try statistics(
            { "host == \"h\($0 % 2)\" and path == \"/\($0)\"" }, budget: budget)
        // The paths alone tell all rules apart.
        #expect(flat.residualRules == 0)
        budget.depth = 0
        let none = try statistics({ "path == \"/\($0)\"" }, budget: budget)
        #expect(none.residueByReason == [.budget: 200])
        budget = TreeBudget()
        budget.nodesPerRule = 0
        budget.minimumNodes = 1
        let small = try statistics(
            { "header.x-\($0 % 3) == \"\($0 % 11)\" and path under \"/\($0 % 9)\"" }, budget: budget
        )
        #expect(small.residueByReason[.budget] ?? 0 > 0)
        budget = TreeBudget()
        budget.bytesPerRule = 0
        budget.minimumBytes = 0
        let empty = try statistics({ "path == \"/\($0)\"" }, budget: budget)
        #expect(empty.residueByReason == [.budget: 200])
    }

    /// 300 bytes a rule, and rules without a key are never copied.
    @Test func bytes() throws {
        let statistics = try statistics(
            {
                $0 % 10 == 0
                    ? "path != \"/\($0)\"" : "host == \"h\($0 % 9)\" and path under \"/p/\($0)\""
            }, count: 2_000)
        #expect(statistics.bytes < 300 * 2_000)
        #expect(statistics.residueByReason == [.noKey: 200])
    }

    @Test(arguments: Samples.files(in: "rules", suffix: ".l7"))
    func samples(_ url: URL) throws {
        let folder = Samples.root.appendingPathComponent("rules")
        let compilation = compile(url.lastPathComponent, loader: DiskFiles(folder: folder))
        let program = try #require(compilation.program)
        let scratch = PatternScratch()
        let naive = NaiveEvaluator(program, scratch: scratch)
        var evaluator = TreeEvaluator(.build(program), scratch: scratch)
        for request in program.tests.flatMap(\.requests) {
            let view = program.view(
                method: request.method, target: request.target, headers: request.headers,
                facts: request.facts, listener: request.listener)
            guard case .success(let view) = view else { continue }
            let expected = naive.decide(request.table, view)
            #expect(evaluator.decide(request.table, view) == expected)
        }
    }

    @Test func tablesAndUse() throws {
        let text = """
            listen 127.0.0.1:1 as a
            listen 127.0.0.1:2 as b -> rules other
            when method == PUT { use shared }
            use shared
            use shared
            path == "/main" -> deny
            rules shared { path == "/s" -> deny }
            rules other {
              path == "/o" -> deny
              use shared
            }
            """
        let program = try #require(CompiledText(text).program)
        let tree = DecisionTree.build(program)
        // The second plain use is the first one over again.
        #expect(tree.statistics.rules == 5)
        let naive = NaiveEvaluator(program)
        var evaluator = TreeEvaluator(tree, scratch: PatternScratch())
        for target in ["/s", "/main", "/o", "/"] {
            for method in ["GET", "PUT"] {
                var builder = RequestBuilder()
                builder.target = Array(target.utf8)
                builder.method = Array(method.utf8)
                let view = try builder.build(headerNames: program.headers).get()
                for listener in program.listeners {
                    let expected = naive.decide(listener.table, view)
                    #expect(evaluator.decide(listener.table, view) == expected)
                }
            }
        }
    }

    /// Only a decision that comes to a test of the time has read it.
    @Test(arguments: [("/a", false), ("/b", true), ("/c", false)])
    func now(_ path: String, _ expected: Bool) throws {
        let text = """
            path == "/a" -> deny
            path == "/b" and now < 2026-01-01T00:00:00Z -> deny
            else -> respond 200
            """
        let program = try #require(CompiledText(text).program)
        var builder = RequestBuilder()
        builder.target = Array(path.utf8)
        let view = try builder.build(headerNames: program.headers).get()
        var evaluator = TreeEvaluator(.build(program), scratch: PatternScratch())
        _ = evaluator.decide(Program.mainTable, view)
        let hasRead = evaluator.hasReadNow
        #expect(hasRead == expected)
    }
}
