/// One file, parsed: the tree, what was wrong, and what the formatter and the lints need beside it.
package struct ParsedFile: Sendable {
    package var syntax: SyntaxFile
    package var diagnostics: [Diagnostic]
    package var allows: [Allow]
    var tokens: [TokenRecord]
    var comments: [CommentSyntax]
}

/// A token as the parser took it, for the formatter.
struct TokenRecord: Sendable, Hashable {
    enum Role: Sendable {
        case plain
        case blockOpen
        case blockClose
    }

    var token: Token
    var role = Role.plain
}

/// Parses a file. Never fails: the tree holds what could be read, the diagnostics all the rest,
/// each
/// at its place, one for one mistake. All spans lie inside the file.
package func parse(_ bytes: [UInt8], file: FileID) -> ParsedFile {
    var parser = Parser(file: file, bytes: bytes)
    let items = parser.items()
    let (allows, faults) = Allow.all(in: parser.lexer)
    let diagnostics = (parser.lexer.diagnostics + faults).sorted { $0.span.start < $1.span.start }
    return ParsedFile(
        syntax: SyntaxFile(file: file, items: items), diagnostics: diagnostics, allows: allows,
        tokens: parser.tokens, comments: parser.lexer.comments)
}

/// A hand-written LL(2) parser. `token` is the next token in normal mode; a place that wants
/// another
/// mode reads it again from its first byte.
struct Parser {
    static let nestingLimit = 64

    var lexer: Lexer
    var token: Token
    var tokens: [TokenRecord] = []
    /// The end of the token taken last.
    var lastEnd: Int
    /// Open `(`, `[` and set braces: within them a newline separates nothing.
    var groupDepth = 0
    var nesting = 0
    /// The first byte of the statement or entry being read: the newline before it is behind us.
    var statementStart: UInt32 = .max
    /// Blocks that were taken as closed because an item began: a `}` that follows may be theirs.
    var assumedClosed = 0

    init(file: FileID, bytes: [UInt8]) {
        lexer = Lexer(file: file, bytes: bytes)
        lastEnd = lexer.offset
        token = lexer.next()
    }

    // MARK: - Taking tokens

    /// Takes the present token.
    mutating func advance(_ role: TokenRecord.Role = .plain) {
        guard token.kind != .endOfFile else { return }
        tokens.append(TokenRecord(token: token, role: role))
        lastEnd = Int(token.span.end)
        lexer.seek(lastEnd)
        token = lexer.next()
    }

    /// Takes the bytes of `span`, read in another mode from the first byte of the present token.
    mutating func take(_ kind: Token.Kind, _ span: SourceSpan) {
        token.kind = kind
        token.span = span
        advance()
    }

    /// Whether the present token begins a new line that separates.
    var isSeparated: Bool {
        token.isAfterNewline && groupDepth == 0 && token.span.start != statementStart
    }

    /// Whether a statement or entry may end here.
    var isAtEnd: Bool {
        isSeparated || [.semicolon, .rightBrace, .endOfFile].contains(token.kind)
    }

    func text(_ token: Token) -> String {
        String(decoding: lexer.bytes[token.span.indices], as: UTF8.self)
    }

    func isKeyword(_ word: String) -> Bool { token.kind == .identifier && text(token) == word }

    /// Takes an identifier with this text on the same line.
    mutating func takeKeyword(_ word: String) -> Bool {
        guard isKeyword(word), !isSeparated else { return false }
        advance()
        return true
    }

    mutating func take(_ kind: Token.Kind) -> Bool {
        guard token.kind == kind, !isSeparated else { return false }
        advance()
        return true
    }

    /// The first byte behind the present token that is no blank, on the same line.
    var byteBehind: UInt8? {
        var index = Int(token.span.end)
        while let byte = lexer.byte(index), byte == 0x20 || byte == 0x09 { index += 1 }
        return lexer.byte(index)
    }

    /// `NAME:`, which begins a rule or arm; `listen :80` is none.
    var isAtLabel: Bool {
        token.kind == .identifier && lexer.byte(Int(token.span.end)) == UInt8(ascii: ":")
    }

    func span(from start: SourceSpan) -> SourceSpan {
        SourceSpan(file: start.file, start: start.start, end: max(start.end, UInt32(lastEnd)))
    }

    // MARK: - Reporting

    mutating func report(_ diagnostic: Diagnostic) {
        lexer.report(diagnostic, at: Int(diagnostic.span.start))
    }

