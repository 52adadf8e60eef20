internal import Patterns

extension Lint {
    static let literalLookingDot: Lint = Lint(
        code: DiagnosticCode(
            "W018", "dot that looks literal",
            """
            In a regex `.` is any byte: `example.com` also matches `exampleXcom`. Where the text \
            around it is a name, a version or a file, a dot is meant: write `\\.`.
            """)
    ) { input in
        var findings: [Diagnostic] = []
        input.forEachAtom { atom in
            for regex in atom.regexes {
                for offset in RegexShape.literalLookingDots(in: regex.bytes) {
                    let span = regex.span(at: offset, count: 1)
                    findings.append(
                        Diagnostic(
                            Lint.literalLookingDot.code, at: span,
                            "this `.` matches any byte, not only a dot", help: "write `\\.`",
                            fixIt: .init(.safe, [.init(span, "\\.")])))
                }
            }
        }
        return findings
    }
}
