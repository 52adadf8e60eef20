extension Diagnostic {
    /// `{code, severity, message, file, line, column, endLine, endColumn, labels, help, fix}`;
    /// lines
    /// and columns from 1, columns in bytes.
    package func json(_ sources: SourceMap) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("code", .string(code.id)),
            ("title", .string(code.title)),
            ("severity", .string(code.severity.rawValue)),
            ("message", .string(message)),
        ]
        members += Self.place(span, sources)
        members.append(
            (
                "labels",
                .array(
                    labels.map {
                        .object([("text", .string($0.text))] + Self.place($0.span, sources))
                    })
            ))
        members.append(("help", .optional(help)))
        members.append(("fix", fixIt.map { $0.json(sources) } ?? .null))
        return .object(members)
    }

    static func place(_ span: SourceSpan, _ sources: SourceMap) -> [(String, JSONValue)] {
        let file = sources[span.file]
        let start = file.position(of: span.start)
        let end = file.position(of: span.end)
        return [
            ("file", .string(file.name)), ("line", .number(start.line)),
            ("column", .number(start.column)), ("endLine", .number(end.line)),
            ("endColumn", .number(end.column)),
        ]
    }
}

extension Diagnostic.FixIt {
    fileprivate func json(_ sources: SourceMap) -> JSONValue {
        .object([
            ("safe", .bool(applicability == .safe)),
            (
                "edits",
                .array(
                    edits.map {
                        .object(
                            Diagnostic.place($0.span, sources) + [
                                ("replacement", .string($0.replacement))
                            ])
                    })
            ),
        ])
    }
}
