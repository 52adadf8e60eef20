import Patterns
import RequestModel
import RuleSamples
import Testing

@testable import RuleLang

/// The generated files reach the whole language, as the language itself tells it: a value, function
/// or operator that is added to `RuleLang` and not to the generator fails here.
@Suite struct GeneratorCoverageTests {
    /// All that stands in a few hundred generated files.
    fileprivate struct Survey {
        var files = 0
        var unusable: [String] = []
        var values: Set<String> = []
        var functions: Set<String> = []
        /// `VALUE OPERATOR`, and `FUNCTION( OPERATOR`.
        var operators: Set<String> = []
        var operatorSpellings: Set<String> = []
        var syntax: Set<String> = []
    }

    private static let survey: Survey = {
        var survey = Survey()
        for seed in UInt64(0)..<400 {
            var sample = RuleSetSample(seed: seed)
            let files = sample.ruleFiles()
            let compiled = CompiledText(files.main, files.others)
            survey.files += 1
            guard let program = compiled.program else {
                survey.unusable.append("seed \(seed): \(compiled.errors)")
                continue
            }
            let input = LintInput(
                program: program, files: compiled.compilation.files, withTree: false)
            input.forEachAtom { survey.note($0, compiled.compilation.sources) }
            for item in input.items { survey.note(item) }
            input.forEachRule { survey.note($0) }
        }
        return survey
    }()

    @Test func filesCompile() {
        let unusable = Self.survey.unusable
        #expect(unusable.count * 100 <= Self.survey.files, "\(unusable)")
    }

    /// Every value of the catalogue, those with names, and each function on each that takes it.
    @Test func everyValueAndFunction() {
        var missing: [String] = []
        for value in Catalogue.values where !Self.survey.values.contains(value.key) {
            missing.append(value.key)
        }
        for (value, function) in Catalogue.applications
        where !Self.survey.functions.contains("\(function)(\(value))") {
            missing.append("\(function)(\(value))")
        }
        #expect(missing.isEmpty)
        #expect(Catalogue.applications.count > 50)
    }

    /// Every operator on every value and behind every function that has it.
    @Test func everyOperator() {
        var expected: Set<String> = []
        for (key, text) in Catalogue.values {
            for op in Catalogue.operators(of: text) { expected.insert("\(key) \(op)") }
        }
        for function in Resolver.functionNames {
            for op in Catalogue.operators(of: "\(function)(header.x)") {
                expected.insert("\(function)( \(op)")
            }
        }
        let missing = expected.subtracting(Self.survey.operators).sorted()
        #expect(missing.isEmpty)
        #expect(expected.count > 200)
        let short: Set = ["^=", "$=", "*="]
        #expect(Self.survey.operatorSpellings.isSuperset(of: short))
    }

    /// Every kind of item, statement, condition, operand, action and modifier. The switches below
    /// have no default: a new kind does not compile until it is named here.
    @Test func everyKindOfSyntax() {
        let missing = SyntaxNames.wanted.subtracting(Self.survey.syntax).sorted()
        #expect(missing.isEmpty)
        #expect(Self.survey.syntax.subtracting(SyntaxNames.wanted).sorted().isEmpty)
    }

    /// Every request has them, whatever function stands around them.
    private static let alwaysPresent: Set<String> = [
        "path", "rawPath", "pathSegments", "method", "scheme", "url", "listener", "httpVersion",
        "now",
    ]
    /// They begin with a `/` or a letter: `int(…)` of them is always absent.
    private static let neverNumbers: Set<String> = ["path", "rawPath", "url", "listener"]

    /// Of each value, of each kind of test, of each value with each kind of test that it has, and
    /// of each function with each value that takes it, some atom was true for a request and some
    /// atom was false for one.
    @Test func atomsAreTrueAndFalse() {
        var truths: [String: Set<Truth>] = [:]
        for seed in UInt64(0)..<160 {
            var sample = RuleSetSample(seed: seed)
            let files = sample.ruleFiles()
            guard let program = CompiledText(files.main, files.others).program else { continue }
            let naive = NaiveEvaluator(program)
            var requests = RequestSample(seed: seed, program)
            let names = program.atoms.map { Self.names(of: $0) }
            for _ in 0..<30 {
                let view = requests.view()
                for index in program.atoms.indices {
                    let truth = naive.truth(AtomID(index), view)
                    for name in names[index] { truths[name, default: []].insert(truth) }
                }
            }
        }
        let fields =
            Resolver.plainFields.values.map { TestNames.name(of: $0.field) }
            + ["header", "cookie", "query", "pathSegment"]
        let wanted = TestNames.wanted + fields.map { "field \($0)" }
        let oneSided = Set(wanted).union(truths.keys).filter { name in
            !(truths[name] ?? []).isSuperset(of: [.yes, .no])
        }
        #expect(oneSided.sorted() == [])
        #expect(truths.count > 150)
    }

