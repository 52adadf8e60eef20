internal import RequestModel

/// Statements: rules, guards and uses of other tables.
extension Resolver {
    /// Appends the rules to the program in source order.
    mutating func resolveStatements(
        _ statements: [StatementSyntax], table: RuleTableID
    ) -> [Statement] {
        resolveStatements(statements, table: table, guards: [])
    }

    private mutating func resolveStatements(
        _ statements: [StatementSyntax], table: RuleTableID, guards: [Expression]
    ) -> [Statement] {
        var result: [Statement] = []
        for statement in statements {
            switch statement {
            case .rule(let rule):
                if let id = resolveRule(rule, table: table, guards: guards) {
                    result.append(.rule(id))
                }
            case .when(let condition, let body, let span):
                let expression = resolveCondition(condition)
                let inner = resolveStatements(body, table: table, guards: guards + [expression])
                result.append(.when(expression, inner, span: span))
            case .use(let name, let span):
                if let other = ruleTable(named: name) { result.append(.use(other, span: span)) }
            }
        }
        return result
    }

    private mutating func resolveRule(
        _ syntax: RuleSyntax, table: RuleTableID, guards: [Expression]
    ) -> RuleID? {
        if let label = syntax.label { declare(label, in: table) }
        let condition =
            syntax.condition.map { resolveCondition($0) }
            ?? Expression(.constant(true), span: elseSpan(of: syntax))
        let all = guards + [condition]
        let captures = captures(of: all)
        conditionState.maybeCaptured = all.reduce(into: []) {
            $0.formUnion(namesSomewhere(in: $1))
        }
        defer { conditionState.maybeCaptured = [] }
        let tables = all.reduce(into: Set<TableID>()) { $0.formUnion(tablesWithRow(in: $1)) }
        let action = resolveAction(
            syntax.action, captures: captures, splitsAllowed: true, tables: tables)
        let allowsUpgrade = if case .respond(426, _)? = action { true } else { false }
        let defaults = conditionState.defaultBundles.flatMap {
            expand($0, captures: captures, path: [], allowsUpgrade: allowsUpgrade)
        }
        let own = resolveModifiers(
            syntax.modifiers, captures: captures, allowsUpgrade: allowsUpgrade)
        guard let action else { return nil }
        let id = RuleID(program.rules.count)
        program.rules.append(
            Rule(
                label: syntax.label?.text, table: table, guards: guards, condition: condition,
                isElse: syntax.condition == nil, captures: captures, action: action,
                actionSpan: syntax.action.span, modifiers: defaults + own, span: syntax.span))
        return id
    }

    /// The word `else`, which stands first or behind the label.
    private func elseSpan(of rule: RuleSyntax) -> SourceSpan {
        let from = rule.label.map { $0.span.end } ?? rule.span.start
        let range = SourceSpan(file: rule.span.file, start: from, end: rule.action.span.start)
        guard range.start <= range.end,
            let found = program.sources.text(of: range).firstRange(of: Array("else".utf8))
        else { return rule.span }
        return SourceSpan(
            file: rule.span.file, start: UInt32(found.lowerBound), end: UInt32(found.upperBound))
    }

    private mutating func declare(_ label: NameSyntax, in table: RuleTableID) {
        if let first = conditionState.labels[table]?[label.text] {
            report(
                Diagnostic(
                    .declaredTwice, at: label.span, "the label `\(label.text)` stands twice",
                    labels: [.init(first, "first here")]))
            return
        }
        conditionState.labels[table, default: [:]][label.text] = label.span
    }
}
