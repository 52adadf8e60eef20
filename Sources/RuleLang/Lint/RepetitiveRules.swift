extension Lint {
    static let repetitiveRules: Lint = Lint(
        code: DiagnosticCode(
            "P040", "repetitive rules",
            """
            Many rules in a row compare one value for equality and differ in nothing but the text, \
            or in the text and where the request goes. Ten that do the same are one rule with a \
            set: `path in { "/a", "/b" } -> deny`, or `path in $pages` with \
            `set pages = file "pages.txt"`. Thirty that lead to different places are a `table`: \
            `table moved from "moved.csv" key path`, and `$moved -> redirect 301 \
            "${to}"`. Both are shorter, cannot be out of order, and take less memory.
            """)
    ) { input in
        var findings: [Diagnostic] = []
        for table in input.program.ruleTables {
            collect(table.statements, input.program, &findings)
        }
        return findings
    }

    private static let sameAction = 10
    private static let sameKindOfAction = 30

    private static func collect(
        _ statements: [Statement], _ program: Program, _ findings: inout [Diagnostic]
    ) {
        var index = 0
        while index < statements.count {
            if case .when(_, let body, _) = statements[index] { collect(body, program, &findings) }
            guard let first = Comparison(statements[index], program) else {
                index += 1
                continue
            }
            var same = 1
            var alike = 1
            while index + alike < statements.count,
                let next = Comparison(statements[index + alike], program), next.isLike(first)
            {
                if same == alike, next.action == first.action { same += 1 }
                alike += 1
            }
            if same >= sameAction {
                findings.append(finding(first, same, "differ in one text only", .set))
                index += same
            } else {
                if alike >= sameKindOfAction {
                    findings.append(finding(first, alike, "each look up one text", .table))
                }
                index += alike
            }
        }
    }

    private enum Remedy { case set, table }

    private static func finding(
        _ first: Comparison, _ count: Int, _ what: String, _ remedy: Remedy
    ) -> Diagnostic {
        let help =
            switch remedy {
            case .set: "write one rule with `in { … }`, or a `set` from a file"
            case .table: "write a `table` from a CSV file, and one rule that asks for it"
            }
        return Diagnostic(
            Lint.repetitiveRules.code, at: first.span, "\(count) rules from here on \(what)",
            help: help)
    }
}

/// A rule that is `VALUE == "text" -> action` and has no label.
private struct Comparison {
    let term: ValueTerm
    let kind: String
    /// Everything behind the condition.
    let action: ArraySlice<UInt8>
    let span: SourceSpan

    init?(_ statement: Statement, _ program: Program) {
        guard case .rule(let id) = statement, program.rules[id].label == nil,
            case .atom(let atom) = program.rules[id].condition.kind,
            case .test(let term, .equals) = program.atoms[atom]
        else { return nil }
        let rule = program.rules[id]
        self.term = term
        span = rule.span
        let end = rule.condition.span.end
        action = program.sources.text(
            of: SourceSpan(file: rule.span.file, start: end, end: max(end, rule.span.end)))
        switch rule.action {
        case .pool: kind = "pool"
        case .redirect(let status, _): kind = "redirect \(status)"
        case .respond(let status, _): kind = "respond \(status)"
        case .deny(let status): kind = "deny \(status)"
        case .close: kind = "close"
        case .tablePool, .split: return nil
        }
    }

    func isLike(_ other: Comparison) -> Bool { term == other.term && kind == other.kind }
}