    /// Reports the present token: `expected` is what should stand there.
    mutating func unexpected(_ expected: String, help: String? = nil) {
        if token.kind == .string, isReported(token.span) { return }
        // What is missing behind a string without an end is in that string.
        if isBehindUnterminatedString || isForeign(token) { return }
        if token.kind == .endOfFile || isSeparated {
            let end = UInt32(lastEnd)
            report(
                Diagnostic(
                    .unexpectedText, at: SourceSpan(file: token.span.file, start: end, end: end),
                    "expected \(expected) before the end of the "
                        + (token.kind == .endOfFile ? "file" : "line"), help: help))
            return
        }
        var found = token.span
        if token.kind == .invalid {
            let end = max(lexer.endOfWord(from: Int(found.start)), Int(found.end))
            found.end = UInt32(end)
        }
        let shown = String(decoding: lexer.bytes[found.indices], as: UTF8.self)
        report(
            Diagnostic(
                .unexpectedText, at: found, "expected \(expected), found \(Self.quoted(shown))",
                help: help))
    }

    /// A string whose quotes were reported is not reported again as unexpected.
    private func isReported(_ span: SourceSpan) -> Bool {
        lexer.diagnostics.contains { $0.span.start == span.start && $0.code == .unterminatedString }
    }

    private var isBehindUnterminatedString: Bool {
        isSeparated || token.kind == .endOfFile
            ? lexer.diagnostics.contains {
                $0.code == .unterminatedString && Int($0.span.end) == lastEnd
            } : false
    }

    /// A word with bytes that are not ASCII: the lexer has reported them.
    func isForeign(_ token: Token) -> Bool {
        token.kind == .identifier && lexer.bytes[token.span.indices].contains { $0 >= 0x80 }
    }

    static func quoted(_ text: String) -> String {
        text.utf8.count <= 40 ? "`\(text)`" : "`\(text.prefix(37))…`"
    }

    mutating func foreign(_ span: SourceSpan, _ message: String, replacement: String) {
        report(
            Diagnostic(
                .foreignSpelling, at: span, message,
                fixIt: .init(.safe, [.init(span, replacement)])))
    }

    // MARK: - Names, words, strings

    static let reserved: Set<String> = ["and", "or", "not", "in", "else"]

    /// A name that the user chooses. What is no name but stands in its place is reported and taken,
    /// so that its uses are found.
    mutating func name(_ what: String) -> NameSyntax? {
        if isSeparated { return missing(what) }
        switch token.kind {
        case .identifier:
            let name = NameSyntax(text: text(token), span: token.span)
            if Self.reserved.contains(name.text) {
                report(
                    Diagnostic(.badName, at: name.span, "`\(name.text)` is reserved, not a name"))
            }
            advance()
            return name
        case .word:
            let name = NameSyntax(text: text(token), span: token.span)
            report(
                Diagnostic(
                    .badName, at: name.span, "`\(name.text)` is not a name",
                    help: "a name begins with a letter or `_`"))
            advance()
            return name
        case .string:
            let string = lexer.string(at: Int(token.span.start), isRaw: false)
            let name = NameSyntax(
                text: String(decoding: string.bytes, as: UTF8.self), span: string.span)
            report(
                Diagnostic(
                    .badName, at: name.span, "a name has no quotes",
                    fixIt: .init(.safe, [.init(name.span, name.text)])))
            advance()
            return name
        default:
            return missing(what)
        }
    }

    private mutating func missing(_ what: String) -> NameSyntax? {
        unexpected(what)
        return nil
    }

    /// A word on this line; nil without a report when there is none.
    mutating func wordIfAny() -> WordSyntax? {
        guard !isSeparated, ![.string, .endOfFile].contains(token.kind) else { return nil }
        let span = lexer.word(at: Int(token.span.start))
        guard !span.isEmpty else {
            lexer.seek(Int(token.span.end))
            return nil
        }
        take(.word, span)
        return WordSyntax(
            text: String(decoding: lexer.bytes[span.indices], as: UTF8.self), span: span)
    }

    mutating func word(_ what: String) -> WordSyntax? {
        if let word = wordIfAny() { return word }
        unexpected(what)
        return nil
    }

    mutating func address() -> WordSyntax? {
        guard !isSeparated, ![.string, .endOfFile].contains(token.kind) else {
            unexpected("an address such as `127.0.0.1:8080`")
            return nil
        }
        let span = lexer.address(at: Int(token.span.start))
        guard !span.isEmpty else {
            lexer.seek(Int(token.span.end))
            unexpected("an address such as `127.0.0.1:8080`")
            return nil
        }
        take(.word, span)
        return WordSyntax(
            text: String(decoding: lexer.bytes[span.indices], as: UTF8.self), span: span)
    }

    mutating func string(_ what: String, isRaw: Bool = false) -> StringSyntax? {
        guard token.kind == .string, !isSeparated else {
            unexpected(what)
            return nil
        }
        let string = lexer.string(at: Int(token.span.start), isRaw: isRaw)
        advance()
        return string
    }
}
