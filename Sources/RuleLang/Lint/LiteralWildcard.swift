extension Lint {
    static let literalWildcard: Lint = Lint(
        code: DiagnosticCode(
            "W019", "`*` that stands for itself",
            """
            No operator has wildcards of this form: `path == "/api/*"` is true for a path with a \
            star in it and for no other. `path under "/api"` is all below `/api`, `path matches \
            "/users/{id}/edit"` has a name for a segment that may be anything, and `{rest...}` \
            for all the others.
            """)
    ) { input in
        var findings: [Diagnostic] = []
        input.forEachAtom { atom in
            // Who asks for a path that contains a star means a star.
            guard atom.value.field.dotted == "path", let comparison = atom.comparison,
                comparison.operator != .contains
            else { return }
            for string in comparison.literals {
                guard let star = string.bytes.firstIndex(of: UInt8(ascii: "*")) else { continue }
                findings.append(
                    Diagnostic(
                        Lint.literalWildcard.code, at: string.span,
                        "`*` stands for itself here, not for any text",
                        help: help(string.bytes, star)))
            }
        }
        return findings
    }

    /// `/a/*` and `/a/**` have a word of their own.
    private static func help(_ text: [UInt8], _ star: Int) -> String {
        let isTail = text[star...].allSatisfy { $0 == UInt8(ascii: "*") }
        let start = text[..<star]
        if isTail, start.last == UInt8(ascii: "/"), let parent = quoted(Array(start.dropLast())),
            start.count > 1
        {
            return "write `path under \(parent)`"
        }
        return "write `{name}` for a segment, `path matches \"/users/{id}/edit\"`"
    }
}

extension ComparisonSyntax {
    /// The texts that the value is compared with byte by byte, but for the names of `matches`.
    fileprivate var literals: [StringSyntax] {
        switch operand {
        case .string(let string): return [string]
        case .set(let set):
            return set.elements.compactMap {
                guard case .string(let string) = $0 else { return nil }
                return string
            }
        case .regex, .regexes, .reference, .word, .missing: return []
        }
    }
}