    /// By what an atom is counted; nothing where it cannot but be true, or false.
    private static func names(of atom: Atom) -> [String] {
        let test = TestNames.name(of: atom)
        guard case .test(let term, _) = atom else { return [test] }
        let field = TestNames.name(of: term.field)
        let isNumber = term.transforms.contains(.integer)
        if isNumber, neverNumbers.contains(field) { return [] }
        if !isNumber, test == "present", alwaysPresent.contains(field) { return [] }
        var names = [test, "field \(field)"]
        if term.isAny { names += ["any \(test)", "any \(field)"] }
        if let function = term.transforms.last {
            names += ["\(function) \(test)", "\(function) \(field)"]
        } else {
            names.append("\(field) \(test)")
        }
        return names
    }

    /// The trees have every kind of node, and every reason to leave a rule over.
    @Test func everyKindOfNode() {
        var nodes: Set<String> = []
        var residues: Set<TreeStatistics.Residue> = []
        for seed in UInt64(0)..<90 {
            var mixed = RuleSetSample(seed: seed)
            var wide = WideRuleSample(seed: seed)
            let files = seed % 3 == 2 ? RuleFiles(wide.text()) : mixed.ruleFiles()
            guard let program = CompiledText(files.main, files.others).program else { continue }
            let tree = DecisionTree.build(program, budget: TreeBudget(seed: seed))
            nodes.formUnion(tree.storage.nodes.map { "\($0.kind)" })
            residues.formUnion(tree.statistics.residuals.map(\.reason))
        }
        #expect(nodes == Set(TreeNode.Kind.allCases.map { "\($0)" }))
        #expect(residues == Set(TreeStatistics.Residue.allCases))
    }
}

extension GeneratorCoverageTests.Survey {
    fileprivate mutating func note(_ atom: AtomSyntax, _ sources: SourceMap) {
        let value = Catalogue.key(of: atom.value.field)
        values.insert(value)
        for function in atom.value.functions { functions.insert("\(function.text)(\(value))") }
        guard let comparison = atom.comparison else {
            syntax.insert("presence")
            return
        }
        let op = comparison.operator.rawValue
        if let function = atom.value.functions.first {
            operators.insert("\(function.text)( \(op)")
        } else {
            operators.insert("\(value) \(op)")
        }
        let written = sources.text(of: comparison.operatorSpan)
        operatorSpellings.insert(String(decoding: written, as: UTF8.self))
        syntax.insert("operand \(SyntaxNames.name(of: comparison.operand))")
    }

    fileprivate mutating func note(_ item: ItemSyntax) {
        syntax.insert("item \(SyntaxNames.name(of: item))")
        switch item {
        case .statement(let statement): note(statement, depth: 0)
        case .rules(let rules):
            for statement in rules.statements {
                note(statement, depth: 0)
                if case .use = statement { syntax.insert("use in rules") }
            }
        case .letBinding(let binding): note(binding.value, in: "let")
        case .set(let set): syntax.insert("set \(SyntaxNames.name(of: set.elements))")
        case .table(let table): syntax.insert("table of \(table.keys.count)")
        default: break
        }
    }

    private mutating func note(_ statement: StatementSyntax, depth: Int) {
        switch statement {
        case .rule: syntax.insert("rule")
        case .use: syntax.insert("use")
        case .when(let condition, let body, _):
            syntax.insert("when in \(depth)")
            note(condition, in: "when")
            for inner in body { note(inner, depth: depth + 1) }
        }
    }

    fileprivate mutating func note(_ rule: RuleSyntax) {
        syntax.insert("action \(SyntaxNames.name(of: rule.action.kind))")
        for modifier in rule.modifiers {
            syntax.insert("modifier \(SyntaxNames.name(of: modifier.kind))")
        }
        if rule.label != nil { syntax.insert("label") }
        guard let condition = rule.condition else {
            syntax.insert("else")
            return
        }
        note(condition, in: "rule")
    }

    private mutating func note(_ condition: ExpressionSyntax, in place: String) {
        condition.forEachNode { node in
            let name = SyntaxNames.name(of: node)
            syntax.insert(name.hasPrefix("@") ? "\(name) in \(place)" : name)
        }
    }
}
