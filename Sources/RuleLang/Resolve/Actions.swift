internal import RequestModel

/// What a rule, an arm of a split or an expectation does.
extension Resolver {
    /// `tables`: the tables that surely have a row here; nil where that is not known.
    mutating func resolveAction(
        _ syntax: ActionSyntax, captures: [Capture], splitsAllowed: Bool,
        tables: Set<TableID>? = nil
    ) -> Action? {
        switch syntax.kind {
        case .missing: return nil
        case .close: return .close
        case .pool(let name): return pool(named: name).map { .pool($0) }
        case .tablePool(let table, let column):
            return tablePool(table, column, span: syntax.span, tables: tables)
        case .split(let name):
            guard splitsAllowed else {
                report(Diagnostic(.wrongOperand, at: syntax.span, "a split cannot stand here"))
                return nil
            }
            return split(named: name).map { .split($0) }
        case .redirect(let status, let location):
            let code = self.status(status, [301, 302, 303, 307, 308], of: "redirect")
            checkLocation(location)
            let template = resolveTemplate(location, captures: captures)
            return code.map { .redirect(status: $0, template) }
        case .respond(let status, let body):
            return respond(status, body, captures: captures)
        case .deny(let status):
            guard let status else { return .deny(status: 403) }
            return self.status(status, Array(400...599), of: "deny").map { .deny(status: $0) }
        }
    }

    private mutating func status(
        _ word: WordSyntax, _ allowed: [UInt16], of action: String
    ) -> UInt16? {
        if let status = UInt16(word.text), word.text.utf8.count == 3, allowed.contains(status) {
            return status
        }
        let range =
            allowed.count < 10
            ? "301, 302, 303, 307 or 308" : "\(allowed[0]) to \(allowed[allowed.count - 1])"
        report(
            Diagnostic(
                .invalidStatus, at: word.span, "`\(word.text)` is not a status of `\(action)`",
                help: "it takes \(range)"))
        return nil
    }

    // MARK: - Pools of a table

    private mutating func tablePool(
        _ name: NameSyntax, _ column: NameSyntax, span: SourceSpan, tables: Set<TableID>?
    ) -> Action? {
        guard let table = table(named: name, span: name.span) else { return nil }
        let columns = program.tables[table].columns
        // The file could not be read: reported where it is named.
        guard !columns.isEmpty else { return nil }
        guard let index = columns.firstIndex(of: column.text) else {
            reportUnknown("column", column, among: columns)
            return nil
        }
        if let tables, !tables.contains(table) {
            report(
                Diagnostic(
                    .captureNotOnEveryWay, at: name.span,
                    "`$\(name.text)` need not have a row when the rule matches",
                    help: "add `and $\(name.text)` to the condition"))
            return nil
        }
        tableColumnPools(table, column: index, at: column.span)
        return .tablePool(table, column: index)
    }

    // MARK: - Answers

    private mutating func checkLocation(_ location: TemplateSyntax) {
        let lead = location.leadingText
        let begins = ["/", "http://", "https://"].contains { lead.starts(with: Array($0.utf8)) }
        let isForeign = lead.starts(with: Array("//".utf8)) || lead.starts(with: Array("/\\".utf8))
        if isForeign || !begins && !location.beginsWithSubstitution {
            report(
                Diagnostic(
                    .badModifierOperand, at: location.span,
                    "a location begins with `http://`, `https://` or one `/`"))
        }
        if location.texts.joined().contains(where: { $0 <= 0x20 || $0 == 0x7f }) {
            report(
                Diagnostic(
                    .badModifierOperand, at: location.span,
                    "a location has no blanks and no control bytes",
                    help: "a space is written `%20`"))
        }
    }

    private mutating func respond(
        _ word: WordSyntax, _ body: ActionSyntax.Body?, captures: [Capture]
    ) -> Action? {
        let status = status(word, Array(200...599), of: "respond")
        if let status, [204, 205, 304].contains(status), let body {
            let span =
                switch body {
                case .template(let template): template.span
                case .file(let path): path.span
                }
            report(
                Diagnostic(
                    .invalidStatus, at: span, "an answer \(status) has no body",
                    help: "leave the body away, or answer 200"))
        }
        switch body {
        case nil: return status.map { .respond(status: $0, .none) }
        case .template(let template):
            let resolved = resolveTemplate(template, captures: captures)
            return status.map { .respond(status: $0, .template(resolved)) }
        case .file(let path):
            guard let file = loadFile(path), let status else { return nil }
            return .respond(status: status, .file(path: file.path, file.bytes))
        }
    }
}
