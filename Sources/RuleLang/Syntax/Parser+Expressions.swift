/// Conditions.
extension Parser {
    mutating func expression() -> ExpressionSyntax? {
        nested { $0.disjunction() }
    }

    private mutating func disjunction() -> ExpressionSyntax? {
        guard let first = conjunction() else { return nil }
        var parts = [first]
        while takeConnective("or", foreign: .bars) {
            guard let part = conjunction() else { return nil }
            parts.append(part)
        }
        guard parts.count > 1 else { return first }
        return .or(parts, span: span(from: first.span))
    }

    private mutating func conjunction() -> ExpressionSyntax? {
        guard let first = unary() else { return nil }
        var parts = [first]
        while takeConnective("and", foreign: .ampersands) {
            guard let part = unary() else { return nil }
            parts.append(part)
        }
        guard parts.count > 1 else { return first }
        return .and(parts, span: span(from: first.span))
    }

    /// `and` and `or` may begin a line that goes on with the one before.
    private mutating func takeConnective(_ word: String, foreign kind: Token.Kind) -> Bool {
        if isKeyword(word) {
            advance()
            return true
        }
        guard token.kind == kind else { return false }
        foreign(token.span, "`\(text(token))` is written `\(word)`", replacement: word)
        advance()
        return true
    }

    private mutating func unary() -> ExpressionSyntax? {
        let start = token.span
        if isKeyword("not") {
            advance()
        } else if token.kind == .exclamation {
            foreign(start, "`!` is written `not`", replacement: "not ")
            advance()
        } else {
            return primary()
        }
        guard let inner = nested({ $0.unary() }) else { return nil }
        return .not(inner, span: span(from: start))
    }

    private mutating func primary() -> ExpressionSyntax? {
        let start = token.span
        switch token.kind {
        case .leftParenthesis:
            return parenthesised()
        case .at:
            advance()
            guard let name = name("the name of a `let`") else { return nil }
            return .letReference(name, span: span(from: start))
        case .dollar:
            advance()
            guard let name = name("the name of a table") else { return nil }
            return .tableReference(name, span: span(from: start))
        case .identifier where !Self.reserved.contains(text(token)):
            return atom()
        default:
            unexpected("a condition")
            return nil
        }
    }

    private mutating func parenthesised() -> ExpressionSyntax? {
        let open = token.span
        let inner = grouped { parser -> ExpressionSyntax? in
            parser.advance()
            guard let inner = parser.expression() else { return nil }
            guard parser.token.kind == .rightParenthesis else {
                parser.unclosed(open, ")")
                return nil
            }
            return inner
        }
        guard let inner else { return nil }
        advance()
        return .parenthesised(inner, span: span(from: open))
    }

    mutating func unclosed(_ open: SourceSpan, _ close: String) {
        let bracket = String(decoding: lexer.bytes[open.indices], as: UTF8.self)
        report(
            Diagnostic(
                .unclosed, at: open, "this `\(bracket)` is never closed",
                labels: [.init(token.span, "expected `\(close)` before this")]))
    }

    private mutating func atom() -> ExpressionSyntax? {
        guard let value = value() else { return nil }
        guard let op = comparisonOperator() else {
            return .atom(AtomSyntax(value: value, comparison: nil, span: value.span))
        }
        let operand = operand(of: op.operator)
        let comparison = ComparisonSyntax(
            operator: op.operator, operatorSpan: op.span, operand: operand ?? .missing(op.span))
        guard operand != nil else { return nil }
        if !isSeparated, let next = comparisonOperator() {
            report(
                Diagnostic(
                    .unexpectedText, at: next.span, "comparisons do not chain",
                    help: "write two of them with `and`"))
            return nil
        }
        return .atom(AtomSyntax(value: value, comparison: comparison, span: span(from: value.span)))
    }

    // MARK: - Operators

    private static let symbols: [Token.Kind: ComparisonSyntax.Operator] = [
        .equal: .equal, .notEqual: .notEqual, .startsWith: .startsWith, .endsWith: .endsWith,
        .contains: .contains, .regex: .regex, .notRegex: .notRegex, .less: .less,
        .lessOrEqual: .lessOrEqual, .greater: .greater, .greaterOrEqual: .greaterOrEqual,
    ]
    private static let words: [String: ComparisonSyntax.Operator] = [
        "starts_with": .startsWith, "ends_with": .endsWith, "contains": .contains,
        "under": .under, "matches": .matches, "in": .in,
    ]

    private mutating func comparisonOperator()
        -> (operator: ComparisonSyntax.Operator, span: SourceSpan)?
    {
        guard !isSeparated else { return nil }
        let start = token.span
        if let symbol = Self.symbols[token.kind] {
            advance()
            return (symbol, start)
        }
        if token.kind == .assign { return assignment() }
        guard token.kind == .identifier else { return nil }
        if let word = Self.words[text(token)] {
            advance()
            return (word, start)
        }
        guard text(token) == "not", isFollowedByIn else { return nil }
        advance()
        advance()
        return (.notIn, span(from: start))
    }

