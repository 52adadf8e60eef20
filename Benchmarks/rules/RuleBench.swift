import Patterns
import RequestModel
import RuleLang

/// Measures decisions by the tree; `./dev bench rules` runs it. One JSON object a line:
///
/// - `RuleBench measure SET COUNT`: compile time, size, and nanoseconds a decision by position.
/// - `RuleBench decide SET COUNT POSITION ROUNDS`: only decides, so that the difference of two runs
///   with other rounds is what decisions take, counted by callgrind or by a counter of allocations.
/// - `RuleBench every ROUNDS`: the same with all kinds of values, which no decision may allocate
///   for.
@main
enum RuleBench {
    static func main() {
        var words = Array(CommandLine.arguments.dropFirst())
        let command = words.isEmpty ? "" : words.removeFirst()
        switch command {
        case "measure" where words.count == 2: measure(set(words[0]), number(words[1]))
        case "decide" where words.count == 4:
            guard let position = Position(rawValue: words[2]) else { return usage() }
            decide(set(words[0]), number(words[1]), position, rounds: number(words[3]))
        case "every" where words.count == 1: every(rounds: number(words[0]))
        default: usage()
        }
    }

    private static func usage() {
        print("RuleBench measure SET COUNT | decide SET COUNT POSITION ROUNDS | every ROUNDS")
        print("sets: \(RuleSet.all.map(\.name).joined(separator: ", "))")
    }

    private static func set(_ name: String) -> RuleSet {
        guard let set = RuleSet.all.first(where: { $0.name == name }) else {
            fatalError("no set \(name)")
        }
        return set
    }

    private static func number(_ text: String) -> Int {
        guard let number = Int(text), number > 0 else { fatalError("\(text) is no number") }
        return number
    }

    // MARK: - Rules

    private struct Compiled {
        let program: Program
        let tree: DecisionTree
        let loadTime: Duration
        let buildTime: Duration
    }

    private static func compiled(_ set: RuleSet, _ count: Int) -> Compiled {
        let loader = Texts(main: set.text(count))
        let clock = ContinuousClock()
        var program: Program?
        let loadTime = clock.measure { program = compile("bench.l7", loader: loader).program }
        guard let program else { fatalError("the rules of \(set.name) do not compile") }
        var tree: DecisionTree?
        let buildTime = clock.measure { tree = DecisionTree.build(program) }
        guard let tree else { fatalError("no tree") }
        return Compiled(program: program, tree: tree, loadTime: loadTime, buildTime: buildTime)
    }

    /// Different ones, all for rules of this position.
    private static func views(
        _ set: RuleSet, _ count: Int, _ position: Position, _ program: Program
    ) -> [RequestView] {
        var random = SplitMix(1)
        return (0..<4_096).map { index in
            let rule = position.rule(index, of: count, &random)
            let builder = set.request(rule, position != .none)
            guard case .success(let view) = builder.build(headerNames: program.headers) else {
                fatalError("a request of \(set.name) is refused")
            }
            return view
        }
    }

    /// Some of the requests are decided by the naive evaluator too.
    private static func check(
        _ compiled: Compiled, _ views: [RequestView], _ position: Position, _ count: Int
    ) {
        let scratch = PatternScratch()
        var evaluator = TreeEvaluator(compiled.tree, scratch: scratch)
        let naive = NaiveEvaluator(compiled.program, scratch: scratch)
        for index in stride(from: 0, to: views.count, by: max(64, count / 50)) {
            let expected = naive.decide(Program.mainTable, views[index])
            let decision = evaluator.decide(Program.mainTable, views[index])
            guard decision == expected, (expected == .noMatch) == (position == .none) else {
                fatalError("request \(index) of \(position): \(decision), naive \(expected)")
            }
        }
    }

    // MARK: - Measuring

    private static func measure(_ set: RuleSet, _ count: Int) {
        let compiled = compiled(set, count)
        let statistics = compiled.tree.statistics
        var nanoseconds: [String] = []
        for position in Position.allCases {
            let views = views(set, count, position, compiled.program)
            check(compiled, views, position, count)
            var evaluator = TreeEvaluator(compiled.tree, scratch: PatternScratch())
            let clock = ContinuousClock()
            var best = Duration.seconds(3_600)
            let rounds = 40
            for _ in 0..<7 {
                let time = clock.measure {
                    // A span lends its elements, an array would copy them out.
                    let views = views.span
                    for _ in 0..<rounds {
                        for index in views.indices {
                            _ = evaluator.decide(Program.mainTable, views[index])
                        }
                    }
                }
                best = min(best, time)
            }
            let each = best / .nanoseconds(1) / Double(rounds * views.count)
            nanoseconds.append("\"\(position)\": \(each)")
        }
        let reasons = statistics.residueByReason.map { "\"\($0.key.rawValue)\": \($0.value)" }
        print(
            """
            {"set": "\(set.name)", "rules": \(count), \
            "ns": {\(nanoseconds.joined(separator: ", "))}, \
            "load_ms": \(compiled.loadTime / .milliseconds(1)), \
            "build_ms": \(compiled.buildTime / .milliseconds(1)), \
            "bytes": \(statistics.bytes), "nodes": \(statistics.nodes), \
            "depth": \(statistics.depth), "residual": \(statistics.residualRules), \
            "reasons": {\(reasons.joined(separator: ", "))}}
            """)
    }

    private static func decide(
        _ set: RuleSet, _ count: Int, _ position: Position, rounds: Int
    ) {
        let compiled = compiled(set, count)
        let views = views(set, count, position, compiled.program)
        var evaluator = TreeEvaluator(compiled.tree, scratch: PatternScratch())
        for _ in 0..<rounds {
            let views = views.span
            for index in views.indices { _ = evaluator.decide(Program.mainTable, views[index]) }
        }
        print("{\"decisions\": \(rounds * views.count)}")
    }

    private static func every(rounds: Int) {
        let loader = Texts(main: EveryValue.text, files: EveryValue.files)
        guard let program = compile("bench.l7", loader: loader).program else {
            fatalError("the rules of every value do not compile")
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
        for view in views {
            let expected = naive.decide(Program.mainTable, view)
            guard expected == .rule(RuleID(program.rules.count - 1)),
                evaluator.decide(Program.mainTable, view) == expected,
                verifier.decide(Program.mainTable, view) == expected
            else { fatalError("a request is decided wrongly") }
        }
        for _ in 0..<rounds {
            let views = views.span
            for index in views.indices {
                _ = evaluator.decide(Program.mainTable, views[index])
                _ = verifier.decide(Program.mainTable, views[index])
            }
        }
        print("{\"decisions\": \(2 * rounds * views.count)}")
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
