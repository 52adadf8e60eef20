extension Lint {
    static let missingElse: Lint = Lint(
        code: DiagnosticCode(
            "W035", "no `else`",
            """
            The rules of a listener do not end with `else`: a request that no rule matches is \
            answered 404 by the router. Write the last line down, so that readers see what happens \
            to everything else.
            """)
    ) { input in
        let program = input.program
        let listened = Set(program.listeners.map(\.table)).union([Program.mainTable])
        return listened.sorted().compactMap { id in
            let table = program.ruleTables[id]
            guard let last = table.statements.last, !endsWithElse(id, program, depth: 0) else {
                return nil
            }
            return Diagnostic(
                Lint.missingElse.code, at: program.span(of: last),
                "the rules end here without `else`",
                help: "add a last line such as `else -> respond 404`")
        }
    }

    /// Whether every request is decided by a statement that is always true. The depth is bounded by
    /// the number of tables: `use` has no cycles.
    private static func endsWithElse(_ id: RuleTableID, _ program: Program, depth: Int) -> Bool {
        guard depth <= program.ruleTables.count else { return false }
        return program.ruleTables[id].statements.contains { statement in
            switch statement {
            case .rule(let rule): program.rules[rule].isElse
            case .use(let table, _): endsWithElse(table, program, depth: depth + 1)
            case .when: false
            }
        }
    }
}

extension Program {
    fileprivate func span(of statement: Statement) -> SourceSpan {
        switch statement {
        case .rule(let rule): rules[rule].span
        case .when(_, _, let span), .use(_, let span): span
        }
    }
}
