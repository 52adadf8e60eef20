internal import RequestModel

/// Templates: text with values and captures of the original request.
extension Resolver {
    mutating func resolveTemplate(_ syntax: TemplateSyntax, captures: [Capture]) -> Template {
        let pieces = syntax.pieces.compactMap { piece(of: $0, captures: captures) }
        return Template(pieces: pieces, span: syntax.span)
    }

    private mutating func piece(
        of syntax: TemplateSyntax.Piece, captures: [Capture]
    ) -> Template.Piece? {
        switch syntax {
        case .text(let bytes): return .text(bytes)
        case .queryWithMark: return .queryWithMark
        case .splitArm(let name, let fallback, _):
            return split(named: name).map { .splitArm($0, fallback: fallback) }
        case .value(let value, let fallback, _):
            if !Self.valueRoots.contains(value.field.root.text), value.field.members.isEmpty {
                return capture(value, captures).map { .capture($0, fallback: fallback) }
            }
            guard let term = resolveValue(value), isOneValue(term, value) else { return nil }
            return .value(term, fallback: fallback)
        }
    }

    private mutating func isOneValue(_ term: ValueTerm, _ value: ValueSyntax) -> Bool {
        let type = valueType(of: term)
        guard !term.isAny else {
            report(
                Diagnostic(
                    .wrongFunction, at: value.span, "a template takes one value, not `any(…)`"))
            return false
        }
        guard type != .presence, type != .time else {
            report(
                Diagnostic(
                    .wrongOperand, at: value.span,
                    "`\(text(of: value.field.span))` is \(type.noun): it has no text"))
            return false
        }
        return true
    }

    private mutating func capture(_ value: ValueSyntax, _ captures: [Capture]) -> Int? {
        let name = value.field.root
        if let function = value.functions.first {
            report(
                Diagnostic(
                    .wrongFunction, at: function.span,
                    "`\(function.text)` takes a value, not a capture"))
            return nil
        }
        if let index = captures.firstIndex(where: { $0.name == name.text }) { return index }
        if conditionState.maybeCaptured.contains(name.text) {
            report(
                Diagnostic(
                    .captureNotOnEveryWay, at: name.span,
                    "`\(name.text)` need not have a value when the rule matches",
                    help: "capture it in every branch of `or`, outside of `not` and of `let`, or "
                        + "make two rules"))
            return nil
        }
        // The columns of a table whose file cannot be read are not known.
        guard !isIncomplete, !program.tables.contains(where: \.columns.isEmpty) else { return nil }
        let near = nearest(
            name.text, among: captures.map(\.name) + Self.plainFields.keys.sorted())
        report(
            Diagnostic(
                .unknownName, at: name.span, "there is no capture or value `\(name.text)`",
                help: near.map { "did you mean `\($0)`?" },
                fixIt: near.map { .init(.displayOnly, [.init(name.span, $0)]) }))
        return nil
    }
}

extension TemplateSyntax {
    /// The text before the first substitution.
    var leadingText: [UInt8] {
        if case .text(let bytes)? = pieces.first { return bytes }
        return []
    }

    var beginsWithSubstitution: Bool {
        switch pieces.first {
        case .value, .splitArm, .queryWithMark: true
        case .text, nil: false
        }
    }

    /// All literal text.
    var texts: [[UInt8]] {
        pieces.compactMap {
            if case .text(let bytes) = $0 { return bytes }
            return nil
        }
    }
}
