internal import RequestModel

/// `test` blocks.
extension Resolver {
    mutating func resolveTests(_ declarations: Declarations) {
        let first = program.listeners.first?.table ?? Program.mainTable
        for test in declarations.tests { resolve(test, table: first, followsListener: true) }
        for rules in declarations.rules {
            guard let table = ruleTables[rules.name.text] else { continue }
            for test in rules.tests { resolve(test, table: table, followsListener: false) }
        }
    }

    /// A test in a `rules` block speaks of that block whatever the listener; others of the
    /// listener's table.
    private mutating func resolve(
        _ test: TestSyntax, table: RuleTableID, followsListener: Bool
    ) {
        let requests = test.requests.map { request($0, table, followsListener) }
        program.tests.append(
            TestBlock(
                name: String(decoding: test.name.bytes, as: UTF8.self), requests: requests,
                span: test.span))
    }

    private mutating func badTest(_ span: SourceSpan, _ message: String, help: String? = nil) {
        report(Diagnostic(.badTest, at: span, message, help: help))
    }

    private mutating func request(
        _ syntax: TestRequestSyntax, _ table: RuleTableID, _ followsListener: Bool
    ) -> TestRequest {
        let method = syntax.method.text
        if method.utf8.contains(where: { (0x61...0x7a).contains($0) }) {
            badTest(
                syntax.method.span, "`\(method)` is not a method", help: "methods are upper case")
        }
        checkTarget(syntax.target)
        var request = TestRequest(
            method: method, target: syntax.target.bytes, headers: [], facts: Facts(),
            expectations: [], table: table, listener: nil, span: syntax.span)
        var cookies: [UInt8] = []
        for fact in syntax.facts { apply(fact, &request, &cookies) }
        if followsListener, let listener = request.listener {
            request.table = program.listeners[listener].table
        }
        if !cookies.isEmpty { request.headers.append((Array("cookie".utf8), cookies)) }
        request.expectations = syntax.expectations.compactMap { expectation($0, request.table) }
        return request
    }

    /// Origin-form or an absolute URL (RFC 9112 section 3.2).
    private mutating func checkTarget(_ target: StringSyntax) {
        let text = String(decoding: target.bytes, as: UTF8.self)
        let lower = text.prefix(8).lowercased()
        guard !text.hasPrefix("/"), !lower.hasPrefix("http://"), !lower.hasPrefix("https://") else {
            return
        }
        badTest(
            target.span, "`\(text)` is neither a path nor a URL",
            help: "a path begins with `/`, a URL with `http://` or `https://`")
    }

    private mutating func apply(
        _ fact: FactSyntax, _ request: inout TestRequest, _ cookies: inout [UInt8]
    ) {
        switch fact.kind {
        case .cookie(let name, let value):
            guard let name = token(name), isFieldValue(value) else { return }
            if !cookies.isEmpty { cookies += Array("; ".utf8) }
            cookies += name + [UInt8(ascii: "=")] + value.bytes
        case .header(let name, let value):
            guard let name = token(name), isFieldValue(value) else { return }
            request.headers.append((name, value.bytes))
        case .from(let word): request.facts.from = ip(word)
        case .peer(let word): request.facts.peer = ip(word)
        case .listener(let word): listener(word, &request)
        case .http(let word):
            let versions: [(String, HTTPVersion)] = [
                ("1.0", .http10), ("1.1", .http11), ("2", .http2), ("3", .http3),
            ]
            guard let version = versions.first(where: { $0.0 == word.text }) else {
                return badTest(
                    word.span, "there is no HTTP version `\(word.text)`",
                    help: "the versions are 1.0, 1.1, 2 and 3")
            }
            request.facts.version = version.1
        case .tls(let attribute, let operand, let verified):
            tls(attribute, operand, verified, &request.facts)
        case .at(let word):
            guard let time = Timestamp.milliseconds(of: word.text) else {
                return badTest(
                    word.span, "`\(word.text)` is not a time",
                    help: "write a time of RFC 3339: `2026-11-27T00:00:00Z`")
            }
            request.facts.now = time
        }
    }

    private mutating func ip(_ word: WordSyntax) -> IPAddress? {
        let address = IPAddress(parsing: word.text.utf8)
        if address == nil { badTest(word.span, "`\(word.text)` is not an address") }
        return address
    }

    private mutating func listener(_ word: WordSyntax, _ request: inout TestRequest) {
        guard let id = listeners[word.text] else {
            return reportUnknown(
                "listener", NameSyntax(text: word.text, span: word.span), among: listeners.keys)
        }
        request.listener = id
    }

