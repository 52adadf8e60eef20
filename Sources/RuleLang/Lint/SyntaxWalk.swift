/// Walks over syntax trees in source order; a lint names only what it wants to see.
extension LintInput {
    var items: [ItemSyntax] { files.flatMap(\.items) }

    /// Every rule, with the `when` conditions around it.
    func forEachRule(_ visit: (RuleSyntax) -> Void) {
        for item in items {
            switch item {
            case .statement(let statement): forEachRule(in: statement, visit)
            case .rules(let rules): for each in rules.statements { forEachRule(in: each, visit) }
            default: break
            }
        }
    }

    private func forEachRule(in statement: StatementSyntax, _ visit: (RuleSyntax) -> Void) {
        switch statement {
        case .rule(let rule): visit(rule)
        case .when(_, let body, _): for each in body { forEachRule(in: each, visit) }
        case .use: break
        }
    }

    /// Every condition: of rules, `when` and `let`.
    func forEachCondition(_ visit: (ExpressionSyntax) -> Void) {
        for item in items {
            switch item {
            case .letBinding(let binding): visit(binding.value)
            case .statement(let statement): conditions(of: statement, visit)
            case .rules(let rules): for each in rules.statements { conditions(of: each, visit) }
            default: break
            }
        }
    }

    private func conditions(of statement: StatementSyntax, _ visit: (ExpressionSyntax) -> Void) {
        switch statement {
        case .rule(let rule):
            if let condition = rule.condition { visit(condition) }
        case .when(let condition, let body, _):
            visit(condition)
            for each in body { conditions(of: each, visit) }
        case .use: break
        }
    }

    /// Every leaf of every condition: atoms and references.
    func forEachLeaf(_ visit: (ExpressionSyntax) -> Void) {
        forEachCondition { $0.forEachLeaf(visit) }
    }

    /// Every comparison or presence test.
    func forEachAtom(_ visit: (AtomSyntax) -> Void) {
        forEachLeaf { leaf in
            if case .atom(let atom) = leaf { visit(atom) }
        }
    }
}

extension ExpressionSyntax {
    func forEachLeaf(_ visit: (ExpressionSyntax) -> Void) {
        switch self {
        case .and(let parts, _), .or(let parts, _): for part in parts { part.forEachLeaf(visit) }
        case .not(let inner, _), .parenthesised(let inner, _): inner.forEachLeaf(visit)
        case .atom, .letReference, .tableReference, .missing: visit(self)
        }
    }
}

extension AtomSyntax {
    /// The regexes on the right of `~` or `!~`, each with the place of its first byte.
    var regexes: [StringSyntax] {
        guard let comparison, [.regex, .notRegex].contains(comparison.operator) else { return [] }
        return switch comparison.operand {
        case .regex(let string), .string(let string): [string]
        case .regexes(let strings, _): strings
        case .set, .reference, .word, .missing: []
        }
    }
}

extension FieldSyntax {
    /// `header.x` and `header["x"]` alike: the text of the only member.
    var memberName: String? {
        guard members.count == 1 else { return nil }
        return switch members[0] {
        case .name(let name): name.text
        case .string(let string): String(decoding: string.bytes, as: UTF8.self)
        case .index: nil
        }
    }
}

extension StringSyntax {
    /// The place of `count` bytes at `offset` of a raw string: raw bytes map 1:1 to columns.
    func span(at offset: Int, count: Int) -> SourceSpan {
        let start = span.start + 1 + UInt32(offset)
        return SourceSpan(file: span.file, start: start, end: start + UInt32(count))
    }
}
