internal import RequestModel

/// A literal of the right side, of whatever spelling.
struct Literal {
    enum Form { case string, word, fileLine }

    var bytes: [UInt8]
    var span: SourceSpan
    var form: Form

    var text: String { String(decoding: bytes, as: UTF8.self) }

    init(_ string: StringSyntax) { (bytes, span, form) = (string.bytes, string.span, .string) }
    init(_ word: WordSyntax) { (bytes, span, form) = (Array(word.text.utf8), word.span, .word) }
    init(line: (bytes: [UInt8], span: SourceSpan)) {
        (bytes, span, form) = (line.bytes, line.span, .fileLine)
    }
    init(_ element: SetLiteralSyntax.Element) {
        switch element {
        case .string(let string): self.init(string)
        case .word(let word): self.init(word)
        }
    }

    /// Other bytes in the same spelling, for fix-its.
    func spelled(_ bytes: [UInt8]) -> String {
        form == .string ? stringLiteral(bytes) : String(decoding: bytes, as: UTF8.self)
    }
}

/// How an operator uses its literal.
enum LiteralUse: Hashable, Sendable {
    case whole, prefix, fragment, under
}

/// Literals by the type that the value on the left wants. Nil after a report.
extension Resolver {
    /// The bytes to compare with, for every type that is compared as bytes.
    mutating func textLiteral(
        _ literal: Literal, for type: ValueType, use: LiteralUse = .whole
    ) -> [UInt8]? {
        switch type {
        case .text:
            return needsQuotes(literal, type) ? nil : literal.bytes
        case .path:
            return needsQuotes(literal, type) ? nil : pathLiteral(literal, use: use)
        case .host:
            return needsQuotes(literal, type) ? nil : hostLiteral(literal, use: use)
        case .listener:
            return use == .whole ? listenerLiteral(literal) : literal.bytes
        case .upgrade:
            return literal.bytes.map(asciiLowercase)
        case .method, .scheme, .httpVersion, .tlsVersion:
            return wordLiteral(literal, for: type)
        case .number, .address, .time, .presence:
            preconditionFailure("not compared as bytes")
        }
    }

    private mutating func needsQuotes(_ literal: Literal, _ type: ValueType) -> Bool {
        guard literal.form == .word else { return false }
        report(
            Diagnostic(
                .wrongOperand, at: literal.span, "\(type.noun) is written in quotes",
                fixIt: .init(.safe, [.init(literal.span, stringLiteral(literal.bytes))])))
        return true
    }

    private mutating func listenerLiteral(_ literal: Literal) -> [UInt8]? {
        guard !listeners.isEmpty, listeners[literal.text] == nil, !isIncomplete else {
            return literal.bytes
        }
        let near = nearest(literal.text, among: listeners.keys)
        report(
            Diagnostic(
                .unknownName, at: literal.span, "there is no listener `\(literal.text)`",
                help: near.map { "did you mean `\($0)`?" },
                fixIt: near.map {
                    .init(.displayOnly, [.init(literal.span, literal.spelled(Array($0.utf8)))])
                }))
        return nil
    }

    // MARK: - Enumerations

    private static let methods = [
        "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY",
        "PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK", "REPORT", "SEARCH",
        "MKCALENDAR", "ACL", "BIND", "UNBIND", "REBIND", "LINK", "UNLINK", "PURGE",
    ]

    private static func words(of type: ValueType) -> [String] {
        switch type {
        case .method: methods
        case .scheme: ["http", "https"]
        case .httpVersion: ["1.0", "1.1", "2", "3"]
        default: ["1.0", "1.1", "1.2", "1.3"]
        }
    }

    private mutating func wordLiteral(_ literal: Literal, for type: ValueType) -> [UInt8]? {
        let known = Self.words(of: type)
        let text = literal.text
        if literal.form == .string {
            let isKnown = known.contains(text)
            report(
                Diagnostic(
                    .wrongOperand, at: literal.span, "\(type.noun) is written without quotes",
                    fixIt: .init(isKnown ? .safe : .displayOnly, [.init(literal.span, text)])))
            return nil
        }
        if known.contains(text) { return literal.bytes }
        if let other = known.first(where: { $0.lowercased() == text.lowercased() }) {
            let spelling = type == .method ? "methods are upper case" : "schemes are lower case"
            report(
                Diagnostic(
                    .wrongOperand, at: literal.span, "`\(text)` is not \(type.noun): \(spelling)",
                    fixIt: .init(.safe, [.init(literal.span, other)])))
            return nil
        }
        let near = nearestWord(text, among: known)
        let all = known.map { "`\($0)`" }.joined(separator: ", ")
        report(
            Diagnostic(
                .wrongOperand, at: literal.span, "`\(text)` is not \(type.noun)",
                help: near.map { "did you mean `\($0)`?" }
                    ?? (type == .method ? nil : "there are \(all)"),
                fixIt: near.map { .init(.displayOnly, [.init(literal.span, $0)]) }))
        return nil
    }

