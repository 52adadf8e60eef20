/// One finding: a code, a place, one plain lower-case sentence without a final period (user text in
/// backticks), labels on other places, a remedy, and perhaps an edit that carries it out.
package struct Diagnostic: Sendable {
    package var code: DiagnosticCode
    package var span: SourceSpan
    package var message: String
    package var labels: [Label] = []
    package var help: String?
    package var fixIt: FixIt?

    package init(
        _ code: DiagnosticCode, at span: SourceSpan, _ message: String, labels: [Label] = [],
        help: String? = nil, fixIt: FixIt? = nil
    ) {
        self.code = code
        self.span = span
        self.message = message
        self.labels = labels
        self.help = help
        self.fixIt = fixIt
    }

    package struct Label: Sendable {
        package var span: SourceSpan
        package var text: String

        package init(_ span: SourceSpan, _ text: String) {
            self.span = span
            self.text = text
        }
    }

    /// Replacements that do not overlap. Safe: the meaning is what the user plainly meant, a tool
    /// may apply it. Display-only: shown as a suggestion, never applied.
    package struct FixIt: Sendable {
        package enum Applicability: Sendable { case safe, displayOnly }

        package var applicability: Applicability
        package var edits: [Edit]

        package init(_ applicability: Applicability, _ edits: [Edit]) {
            self.applicability = applicability
            self.edits = edits
        }
    }

    package struct Edit: Sendable {
        package var span: SourceSpan
        package var replacement: String

        package init(_ span: SourceSpan, _ replacement: String) {
            self.span = span
            self.replacement = replacement
        }
    }
}

/// A stable code with the text that documents it. The first letter is the family: S syntax, T types
/// and names, E/W/P/I the lints, T041 too.
package struct DiagnosticCode: Hashable, Sendable {
    package enum Severity: String, Sendable { case error, warning, note }

    package let id: String
    /// A short title for lists, such as "unknown name".
    package let title: String
    /// What it means, why it matters and what to do: Markdown for docs/diagnostics.md.
    package let explanation: String

    package init(_ id: String, _ title: String, _ explanation: String) {
        self.id = id
        self.title = title
        self.explanation = explanation
    }

    /// S, T and E are errors; W and P warnings; I notes (shown only with `--info`). T041 is a
    /// warning: a test is missing, nothing is wrong.
    package var severity: Severity {
        if id == "T041" { return .warning }
        switch id.first {
        case "W", "P": return .warning
        case "I": return .note
        default: return .error
        }
    }

    /// `serve` does not start with one of these.
    package var stopsServe: Bool { (id.first == "S" || id.first == "T") && id != "T041" }

    package static func == (a: DiagnosticCode, b: DiagnosticCode) -> Bool { a.id == b.id }
    package func hash(into hasher: inout Hasher) { hasher.combine(id) }
}
