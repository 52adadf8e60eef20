/// All that compiling a file gives.
package struct Compilation: Sendable {
    /// Only without S, T and E findings.
    package var program: Program?
    package var sources: SourceMap
    package var files: [SyntaxFile]
    /// The parser's and the resolver's, by place; lints are asked for separately.
    package var diagnostics: [Diagnostic]
    package var allows: [Allow]
    /// What the file says of `admin`, as far as it could be read; also with errors elsewhere.
    package var admin: ListenAddress?
}

/// Reads the file at `path` and everything it names, and makes a program of it.
package func compile(_ path: String, loader: any SourceLoader) -> Compilation {
    var includes = Includes(loader: loader)
    includes.readMain(path)
    var resolver = Resolver(loader: loader)
    resolver.program.sources = includes.sources
    resolver.isIncomplete = includes.isIncomplete
    resolver.diagnostics = includes.diagnostics
    resolver.resolve(includes.items)
    let diagnostics = resolver.diagnostics.sorted {
        ($0.span.file.index, $0.span.start, $0.code.id)
            < ($1.span.file.index, $1.span.start, $1.code.id)
    }
    let hasErrors = diagnostics.contains { $0.code.severity == .error }
    return Compilation(
        program: hasErrors ? nil : resolver.program, sources: resolver.program.sources,
        files: includes.files, diagnostics: diagnostics, allows: includes.allows,
        admin: resolver.program.settings.admin)
}

extension Resolver {
    /// All items of all files, in order. Names first, so that a declaration may come after its use;
    /// then what conditions need, then conditions, then tests.
    fileprivate mutating func resolve(_ items: [ItemSyntax]) {
        let declarations = Declarations(items)
        registerNames(declarations)
        resolveSettings(declarations.settings)
        resolvePools(declarations.pools)
        resolveListeners(declarations.listeners)
        resolveTables(declarations.tables)
        resolveLets(declarations.lets)
        resolveSplits(declarations.splits)
        checkBundles()
        resolveRuleTables(declarations)
        resolveTests(declarations)
    }
}

/// The items of all files by kind, each in source order.
struct Declarations {
    var settings: [SettingSyntax] = []
    var listeners: [ListenSyntax] = []
    var pools: [PoolSyntax] = []
    var splits: [SplitSyntax] = []
    var lets: [LetSyntax] = []
    var sets: [SetSyntax] = []
    var tables: [TableSyntax] = []
    var bundles: [ModifiersSyntax] = []
    var rules: [RulesSyntax] = []
    var tests: [TestSyntax] = []
    var statements: [StatementSyntax] = []

    init(_ items: [ItemSyntax]) {
        for item in items {
            switch item {
            case .include: break
            case .listen(let listen): listeners.append(listen)
            case .pool(let pool): pools.append(pool)
            case .split(let split): splits.append(split)
            case .letBinding(let binding): lets.append(binding)
            case .set(let set): sets.append(set)
            case .table(let table): tables.append(table)
            case .modifiers(let bundle): bundles.append(bundle)
            case .rules(let rules): self.rules.append(rules)
            case .test(let test): tests.append(test)
            case .setting(let setting): settings.append(setting.entry)
            case .statement(let statement): statements.append(statement)
            }
        }
    }
}
