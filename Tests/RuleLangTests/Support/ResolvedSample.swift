import RequestModel

@testable import RuleLang

/// A source text, its declarations registered by name only, its `let`s and rules resolved: what the
/// conditions and rules half of the resolver does, without reading other files.
struct ResolvedSample {
    var resolver = Resolver(loader: NoFiles())
    var source: SourceFile

    /// One for each finding: `CODE@LINE:COLUMN`, in the order of their places.
    var findings: [String] {
        diagnostics.map {
            let position = source.position(of: $0.span.start)
            return "\($0.code.id)@\(position.line):\(position.column)"
        }
    }

    var diagnostics: [Diagnostic] { resolver.diagnostics.sorted { $0.span.start < $1.span.start } }
    var program: Program { resolver.program }
    var atoms: [Atom] { program.atoms }

    /// The source after all safe fix-its.
    var corrected: String {
        var bytes = source.bytes
        let edits = diagnostics.compactMap(\.fixIt).filter { $0.applicability == .safe }
            .flatMap(\.edits)
        for edit in edits.sorted(by: { $0.span.start > $1.span.start }) {
            bytes.replaceSubrange(edit.span.indices, with: edit.replacement.utf8)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    init(_ text: String) {
        source = SourceFile(name: "sample.l7", bytes: Array(text.utf8))
        let file = resolver.program.sources.add(source)
        let parsed = parse(source.bytes, file: file)
        resolver.diagnostics = parsed.diagnostics
        for item in parsed.syntax.items { declare(item) }
        resolver.checkBundles()
        var statements: [StatementSyntax] = []
        for item in parsed.syntax.items {
            if case .statement(let statement) = item { statements.append(statement) }
        }
        let resolved = resolver.resolveStatements(statements, table: Program.mainTable)
        let span = SourceSpan(file: file, start: 0, end: 0)
        resolver.program.ruleTables = [RuleTable(name: "", statements: resolved, span: span)]
    }

    private mutating func declare(_ item: ItemSyntax) {
        switch item {
        case .pool(let pool):
            resolver.pools[pool.name.text] = PoolID(resolver.program.pools.count)
            resolver.program.pools.append(
                Pool(name: pool.name.text, servers: [], span: pool.span))
        case .split(let split):
            resolver.splits[split.name.text] = SplitID(resolver.program.splits.count)
            resolver.program.splits.append(
                Split(name: split.name.text, key: .random, salt: [], arms: [], span: split.span))
        case .set(let set): resolver.values[set.name.text] = .set(set)
        case .modifiers(let bundle): resolver.bundles[bundle.name.text] = bundle
        case .letBinding(let binding):
            let expression = resolver.resolveCondition(binding.value)
            let id = LetID(resolver.program.lets.count)
            resolver.program.lets.append(
                LetBinding(
                    name: binding.name.text, expression: expression, span: binding.span))
            resolver.values[binding.name.text] = .binding(id)
        case .table(let table):
            let id = TableID(resolver.program.tables.count)
            resolver.program.tables.append(
                LookupTable(
                    name: table.name.text, keys: [ValueTerm(.host)],
                    columns: ["host", "backend", "tier"], rows: [], rowByKey: [:], pools: [:],
                    span: table.span))
            resolver.values[table.name.text] = .table(id)
        default: break
        }
    }
}

struct NoFiles: SourceLoader {
    func load(_ path: String, from: String?) -> Result<LoadedFile, LoadError> {
        .failure(LoadError(message: "there is no file `\(path)`"))
    }

    func expand(_ pattern: String, from: String?) -> [String] { [pattern] }
}
