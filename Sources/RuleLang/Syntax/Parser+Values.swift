/// Values: functions around a field.
extension Parser {
    mutating func value() -> ValueSyntax? {
        guard token.kind == .identifier else {
            unexpected("a value such as `path` or `header.host`")
            return nil
        }
        let start = token.span
        if byteBehind == UInt8(ascii: "("), !Self.reserved.contains(text(token)) {
            return nested { $0.call() }
        }
        guard let field = field() else { return nil }
        return ValueSyntax(functions: [], field: field, span: span(from: start))
    }

    private mutating func call() -> ValueSyntax? {
        let function = NameSyntax(text: text(token), span: token.span)
        advance()
        let open = token.span
        let inner = grouped { parser -> ValueSyntax? in
            parser.advance()
            guard let inner = parser.value() else { return nil }
            guard parser.token.kind == .rightParenthesis else {
                parser.unclosed(open, ")")
                return nil
            }
            return inner
        }
        guard let inner else { return nil }
        advance()
        return ValueSyntax(
            functions: [function] + inner.functions, field: inner.field,
            span: span(from: function.span))
    }

    /// `root`, `.name`, `["name"]`, `[0]`.
    private mutating func field() -> FieldSyntax? {
        let root = NameSyntax(text: text(token), span: token.span)
        advance()
        var members: [FieldSyntax.Member] = []
        while !isSeparated, !token.isAfterSpace,
            token.kind == .dot || token.kind == .leftBracket
        {
            guard let member = member() else { return nil }
            members.append(member)
        }
        return FieldSyntax(root: root, members: members, span: span(from: root.span))
    }

    /// `.name` or `[…]`: every identifier is a name here, keyword or not.
    mutating func member() -> FieldSyntax.Member? {
        if token.kind == .dot {
            advance()
            guard token.kind == .identifier, !token.isAfterSpace else {
                unexpected(
                    "a name after `.`", help: "a name with other characters: `[\"x.y\"]`")
                return nil
            }
            let name = NameSyntax(text: text(token), span: token.span)
            advance()
            return .name(name)
        }
        let open = token.span
        return grouped { parser -> FieldSyntax.Member? in
            parser.advance()
            let member: FieldSyntax.Member?
            if parser.token.kind == .string {
                member = parser.string("a name in quotes").map { .string($0) }
            } else {
                member = parser.word("a name in quotes or a number").map { .index($0) }
            }
            guard member != nil else { return nil }
            guard parser.token.kind == .rightBracket else {
                parser.unclosed(open, "]")
                return nil
            }
            parser.advance()
            return member
        }
    }
}
