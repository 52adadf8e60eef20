extension Lint {
    static let cookieHeader: Lint = Lint(
        code: DiagnosticCode(
            "W033", "condition on a header that is not for conditions",
            """
            `header.cookie` holds all cookies in one text: a search in it also finds `notbeta=1` \
            when it looks for `beta=1`. `cookie.NAME` reads one cookie by its name (RFC 6265). \
            Hop-by-hop fields (`Connection`, `Keep-Alive`, `TE`, `Upgrade`, …) speak of one \
            connection, not of the request: a proxy in front of the router changes them.
            """)
    ) { input in
        var findings: [Diagnostic] = []
        input.forEachAtom { atom in
            let field = atom.value.field
            guard field.root.text == "header", let name = field.memberName?.lowercased() else {
                return
            }
            if name == "cookie", atom.comparison != nil {
                findings.append(
                    Diagnostic(
                        Lint.cookieHeader.code, at: field.span,
                        "the `cookie` header is searched as one text",
                        help: "compare one cookie by name: `cookie.NAME`"))
            } else if hopByHopFields.contains(name) {
                findings.append(
                    Diagnostic(
                        Lint.cookieHeader.code, at: field.span,
                        "`\(name)` is a hop-by-hop field and says nothing of the request",
                        help: name == "upgrade" ? "use `http.upgrade`" : nil))
            }
        }
        return findings
    }
}

/// RFC 9110 section 7.6.1.
private let hopByHopFields: Set<String> = [
    "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
]
