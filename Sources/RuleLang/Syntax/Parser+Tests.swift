/// `test "…" { METHOD TARGET { facts } -> expectation or expectation }`
extension Parser {
    private static let factWords = [
        "cookie", "header", "from", "peer", "listener", "http", "tls", "at",
    ]

    mutating func test() -> TestSyntax? {
        let start = token.span
        advance()
        guard let name = string("the name of the test in quotes") else { return nil }
        var requests: [TestRequestSyntax] = []
        let block = block("`test`") { parser in
            guard let request = parser.testRequest() else { return false }
            requests.append(request)
            return true
        }
        guard block != nil else { return nil }
        return TestSyntax(name: name, requests: requests, span: span(from: start))
    }

    private mutating func testRequest() -> TestRequestSyntax? {
        let start = token.span
        guard token.kind == .identifier, let method = word("a method such as `GET`") else {
            unexpected("a request such as `GET /path -> …`")
            return nil
        }
        guard let target = target() else { return nil }
        var facts: [FactSyntax] = []
        if isAtBlock {
            let block = block("the facts") { parser in
                guard let fact = parser.fact() else { return false }
                facts.append(fact)
                return true
            }
            guard block != nil else { return nil }
        }
        guard takeArrow() else { return nil }
        var expectations: [ExpectationSyntax] = []
        repeat {
            guard let expectation = expectation() else { return nil }
            expectations.append(expectation)
        } while takeOr()
        return TestRequestSyntax(
            method: method, target: target, facts: facts, expectations: expectations,
            span: span(from: start))
    }

    private mutating func takeOr() -> Bool {
        guard isKeyword("or") else { return false }
        advance()
        return true
    }

    /// `/path?query`, an absolute URL, `*`, or any of them in quotes.
    private mutating func target() -> StringSyntax? {
        if token.kind == .string { return string("a target") }
        let span = isSeparated ? emptySpan(at: lastEnd) : lexer.target(at: Int(token.span.start))
        guard !span.isEmpty else {
            lexer.seek(Int(token.span.end))
            unexpected("a path or URL")
            return nil
        }
        let bytes = Array(lexer.bytes[span.indices])
        let text = String(decoding: bytes, as: UTF8.self)
        guard ["/", "http://", "https://"].contains(where: text.hasPrefix) || text == "*" else {
            lexer.seek(Int(token.span.end))
            report(
                Diagnostic(
                    .unexpectedText, at: span,
                    "expected a path or URL, found \(Self.quoted(text))",
                    help: "a path begins with `/`, a URL with `http://` or `https://`"))
            return nil
        }
        take(.word, span)
        return StringSyntax(bytes: bytes, span: span)
    }

    // MARK: - Facts

    private mutating func fact() -> FactSyntax? {
        guard token.kind == .identifier else {
            unexpected("a fact: \(Self.factWords.joined(separator: ", "))")
            return nil
        }
        let start = token.span
        let word = text(token)
        guard Self.factWords.contains(word) else {
            unknownWord("fact", among: Self.factWords)
            return nil
        }
        advance()
        return factKind(word).map { FactSyntax(kind: $0, span: span(from: start)) }
    }

    private mutating func factKind(_ word: String) -> FactSyntax.Kind? {
        switch word {
        case "cookie": namedFact().map { .cookie($0.0, $0.1) }
        case "header": namedFact().map { .header($0.0, $0.1) }
        case "from": self.word("an address").map { .from($0) }
        case "peer": self.word("an address").map { .peer($0) }
        case "listener": listenerFact()
        case "http": self.word("a version such as `1.1`").map { .http($0) }
        case "at": self.word("a time such as `2026-11-27T00:00:00Z`").map { .at($0) }
        default: tlsFact()
        }
    }

    /// A name or an address, in quotes or not.
    private mutating func listenerFact() -> FactSyntax.Kind? {
        address().map { .listener($0) }
    }

    /// `NAME = "value"`
    private mutating func namedFact() -> (FieldSyntax.Member, StringSyntax)? {
        var name: FieldSyntax.Member
        if token.kind == .string {
            guard let string = string("a name") else { return nil }
            name = .string(string)
        } else if token.kind == .identifier, !isSeparated {
            name = .name(NameSyntax(text: text(token), span: token.span))
            advance()
        } else {
            unexpected("a name and a value: `x = \"1\"`")
            return nil
        }
        guard takeAssign(), let value = string("the value in quotes") else { return nil }
        return (name, value)
    }

    private mutating func tlsFact() -> FactSyntax.Kind? {
        guard !isAtEnd else { return .tls(attribute: nil, nil, verified: false) }
        let known = ["sni", "version", "alpn", "client"]
        guard token.kind == .identifier, known.contains(text(token)) else {
            unexpected("`sni`, `version`, `alpn` or `client`")
            return nil
        }
        let attribute = NameSyntax(text: text(token), span: token.span)
        advance()
        let operand: OperandSyntax?
        if token.kind == .string {
            operand = string("a value").map { .string($0) }
        } else {
            operand = word("a value").map { .word($0) }
        }
        guard let operand else { return nil }
        let isVerified = attribute.text == "client" && takeKeyword("verified")
        return .tls(attribute: attribute, operand, verified: isVerified)
    }

    // MARK: - Expectations

    private mutating func expectation() -> ExpectationSyntax? {
        let start = token.span
        if takeKeyword("rule") {
            guard let label = name("the label of a rule") else { return nil }
            return ExpectationSyntax(kind: .rule(label), span: span(from: start))
        }
        if takeKeyword("no") {
            guard takeKeyword("match") else {
                unexpected("`match`")
                return nil
            }
            return ExpectationSyntax(kind: .noMatch, span: span(from: start))
        }
        if takeKeyword("refuse") {
            guard let status = word("a status such as 400") else { return nil }
            return ExpectationSyntax(kind: .refuse(status), span: span(from: start))
        }
        guard let action = action() else { return nil }
        var effects: [ModifierSyntax] = []
        if isAtBlock {
            guard let block = modifiers() else { return nil }
            effects = block
        }
        return ExpectationSyntax(
            kind: .action(action, effects: effects), span: span(from: start))
    }
}