    private mutating func tls(
        _ attribute: NameSyntax?, _ operand: OperandSyntax?, _ verified: Bool, _ facts: inout Facts
    ) {
        var tls = facts.tls ?? Facts.TLS()
        defer { facts.tls = tls }
        guard let attribute, let operand else { return }
        let text: [UInt8]
        switch operand {
        case .string(let string): text = string.bytes
        case .word(let word): text = Array(word.text.utf8)
        default: return
        }
        switch attribute.text {
        case "sni": tls.sni = text
        case "alpn": tls.alpn = text
        case "client":
            tls.clientSubject = text
            tls.clientVerified = verified
        default:
            let version = String(decoding: text, as: UTF8.self)
            guard ["1.2", "1.3"].contains(version) else {
                return badTest(operand.span, "there is no TLS version `\(version)` here")
            }
            tls.version = version
        }
    }

    private mutating func token(_ name: FieldSyntax.Member) -> [UInt8]? {
        let bytes: [UInt8]
        switch name {
        case .name(let name): bytes = Array(name.text.utf8)
        case .string(let string): bytes = string.bytes
        case .index(let word): bytes = Array(word.text.utf8)
        }
        let isToken =
            !bytes.isEmpty
            && bytes.allSatisfy {
                $0 > 0x20 && $0 < 0x7f && !Array("\"(),/:;<=>?@[\\]{}".utf8).contains($0)
            }
        if isToken { return bytes }
        badTest(name.span, "this is not a name that a client can send")
        return nil
    }

    private mutating func isFieldValue(_ value: StringSyntax) -> Bool {
        let isValid = value.bytes.allSatisfy { ($0 >= 0x20 && $0 != 0x7f) || $0 == 0x09 }
        if !isValid { badTest(value.span, "a value without control bytes is expected") }
        return isValid
    }

    // MARK: - Expectations

    private mutating func expectation(
        _ syntax: ExpectationSyntax, _ table: RuleTableID
    ) -> Expectation? {
        switch syntax.kind {
        case .noMatch: return Expectation(.noMatch, effects: [], span: syntax.span)
        case .refuse(let word):
            guard let status = Quantity.integer(word.text), (400...599).contains(status) else {
                badTest(word.span, "a refusal has a status from 400 to 599")
                return nil
            }
            return Expectation(.refuse(status: UInt16(status)), effects: [], span: syntax.span)
        case .rule(let name):
            guard let rule = rule(labelled: name, table) else { return nil }
            return Expectation(.rule(rule), effects: [], span: syntax.span)
        case .action(let action, let effects):
            guard let kind = expectedAction(action) else { return nil }
            return Expectation(
                kind, effects: resolveModifiers(effects, captures: []), span: syntax.span)
        }
    }

    private mutating func rule(labelled name: NameSyntax, _ table: RuleTableID) -> RuleID? {
        let labelled = program.rules.indices.filter { program.rules[$0].label == name.text }
        if let index = labelled.first(where: { program.rules[$0].table == table }) ?? labelled.first
        {
            return RuleID(index)
        }
        reportUnknown("rule", name, among: program.rules.compactMap(\.label))
        return nil
    }

    private mutating func expectedAction(_ syntax: ActionSyntax) -> Expectation.Kind? {
        guard let action = resolveAction(syntax, captures: [], splitsAllowed: true) else {
            return nil
        }
        switch action {
        case .pool(let id): return .pool(id)
        case .split(let id): return .split(id)
        case .deny(let status): return .deny(status: status)
        case .close: return .close
        case .redirect(let status, let location):
            guard let text = plainText(location) else { return nil }
            return .redirect(status: status, location: text)
        case .respond(let status, .none): return .respond(status: status, body: nil)
        case .respond(let status, .template(let body)):
            guard let text = plainText(body) else { return nil }
            return .respond(status: status, body: text)
        case .respond(let status, .file(_, let bytes)):
            return .respond(status: status, body: bytes)
        case .tablePool:
            badTest(syntax.span, "a test names the pool itself")
            return nil
        }
    }

    private mutating func plainText(_ template: Template) -> [UInt8]? {
        var text: [UInt8] = []
        for piece in template.pieces {
            guard case .text(let bytes) = piece else {
                badTest(template.span, "a test expects plain text")
                return nil
            }
            text += bytes
        }
        return text
    }
}
