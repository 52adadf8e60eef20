extension Lint {
    static let unusedName: Lint = Lint(
        code: DiagnosticCode(
            "W013", "unused name",
            """
            A pool, split, `let`, set, table, bundle of modifiers or `rules` block is declared and \
            nothing refers to it. Either it is left over, or a rule that should use it does not. \
            Remove it, or use it.
            """)
    ) { input in
        let used = Uses(of: input)
        return input.items.compactMap { item in
            guard let declared = Declared(item),
                !used.names[declared.kind, default: []]
                    .contains(declared.name.text)
            else { return nil }
            return Diagnostic(
                Lint.unusedName.code, at: declared.name.span,
                "\(declared.kind.rawValue) `\(declared.name.text)` is never used",
                help: "remove it, or refer to it")
        }
    }
}

private enum NameKind: String {
    case pool, split, condition, set, table, modifiers, rules
}

private struct Declared {
    let kind: NameKind
    let name: NameSyntax

    init?(_ item: ItemSyntax) {
        switch item {
        case .pool(let pool): (kind, name) = (.pool, pool.name)
        case .split(let split): (kind, name) = (.split, split.name)
        case .letBinding(let binding): (kind, name) = (.condition, binding.name)
        case .set(let set): (kind, name) = (.set, set.name)
        case .table(let table): (kind, name) = (.table, table.name)
        case .modifiers(let bundle): (kind, name) = (.modifiers, bundle.name)
        case .rules(let rules): (kind, name) = (.rules, rules.name)
        case .include, .listen, .test, .setting, .statement: return nil
        }
    }
}

/// Every reference of the files, by kind. Pools named only by cells of a table count through the
/// program, which has resolved them.
private struct Uses {
    var names: [NameKind: Set<String>] = [:]

    init(of input: LintInput) {
        input.forEachLeaf { leaf in add(leaf) }
        input.forEachRule { rule in
            add(rule.action)
            for modifier in rule.modifiers { add(modifier) }
        }
        for item in input.items { add(item) }
        for table in input.program.tables {
            for pool in table.pools.values.joined() { note(.pool, input.program.pools[pool].name) }
        }
    }

    private mutating func note(_ kind: NameKind, _ name: String) {
        names[kind, default: []].insert(name)
    }

    private mutating func add(_ leaf: ExpressionSyntax) {
        switch leaf {
        case .letReference(let name, _): note(.condition, name.text)
        case .tableReference(let name, _): note(.table, name.text)
        case .atom(let atom):
            if case .reference(let name, _)? = atom.comparison?.operand { note(.set, name.text) }
        default: break
        }
    }

    private mutating func add(_ action: ActionSyntax) {
        switch action.kind {
        case .pool(let name): note(.pool, name.text)
        case .tablePool(let table, _): note(.table, table.text)
        case .split(let name): note(.split, name.text)
        case .redirect, .respond, .deny, .close, .missing: break
        }
    }

    private mutating func add(_ modifier: ModifierSyntax) {
        if case .use(let name) = modifier.kind { note(.modifiers, name.text) }
    }

    private mutating func add(_ item: ItemSyntax) {
        switch item {
        case .split(let split): for arm in split.arms { add(arm.action) }
        case .modifiers(let bundle): for modifier in bundle.modifiers { add(modifier) }
        case .listen(let listen):
            if let rules = listen.rules { note(.rules, rules.text) }
        case .statement(let statement): addUses(in: statement)
        case .rules(let rules): for each in rules.statements { addUses(in: each) }
        case .setting(let setting): add(setting.entry)
        case .include, .pool, .letBinding, .set, .table, .test: break
        }
    }

    private mutating func addUses(in statement: StatementSyntax) {
        switch statement {
        case .use(let name, _): note(.rules, name.text)
        case .when(_, let body, _): for each in body { addUses(in: each) }
        case .rule: break
        }
    }

    private mutating func add(_ setting: SettingSyntax) {
        for argument in setting.arguments {
            if case .reference(let name, _) = argument { note(.set, name.text) }
            if setting.name.text == "use", case .word(let word) = argument {
                note(.modifiers, word.text)
            }
        }
        for entry in setting.block?.entries ?? [] { add(entry) }
    }
}
