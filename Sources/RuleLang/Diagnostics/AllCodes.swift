/// Every code that can be reported, by its id.
package let allDiagnosticCodes: [DiagnosticCode] =
    (DiagnosticCode.syntaxCodes + DiagnosticCode.nameCodes + DiagnosticCode.typeCodes
    + DiagnosticCode.declarationCodes + lintCodes).sorted { $0.id < $1.id }

/// docs/diagnostics.md.
package func diagnosticsDocument() -> String {
    var text = """
        # Diagnostics

        Every code that `check` and `lint` report. S is syntax, T types and names, E errors of names and
        values, W and P warnings, I notes. S, T and E stop `serve`; a W, P or I that is meant is allowed
        where it is: `# l7: allow W020 because …`. This page is generated from the declarations.

        """
    for code in allDiagnosticCodes {
        text += "\n## \(code.id): \(code.title)\n\n"
        text += wrapped(code.explanation) + "\n"
    }
    return text
}

/// Paragraphs filled to 100 columns.
private func wrapped(_ text: String) -> String {
    var lines: [String] = []
    var line = ""
    for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
        if !line.isEmpty, line.count + 1 + word.count > 100 {
            lines.append(line)
            line = ""
        }
        line += line.isEmpty ? String(word) : " \(word)"
    }
    return (lines + [line]).joined(separator: "\n")
}