    /// `nearest` compares in lower case; these words need not be.
    private func nearestWord(_ word: String, among known: [String]) -> String? {
        guard let near = nearest(word, among: known.map { $0.lowercased() }) else { return nil }
        return known.first { $0.lowercased() == near }
    }

    // MARK: - Numbers, addresses, times

    mutating func numberLiteral(_ literal: Literal) -> Int64? {
        let digits = literal.text.hasPrefix("-") ? literal.bytes.dropFirst() : literal.bytes[...]
        let isNumber =
            (1...18).contains(digits.count) && digits.allSatisfy { (0x30...0x39).contains($0) }
        if isNumber, literal.form != .string { return Int64(literal.text) }
        report(
            Diagnostic(
                .wrongOperand, at: literal.span,
                isNumber
                    ? "a number is written without quotes"
                    : "`\(literal.text)` is not a number of at most 18 digits",
                fixIt: isNumber ? .init(.safe, [.init(literal.span, literal.text)]) : nil))
        return nil
    }

    mutating func addressLiteral(_ literal: Literal) -> IPAddress? {
        if let address = IPAddress(parsing: literal.bytes) {
            if literal.form != .string { return address }
            reportQuotedAddress(literal)
            return nil
        }
        report(
            Diagnostic(
                .wrongOperand, at: literal.span, "`\(literal.text)` is not an address",
                help: "write an address such as `192.0.2.1` or `2001:db8::1`"))
        return nil
    }

    private mutating func reportQuotedAddress(_ literal: Literal) {
        report(
            Diagnostic(
                .wrongOperand, at: literal.span, "an address is written without quotes",
                fixIt: .init(.safe, [.init(literal.span, literal.text)])))
    }

    mutating func blockLiteral(_ literal: Literal) -> CIDRBlock? {
        switch CIDRBlock.parse(literal.bytes) {
        case .success(let block):
            if literal.form != .string { return block }
            reportQuotedAddress(literal)
        case .failure(.notAnAddress):
            report(
                Diagnostic(
                    .invalidBlock, at: literal.span,
                    "`\(literal.text)` is not an address or address block",
                    help: "write blocks such as `10.0.0.0/8` or `fd00::/8`"))
        case .failure(.badPrefixLength):
            let isV6 = literal.bytes.contains(UInt8(ascii: ":"))
            report(
                Diagnostic(
                    .invalidBlock, at: literal.span,
                    "the prefix length of `\(literal.text)` is not 0 to \(isV6 ? 128 : 32)"))
        case .failure(.hostBitsSet(let corrected)):
            report(
                Diagnostic(
                    .invalidBlock, at: literal.span,
                    "`\(literal.text)` has bits behind its prefix",
                    help: "the block is `\(corrected)`; one address is written without `/`",
                    fixIt: .init(.displayOnly, [.init(literal.span, corrected)])))
        }
        return nil
    }

    mutating func timeLiteral(_ literal: Literal) -> Int64? {
        if let time = Timestamp.milliseconds(of: literal.text) {
            if literal.form != .string { return time }
            report(
                Diagnostic(
                    .wrongOperand, at: literal.span, "a time is written without quotes",
                    fixIt: .init(.safe, [.init(literal.span, literal.text)])))
            return nil
        }
        let withMidnight = literal.text + "T00:00:00Z"
        let isDate = Timestamp.milliseconds(of: withMidnight) != nil
        report(
            Diagnostic(
                .wrongOperand, at: literal.span,
                isDate
                    ? "`\(literal.text)` is a date, not a time"
                    : "`\(literal.text)` is not a time of RFC 3339",
                help: "write `\(isDate ? withMidnight : "2026-11-27T00:00:00Z")`",
                fixIt: isDate
                    ? .init(.displayOnly, [.init(literal.span, withMidnight)]) : nil))
        return nil
    }
}
