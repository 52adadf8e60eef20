internal import RequestModel

/// Conditions. What is wrong becomes the constant false, after a report.
extension Resolver {
    mutating func resolveCondition(_ syntax: ExpressionSyntax) -> Expression {
        switch syntax {
        case .and(let parts, let span):
            return Expression(.all(parts.map { resolveCondition($0) }), span: span)
        case .or(let parts, let span):
            return Expression(.any(parts.map { resolveCondition($0) }), span: span)
        case .not(let inner, let span):
            return Expression(.not(resolveCondition(inner)), span: span)
        case .parenthesised(let inner, _): return resolveCondition(inner)
        case .letReference(let name, let span): return letReference(name, span: span)
        case .tableReference(let name, let span): return tableReference(name, span: span)
        case .atom(let atom): return resolveAtom(atom)
        case .missing(let span): return Expression(.constant(false), span: span)
        }
    }

    private mutating func letReference(_ name: NameSyntax, span: SourceSpan) -> Expression {
        let other: String
        switch values[name.text] {
        case .binding(let id): return Expression(.named(id), span: span)
        case .set: other = "set: write `VALUE in $\(name.text)`"
        case .table: other = "table: write `$\(name.text)`"
        case nil:
            let lets = values.keys.filter { if case .binding? = values[$0] { true } else { false } }
            reportUnknown("`let`", name, among: lets, sigil: "@")
            return Expression(.constant(false), span: span)
        }
        report(Diagnostic(.wrongKind, at: span, "`\(name.text)` is a \(other)"))
        return Expression(.constant(false), span: span)
    }

    private mutating func tableReference(_ name: NameSyntax, span: SourceSpan) -> Expression {
        if let table = table(named: name, span: span) {
            return Expression(.atom(intern(.row(table))), span: span)
        }
        return Expression(.constant(false), span: span)
    }

    /// The table that `$name` refers to.
    mutating func table(named name: NameSyntax, span: SourceSpan) -> TableID? {
        switch values[name.text] {
        case .table(let id): return id
        case .set:
            report(
                Diagnostic(
                    .wrongKind, at: span, "`$\(name.text)` is a set, not a table",
                    help: "a set stands behind `in`: `path in $\(name.text)`"))
        case .binding:
            report(
                Diagnostic(
                    .wrongKind, at: span, "`\(name.text)` is a `let`",
                    help: "write `@\(name.text)`"))
        case nil:
            let tables = values.keys.filter { if case .table? = values[$0] { true } else { false } }
            reportUnknown("table", name, among: tables, sigil: "$")
        }
        return nil
    }

    private mutating func resolveAtom(_ syntax: AtomSyntax) -> Expression {
        let failed = Expression(.constant(false), span: syntax.span)
        guard let term = resolveValue(syntax.value) else { return failed }
        guard let comparison = syntax.comparison else {
            return Expression(.atom(intern(.test(term, .present))), span: syntax.span)
        }
        if case .missing = comparison.operand { return failed }
        guard let test = resolveTest(term, comparison) else { return failed }
        let positive = Expression(.atom(intern(.test(term, test))), span: syntax.span)
        switch comparison.operator {
        case .notEqual, .notRegex, .notIn: return Expression(.not(positive), span: syntax.span)
        default: return positive
        }
    }
}
