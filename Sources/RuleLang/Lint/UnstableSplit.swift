extension Lint {
    static let unstableSplit: Lint = Lint(
        code: DiagnosticCode(
            "W022", "split that flips users",
            """
            A split without a key draws anew for each request, and one whose key may be absent \
            does \
            so for the requests without it: a user sees one arm now and the other one next. Give \
            it \
            a key (`by cookie.uid`), and a second one that is always there (`else client.ip`).
            """)
    ) { input in
        let program = input.program
        var findings: [Diagnostic] = []
        for (index, split) in program.splits.enumerated() {
            switch split.key {
            case .random:
                findings.append(
                    Diagnostic(
                        Lint.unstableSplit.code, at: split.span,
                        "split `\(split.name)` draws anew for each request",
                        help: "give it a key, such as `by client.ip`"))
            case .values(let keys) where !keys.contains(where: \.isAlwaysPresent):
                guard let use = firstUseWithoutKey(SplitID(index), keys, program) else { continue }
                findings.append(
                    Diagnostic(
                        Lint.unstableSplit.code, at: split.span,
                        "the key of split `\(split.name)` may be absent",
                        labels: [.init(use, "used here, where nothing says that it is present")],
                        help: "add a second key: `else client.ip`"))
            case .values, .stickyCookie: break
            }
        }
        return findings
    }

    private static func firstUseWithoutKey(
        _ split: SplitID, _ keys: [ValueTerm], _ program: Program
    ) -> SourceSpan? {
        program.rules.first { rule in
            program.reaches(split, from: rule.action)
                && !keys.contains { key in
                    (rule.guards + [rule.condition]).contains { program.implies($0, present: key) }
                }
        }?.span
    }
}

extension ValueTerm {
    fileprivate var isAlwaysPresent: Bool {
        switch field {
        case .path, .rawPath, .method, .scheme, .host, .port, .url, .listener, .httpVersion,
            .clientIP, .peerIP, .now:
            true
        default: false
        }
    }
}

extension Program {
    fileprivate func reaches(_ split: SplitID, from action: Action) -> Bool {
        guard case .split(let drawn) = action else { return false }
        return drawn == split || splits[drawn].arms.contains { reaches(split, from: $0.action) }
    }

    /// Whether the expression being true means that the value is there: some positive test of the
    /// same field, in every branch.
    fileprivate func implies(_ expression: Expression, present key: ValueTerm) -> Bool {
        switch expression.kind {
        case .constant, .not: false
        case .all(let parts): parts.contains { implies($0, present: key) }
        case .any(let parts): parts.allSatisfy { implies($0, present: key) }
        case .named(let name): implies(lets[name].expression, present: key)
        case .atom(let id):
            switch atoms[id] {
            case .test(let value, _): value.field == key.field
            case .row(let table): tables[table].keys.contains { $0.field == key.field }
            }
        }
    }
}
