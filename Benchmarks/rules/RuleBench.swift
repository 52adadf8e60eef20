import Patterns
import RequestModel
import RuleLang

/// Nanoseconds for a decision by tree and by the naive evaluator, for 10 to 100,000 mixed rules:
/// `L7ROUTE_BENCH=1 swift run -c release RuleBench [--kinds] [COUNT…]`.
///
/// `--rounds=N` runs the tree alone, N times over all requests: a counter of allocations around two
/// such runs says what a decision allocates. `--every` does the same for all kinds of values.
@main
enum RuleBench {
    static func main() {
        if given(.every) { return runEveryValue() }
        let given = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        let counts = given.isEmpty ? [10, 100, 1_000, 10_000, 100_000] : given
        print("  rules   tree ns  naive ns  build ms  B/rule  nodes  residual  depth")
        for count in counts { measure(count) }
    }

    private static func measure(_ count: Int) {
        let rules = MixedRules(count: count)
        guard let program = compile("bench.l7", loader: Texts(main: rules.text)).program else {
            return print("the rules do not compile")
        }
        let clock = ContinuousClock()
        var built: DecisionTree?
        let buildTime = clock.measure { built = DecisionTree.build(program) }
        guard let tree = built else { return }
        let views = requests(rules, program)
        let scratch = PatternScratch()
        var evaluator = TreeEvaluator(tree, scratch: scratch)
        let naive = NaiveEvaluator(program, scratch: scratch)

        let table = Program.mainTable
        if let rounds = rounds() {
            for _ in 0..<rounds {
                for index in views.indices { _ = evaluator.decide(table, views[index]) }
            }
            return print("\(rounds * views.count) decisions")
        }
        for index in stride(from: 0, to: views.count, by: max(1, count / 200)) {
            let expected = naive.decide(table, views[index])
            let decision = evaluator.decide(table, views[index])
            if decision != expected { print("request \(index): \(decision), not \(expected)") }
        }
        let rounds = max(1, 400_000 / views.count)
        var best = Duration.seconds(3_600)
        for _ in 0..<5 {
            let time = clock.measure {
                // A span lends its elements, an array would copy them out.
                let views = views.span
                for _ in 0..<rounds {
                    for index in views.indices { _ = evaluator.decide(table, views[index]) }
                }
            }
            best = min(best, time)
        }
        let naiveCount = max(20, min(views.count, 2_000_000 / count))
        let naiveTime = clock.measure {
            for index in 0..<naiveCount { _ = naive.decide(table, views[index % views.count]) }
        }
        let statistics = tree.statistics
        let columns = [
            "\(count)", nanoseconds(best, rounds * views.count), nanoseconds(naiveTime, naiveCount),
            "\(buildTime / .milliseconds(1))".prefix(7).description,
            "\(statistics.bytes / max(1, count))", "\(statistics.nodes)",
            "\(statistics.residualRules)", "\(statistics.depth)",
        ]
        print(columns.map { String(repeating: " ", count: max(0, 9 - $0.count)) + $0 }.joined())
        if given(.kinds) { print("  \(statistics.nodesByKind) \(statistics.residueByReason)") }
    }

    private enum Flag: String { case kinds = "--kinds", every = "--every" }

    /// All kinds of values, for a counter of allocations.
    private static func runEveryValue() {
        let loader = Texts(main: EveryValue.text, files: EveryValue.files)
        let compilation = compile("bench.l7", loader: loader)
        guard let program = compilation.program else {
            return print(compilation.diagnostics.map(\.message))
        }
        let views = (0..<512).compactMap {
            try? EveryValue.request($0).build(headerNames: program.headers).get()
        }
        let scratch = PatternScratch()
        var evaluator = TreeEvaluator(DecisionTree.build(program), scratch: scratch)
        // Without a tree every rule is verified.
        var flat = TreeBudget()
        flat.depth = 0
        var verifier = TreeEvaluator(DecisionTree.build(program, budget: flat), scratch: scratch)
        let naive = NaiveEvaluator(program, scratch: scratch)
        let rules = program.rules.count
        var wrong = 0
        for view in views {
            let expected = naive.decide(Program.mainTable, view)
            if expected != .rule(RuleID(rules - 1)) { wrong += 1 }
            if evaluator.decide(Program.mainTable, view) != expected { wrong += 1 }
            if verifier.decide(Program.mainTable, view) != expected { wrong += 1 }
        }
        for _ in 0..<(rounds() ?? 1) {
            for index in views.indices {
                _ = evaluator.decide(Program.mainTable, views[index])
                _ = verifier.decide(Program.mainTable, views[index])
            }
        }
        print("\(views.count) requests, \(rules) rules, \(wrong) wrong")
    }

    private static func given(_ flag: Flag) -> Bool {
        CommandLine.arguments.contains(flag.rawValue)
    }

    private static func rounds() -> Int? {
        let prefix = "--rounds="
        let argument = CommandLine.arguments.first { $0.hasPrefix(prefix) }
        return argument.flatMap { Int($0.dropFirst(prefix.count)) }
    }

    /// Different ones, three of four for a rule and the others near one.
    private static func requests(_ rules: MixedRules, _ program: Program) -> [RequestView] {
        var random = SplitMix(1)
        return (0..<4_096).compactMap { index in
            let builder = rules.request(
                Int.random(in: 0..<rules.count, using: &random), hits: index % 4 != 0)
            return try? builder.build(headerNames: program.headers).get()
        }
    }

    private static func nanoseconds(_ time: Duration, _ count: Int) -> String {
        let (seconds, attoseconds) = time.components
        let total = Double(seconds) * 1e9 + Double(attoseconds) / 1e9
        return "\(Int(total / Double(count)))"
    }
}

private struct Texts: SourceLoader {
    let main: String
    var files: [String: String] = [:]

    func load(_ path: String, from: String?) -> Result<LoadedFile, LoadError> {
        .success(LoadedFile(path: path, identity: path, bytes: Array((files[path] ?? main).utf8)))
    }

    func expand(_ pattern: String, from: String?) -> [String] { [pattern] }
}