    private var isFollowedByIn: Bool {
        var lexer = lexer
        lexer.seek(Int(token.span.end))
        let next = lexer.next()
        return next.kind == .identifier && text(next) == "in"
    }

    /// `=` for `==`, `=~` for `~`.
    private mutating func assignment() -> (operator: ComparisonSyntax.Operator, span: SourceSpan)? {
        let start = token.span
        advance()
        if token.kind == .regex, token.span.start == start.end {
            let both = start.through(token.span)
            foreign(both, "`=~` is written `~`", replacement: "~")
            advance()
            return (.regex, both)
        }
        foreign(start, "`=` is written `==`", replacement: "==")
        return (.equal, start)
    }

    // MARK: - Operands

    private mutating func operand(of op: ComparisonSyntax.Operator) -> OperandSyntax? {
        // After an operator a line may end; but a statement's beginning is no operand.
        if isSeparated, isKeyword("else") || isKeyword("when") || isAtItem() {
            unexpected("a value after `\(op.rawValue)`")
            return nil
        }
        return grouped { parser in
            switch op {
            case .regex, .notRegex: parser.regexOperand()
            case .less, .lessOrEqual, .greater, .greaterOrEqual: parser.numberOperand(op)
            default: parser.plainOperand(after: op)
            }
        }
    }

    private mutating func numberOperand(_ op: ComparisonSyntax.Operator) -> OperandSyntax? {
        if token.kind == .string { return plainOperand(after: op) }
        guard let word = operandWord(after: op) else { return nil }
        return .word(word)
    }

    private mutating func operandWord(after op: ComparisonSyntax.Operator) -> WordSyntax? {
        if isKeyword("and") || isKeyword("or") {
            unexpected("a value after `\(op.rawValue)`")
            return nil
        }
        return word("a value after `\(op.rawValue)`")
    }

    private mutating func plainOperand(after op: ComparisonSyntax.Operator) -> OperandSyntax? {
        switch token.kind {
        case .string:
            return string("a string").map { .string($0) }
        case .dollar:
            return reference()
        case .leftBrace:
            return setLiteral().map { .set($0) }
        case .leftParenthesis, .leftBracket:
            unexpected("a value after `\(op.rawValue)`", help: "a set is written `{ a, b }`")
            return nil
        default:
            return operandWord(after: op).map { .word($0) }
        }
    }

    mutating func reference() -> OperandSyntax? {
        let start = token.span
        advance()
        guard let name = name("the name of a set") else { return nil }
        return .reference(name, span: span(from: start))
    }

    private mutating func regexOperand() -> OperandSyntax? {
        switch token.kind {
        case .dollar:
            return reference()
        case .leftBrace:
            let open = token.span
            var regexes: [StringSyntax] = []
            let isClosed = list(open) { parser in
                guard let regex = parser.string("a regex in quotes", isRaw: true) else {
                    return false
                }
                regexes.append(regex)
                return true
            }
            return isClosed ? .regexes(regexes, span: span(from: open)) : nil
        default:
            return string("a regex in quotes", isRaw: true).map { .regex($0) }
        }
    }

    /// `{ "a", b, }`
    mutating func setLiteral() -> SetLiteralSyntax? {
        let open = token.span
        var elements: [SetLiteralSyntax.Element] = []
        let isClosed = list(open) { parser in
            if parser.token.kind == .string, let string = parser.string("a string") {
                elements.append(.string(string))
            } else if let word = parser.word("an element of the set") {
                elements.append(.word(word))
            } else {
                return false
            }
            return true
        }
        return isClosed ? SetLiteralSyntax(elements: elements, span: span(from: open)) : nil
    }

    /// Between two elements: reported, and read as if it stood there.
    private mutating func missingComma() {
        let place = emptySpan(at: lastEnd)
        report(
            Diagnostic(
                .unexpectedText, at: token.span, "expected `,` between two elements",
                fixIt: .init(.safe, [.init(place, ",")])))
    }

    /// A comma-separated list in braces, a comma at its end allowed; at least one element.
    private mutating func list(
        _ open: SourceSpan, _ element: (inout Parser) -> Bool
    ) -> Bool {
        grouped { parser in
            parser.advance()
            while true {
                if parser.token.kind == .endOfFile || parser.isAtItem() {
                    parser.unclosed(open, "}")
                    return false
                }
                guard element(&parser) else { return false }
                if parser.token.kind == .comma {
                    parser.advance()
                    if parser.token.kind != .rightBrace { continue }
                } else if [.string, .word].contains(parser.token.kind), !parser.isAtItem() {
                    parser.missingComma()
                    continue
                }
                break
            }
            guard parser.token.kind == .rightBrace else {
                if parser.token.kind == .endOfFile || parser.isAtItem() {
                    parser.unclosed(open, "}")
                } else {
                    parser.unexpected("`,` or `}`")
                }
                return false
            }
            parser.advance()
            return true
        }
    }
}
