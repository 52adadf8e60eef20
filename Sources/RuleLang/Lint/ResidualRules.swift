/// What the decision tree cannot look up, at the places of the rules.
extension Lint {
    static let notIndexable: Lint = Lint(
        code: DiagnosticCode(
            "P037", "rule that nothing can look up",
            """
            The decision tree files a rule under values of which a request must have one: a path \
            or its beginning or end, a host, a method, a header, a literal that a regex needs. \
            This rule has none (it only says what a request is not, or joins different fields by \
            `or`), and more such rules stand beside it: they are tried in order for every request \
            that comes to them, and cost more with their number. Add a condition that can be \
            looked up, such as `path under …`, or put what the rules share into a `when` around \
            them.
            """)
    ) { input in
        input.findings(.noKey, Lint.notIndexable) { rule in
            // An `else` in a `when` is as its guard is.
            let guarding = rule.isElse ? rule.guards.last : nil
            return Diagnostic(
                Lint.notIndexable.code, at: (guarding ?? rule.condition).span,
                "nothing in this condition can be looked up: the rule is tried in order with "
                    + "others",
                help: "add a condition on the path, the host or a header that must hold")
        }
    }

    static let opaqueRegex: Lint = Lint(
        code: DiagnosticCode(
            "P038", "regex of which nothing is known",
            """
            Of most regexes the router knows literals that a subject must hold, and looks these \
            up. Of this one it knows none: it is all classes and repetitions, or uses lookaround, \
            back references or possessive repetition. Rules like it are tried in order for every \
            request that comes to them. Add a condition that can be looked up, or a literal that \
            the regex needs anyway.
            """)
    ) { input in
        input.findings(.opaqueRegex, Lint.opaqueRegex) { rule in
            Diagnostic(
                Lint.opaqueRegex.code, at: rule.condition.span,
                "nothing is known of what this regex needs: the rule is tried in order with others",
                help: "add a condition that can be looked up, such as `path under …`")
        }
    }

    static let tooManyKeys: Lint = Lint(
        code: DiagnosticCode(
            "P039", "`or` or set with more values than a rule is filed under",
            """
            A rule is filed under each value of which it needs one: up to 1,024 whole values of \
            one field, 256 literals, 16 beginnings, ends, numbers or address blocks. This \
            condition has more, so the rule is tried in order with others like it. Put the values \
            into a `table` and ask for `$table`, or split the rule.
            """)
    ) { input in
        input.findings(.tooManyKeys, Lint.tooManyKeys) { rule in
            Diagnostic(
                Lint.tooManyKeys.code, at: rule.condition.span,
                "this condition has more values than a rule is filed under: the rule is tried in "
                    + "order with others",
                help: "add a condition that can be looked up, or put the values into a `table`")
        }
    }
}

extension LintInput {
    fileprivate func findings(
        _ reason: TreeStatistics.Residue, _ lint: Lint, _ finding: (Rule) -> Diagnostic
    ) -> [Diagnostic] {
        var seen: Set<RuleID> = []
        return residuals.filter { $0.reason == reason && seen.insert($0.rule).inserted }.map {
            finding(program.rules[$0.rule])
        }
    }
}
