/// Registering every name before anything is looked up.
extension Resolver {
    mutating func registerNames(_ declarations: Declarations) {
        var places: [String: SourceSpan] = [:]
        program.ruleTables.append(
            RuleTable(name: "main", statements: [], span: Self.start(of: declarations)))
        for rules in declarations.rules where isFirst("rules", rules.name, &places) {
            ruleTables[rules.name.text] = RuleTableID(program.ruleTables.count)
            program.ruleTables.append(
                RuleTable(name: rules.name.text, statements: [], span: rules.span))
        }
        for pool in declarations.pools where isFirst("pool", pool.name, &places) {
            pools[pool.name.text] = PoolID(program.pools.count)
            program.pools.append(Pool(name: pool.name.text, servers: [], span: pool.name.span))
        }
        for split in declarations.splits where isFirst("split", split.name, &places) {
            splits[split.name.text] = SplitID(program.splits.count)
            program.splits.append(
                Split(
                    name: split.name.text, key: .random, salt: [], arms: [], span: split.name.span))
        }
        for bundle in declarations.bundles where isFirst("modifiers", bundle.name, &places) {
            bundles[bundle.name.text] = bundle
        }
        for binding in declarations.lets where isFirst("value", binding.name, &places) {
            values[binding.name.text] = .binding(LetID(program.lets.count))
            program.lets.append(
                LetBinding(
                    name: binding.name.text,
                    expression: Expression(.constant(false), span: binding.value.span),
                    span: binding.name.span))
        }
        for set in declarations.sets where isFirst("value", set.name, &places) {
            values[set.name.text] = .set(set)
        }
        for table in declarations.tables where isFirst("value", table.name, &places) {
            values[table.name.text] = .table(TableID(program.tables.count))
            program.tables.append(
                LookupTable(
                    name: table.name.text, keys: [], columns: [], rows: [], rowByKey: [:],
                    pools: [:], span: table.name.span))
        }
    }

    private static func start(of declarations: Declarations) -> SourceSpan {
        declarations.statements.first?.span
            ?? SourceSpan(file: FileID(index: 0), start: 0, end: 0)
    }

    /// Whether no other name of the kind is spelled so; reports the second one.
    private mutating func isFirst(
        _ kind: String, _ name: NameSyntax, _ places: inout [String: SourceSpan]
    ) -> Bool {
        let key = "\(kind) \(name.text)"
        guard let first = places[key] else {
            places[key] = name.span
            return true
        }
        report(
            Diagnostic(
                .declaredTwice, at: name.span, "`\(name.text)` is declared twice",
                labels: [.init(first, "first declared here")]))
        return false
    }
}
