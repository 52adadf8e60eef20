/// Rules, `when` and `use`.
extension Parser {
    /// `known`: the words that might have been meant if the first one is none.
    mutating func statement(known: [String] = ["when", "use", "else"]) -> StatementSyntax? {
        nested { $0.nestedStatement(known: known) }
    }

    private mutating func nestedStatement(known: [String]) -> StatementSyntax? {
        if token.kind == .identifier, !isAtLabel {
            switch text(token) {
            case "when": return when()
            case "use": return use()
            default: break
            }
            if isUnknownStatement {
                unknownWord("statement", among: known)
                return nil
            }
        }
        return rule()
    }

    /// A word that no value or operator follows: `lisen 0.0.0.0:80`.
    private var isUnknownStatement: Bool {
        guard !Self.reserved.contains(text(token)), let next = byteBehind else { return false }
        if next.isASCIIDigit || [0x22, 0x7b].contains(next) { return true }
        guard next.isNameStart else { return false }
        var lexer = lexer
        lexer.seek(Int(token.span.end))
        let word = lexer.next()
        let after = String(decoding: lexer.bytes[word.span.indices], as: UTF8.self)
        return ![
            "and", "or", "not", "in", "starts_with", "ends_with", "contains", "under", "matches",
        ].contains(after)
    }

    private mutating func when() -> StatementSyntax? {
        let start = token.span
        advance()
        guard let condition = expression() else {
            // The rules inside are right or wrong by themselves.
            skipToBlock()
            guard token.kind == .leftBrace else { return nil }
            return whenBody(.missing(start), start)
        }
        return whenBody(condition, start)
    }

    /// On this line, up to a `{`.
    private mutating func skipToBlock() {
        groupDepth = 0
        while !isSeparated, ![.leftBrace, .rightBrace, .semicolon, .endOfFile].contains(token.kind)
        {
            advance()
        }
    }

    private mutating func whenBody(
        _ condition: ExpressionSyntax, _ start: SourceSpan
    ) -> StatementSyntax? {
        var body: [StatementSyntax] = []
        let block = block("`when`", holdsStatements: true) { parser in
            guard let statement = parser.statement() else { return false }
            body.append(statement)
            return true
        }
        guard block != nil else { return nil }
        return .when(condition: condition, body: body, span: span(from: start))
    }

    private mutating func use() -> StatementSyntax? {
        let start = token.span
        advance()
        guard let name = name("the name of a `rules` block") else { return nil }
        return .use(name, span: span(from: start))
    }

    private mutating func rule() -> StatementSyntax? {
        let start = token.span
        let label = label()
        var condition: ExpressionSyntax?
        if isKeyword("else") {
            advance()
        } else if isKeyword("default") || isKeyword("_"), isFollowedByArrow {
            foreign(token.span, "`\(text(token))` is written `else`", replacement: "else")
            advance()
        } else {
            guard let expression = expression() else { return nil }
            condition = expression
        }
        guard takeArrow() else { return nil }
        guard let action = action() else { return nil }
        if reportSecondAction(after: action) { return nil }
        var modifiers: [ModifierSyntax] = []
        if isAtBlock {
            guard let block = self.modifiers() else { return nil }
            modifiers = block
        }
        return .rule(
            RuleSyntax(
                label: label, condition: condition, action: action, modifiers: modifiers,
                span: span(from: start)))
    }

    private var isFollowedByArrow: Bool {
        byteBehind == UInt8(ascii: "-") || byteBehind == UInt8(ascii: "=")
    }

    private mutating func label() -> NameSyntax? {
        guard isAtLabel else { return nil }
        let label = name("a label")
        advance()
        return label
    }

    /// `->`, which may begin a line.
    mutating func takeArrow() -> Bool {
        if token.kind == .arrow {
            advance()
            return true
        }
        if token.kind == .fatArrow {
            foreign(token.span, "`=>` is written `->`", replacement: "->")
            advance()
            return true
        }
        if isSeparated || token.kind == .endOfFile {
            unexpected("`->` and an action")
        } else {
            unexpected("`->`")
        }
        return false
    }

    /// E034; the rest of the statement is skipped by the caller.
    private mutating func reportSecondAction(after first: ActionSyntax) -> Bool {
        let isNext = token.kind == .arrow
        let isSame =
            !isSeparated
            && (token.kind == .comma
                || token.kind == .identifier && Self.actionWords.contains(text(token))
                || isKeyword("and"))
        guard isNext || isSame else { return false }
        var place = token.span
        if token.kind == .arrow || token.kind == .comma || isKeyword("and") {
            advance()
            if token.kind == .arrow { advance() }
            if token.kind == .identifier { place = token.span }
        }
        report(
            Diagnostic(
                .twoActions, at: place, "a rule has one action",
                labels: [.init(first.span, "the rule does this already")],
                help: "first match wins: write another rule, or a `split`"))
        return true
    }
}
