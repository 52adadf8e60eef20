internal import Patterns

extension Lint {
    static let unanchoredPathRegex: Lint = Lint(
        code: DiagnosticCode(
            "W017", "regex of a path without `^`",
            """
            `~` searches: `path ~ "/admin"` also matches `/blog/admin`, and `url ~ \
            "https://a.example"` also matches a URL that only carries that text in its query. A \
            regex that begins like the whole value should say so with `^`. Where the search is \
            meant, `*=` says that without a regex.
            """)
    ) { input in
        var findings: [Diagnostic] = []
        input.forEachAtom { atom in
            guard let field = atom.value.field.dotted,
                let beginnings = wholeValueBeginnings[field]
            else { return }
            for regex in atom.regexes {
                guard
                    beginnings.contains(where: {
                        RegexShape.isUnanchored(regex.bytes, beginningWith: $0)
                    })
                else { continue }
                findings.append(finding(regex, field))
            }
        }
        return findings
    }

    private static func finding(_ regex: StringSyntax, _ field: String) -> Diagnostic {
        let code = Lint.unanchoredPathRegex.code
        let message = "this regex has no `^` and also matches further inside `\(field)`"
        if field == "url", regex.bytes.first != UInt8(ascii: "h") {
            return Diagnostic(
                code, at: regex.span, message,
                help: "a URL begins with its scheme: write `^https?://` first, or test `path`")
        }
        let hasBranches = RegexShape.hasTopLevelAlternatives(regex.bytes)
        let (opening, closing) = hasBranches ? ("^(?:", ")") : ("^", "")
        var edits = [Diagnostic.Edit(regex.span(at: 0, count: 0), opening)]
        if hasBranches {
            edits.append(.init(regex.span(at: regex.bytes.count, count: 0), closing))
        }
        let anchored = opening + String(decoding: regex.bytes, as: UTF8.self) + closing
        return Diagnostic(
            code, at: regex.span, message, help: "anchor it: `\(anchored)`",
            fixIt: .init(.displayOnly, edits))
    }
}

/// How a whole value begins, for the fields where that is known.
private let wholeValueBeginnings: [String: [String]] = [
    "path": ["/"], "path.raw": ["/"], "url": ["/", "http"],
]

extension FieldSyntax {
    /// `path.raw`: the field when it is nothing but names and dots.
    var dotted: String? {
        var text = root.text
        for member in members {
            guard case .name(let name) = member else { return nil }
            text += "." + name.text
        }
        return text
    }
}
