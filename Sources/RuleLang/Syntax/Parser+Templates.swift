/// Strings with `${…}`.
extension Parser {
    /// Reads the present string as a template and takes it.
    mutating func template() -> TemplateSyntax {
        let whole = lexer.string(at: Int(token.span.start), isRaw: true).span
        let close = lexer.byte(Int(whole.end) - 1) == UInt8(ascii: "\"") && whole.indices.count > 1
        var pieces: [TemplateSyntax.Piece] = []
        var index = Int(whole.start) + 1
        let end = Int(whole.end) - (close ? 1 : 0)
        var textStart = index
        func isDollar(_ at: Int) -> Bool { lexer.byte(at) == UInt8(ascii: "$") }
        while index < end {
            if lexer.bytes[index] == UInt8(ascii: "\\") {
                index += 2
                continue
            }
            guard isDollar(index) else {
                index += 1
                continue
            }
            appendText(textStart..<index, to: &pieces)
            index = piece(at: index, end: end, into: &pieces)
            textStart = index
        }
        appendText(textStart..<max(textStart, end), to: &pieces)
        lexer.seek(Int(whole.end))
        advance()
        return TemplateSyntax(pieces: pieces, span: whole)
    }

    private mutating func appendText(_ range: Range<Int>, to pieces: inout [TemplateSyntax.Piece]) {
        guard !range.isEmpty else { return }
        append(lexer.unescaped(range), to: &pieces)
    }

    private func append(_ text: [UInt8], to pieces: inout [TemplateSyntax.Piece]) {
        if case .text(let before) = pieces.last {
            pieces[pieces.count - 1] = .text(before + text)
        } else {
            pieces.append(.text(text))
        }
    }

    /// The piece that begins with the `$` at `start`; where it ends.
    private mutating func piece(
        at start: Int, end: Int, into pieces: inout [TemplateSyntax.Piece]
    ) -> Int {
        switch start + 1 < end ? lexer.bytes[start + 1] : 0 {
        case UInt8(ascii: "$"):
            append([UInt8(ascii: "$")], to: &pieces)
            return start + 2
        case UInt8(ascii: "{"):
            return substitution(at: start, end: end, into: &pieces)
        default:
            report(
                Diagnostic(
                    .badTemplate, at: lexer.span(start, start + 1),
                    "`$` stands before `{` or another `$`",
                    help: "a dollar sign is written `$$`",
                    fixIt: .init(.displayOnly, [.init(lexer.span(start, start + 1), "$$")])))
            return start + 1
        }
    }

    private mutating func substitution(
        at start: Int, end: Int, into pieces: inout [TemplateSyntax.Piece]
    ) -> Int {
        let saved = (lexer.offset, token, tokens.count, lastEnd)
        defer {
            lexer.isInTemplate = false
            lexer.seek(saved.0)
            token = saved.1
            tokens.removeSubrange(saved.2...)
            lastEnd = saved.3
        }
        let closing = lexer.bytes[start..<end].firstIndex(of: UInt8(ascii: "}"))
        guard let closing else {
            report(
                Diagnostic(
                    .badTemplate, at: lexer.span(start, end), "this `${` is never closed",
                    help: "add `}`"))
            return end
        }
        lexer.isInTemplate = true
        lexer.seek(start + 2)
        lastEnd = start + 2
        token = lexer.next()
        let piece = grouped { $0.substitutionContent(start: start) }
        guard let piece, token.kind == .rightBrace, Int(token.span.end) <= end else {
            if piece != nil || lexer.diagnostics.last.map({ Int($0.span.start) < start }) ?? true {
                report(
                    Diagnostic(
                        .badTemplate, at: lexer.span(start, closing + 1),
                        "this is no name or value of a template",
                        help: "write `${name}`, `${header.x else 'none'}` or `${?query}`"))
            }
            return closing + 1
        }
        pieces.append(piece)
        return Int(token.span.end)
    }

    private mutating func substitutionContent(start: Int) -> TemplateSyntax.Piece? {
        if lexer.byte(start + 2) == UInt8(ascii: "?") {
            lexer.seek(start + 3)
            token = lexer.next()
            guard isKeyword("query") else { return nil }
            advance()
            return .queryWithMark(span: lexer.span(start, lastEnd + 1))
        }
        guard token.kind == .identifier, let value = value() else { return nil }
        var fallback: [UInt8]?
        if takeKeyword("else") {
            guard token.kind == .string, lexer.byte(Int(token.span.start)) == UInt8(ascii: "'")
            else { return nil }
            fallback = lexer.string(at: Int(token.span.start), isRaw: false).bytes
            advance()
        }
        let span = lexer.span(start, Int(token.span.end))
        if value.functions.isEmpty, value.field.root.text == "split",
            value.field.members.count == 1, case .name(let name) = value.field.members[0]
        {
            return .splitArm(name, fallback: fallback, span: span)
        }
        return .value(value, fallback: fallback, span: span)
    }
}
