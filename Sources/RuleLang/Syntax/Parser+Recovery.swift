/// Blocks, and going on after a mistake.
extension Parser {
    /// Words that begin an item and nothing inside a block (but `set`, which is told apart by what
    /// follows).
    private static let itemWords: Set<String> = [
        "include", "listen", "pool", "split", "let", "table", "modifiers", "rules", "test",
        "assert", "limits", "timeouts", "log", "defaults", "trusted_proxies", "admin", "workers",
    ]

    /// Whether the present token stands at the start of a line and plainly begins an item: the
    /// block around it was never closed.
    func isAtItem(insideRules: Bool = false, holdsStatements: Bool = true) -> Bool {
        guard token.isAfterNewline, token.kind == .identifier, isInFirstColumn else { return false }
        let word = text(token)
        if insideRules, ["test", "assert"].contains(word) { return false }
        guard Self.itemWords.contains(word) || word == "when" && !holdsStatements else {
            return false
        }
        return byteBehind.map { $0.isNameByte || [0x22, 0x7b, 0x3a, 0x5b].contains($0) } ?? false
            && byteBehind != UInt8(ascii: ".")
    }

    private var isInFirstColumn: Bool {
        let start = Int(token.span.start)
        return start == 0 || lexer.bytes[start - 1] == 0x0a
    }

    /// Skips what is left of a statement or entry: up to a separator outside of the brackets that
    /// open on the way.
    mutating func recover() {
        groupDepth = 0
        if token.span.start == statementStart { advance() }
        var depth = 0
        while token.kind != .endOfFile {
            if isAtItem() { return }
            if depth == 0 {
                if token.isAfterNewline, !isContinuation { return }
                if token.kind == .semicolon || token.kind == .rightBrace { return }
            }
            switch token.kind {
            case .leftBrace, .leftParenthesis, .leftBracket: depth += 1
            case .rightBrace, .rightParenthesis, .rightBracket: depth = max(0, depth - 1)
            default: break
            }
            advance()
        }
    }

    /// A line that starts so goes on with the line before.
    private var isContinuation: Bool {
        switch token.kind {
        case .arrow, .comma, .rightParenthesis: true
        case .identifier: ["and", "or"].contains(text(token))
        default: false
        }
    }

    /// Runs `parse` with newlines insignificant.
    mutating func grouped<Result>(_ parse: (inout Parser) -> Result) -> Result {
        let outer = groupDepth
        groupDepth += 1
        defer { groupDepth = outer }
        return parse(&self)
    }

    /// Whether the block of a header begins here: its `{` on the header's line.
    var isAtBlock: Bool {
        token.kind == .leftBrace
    }

    /// `{ entry SEP entry }`. `entry` returns whether it could be read; its rest is skipped if not.
    /// Returns the span of the block, nil if there is none.
    mutating func block(
        _ what: String, insideRules: Bool = false, holdsStatements: Bool = false,
        needsSeparator: Bool = true, _ entry: (inout Parser) -> Bool
    ) -> SourceSpan? {
        guard token.kind == .leftBrace else {
            unexpected("`{` of \(what)")
            return nil
        }
        let outer = groupDepth
        groupDepth = 0
        defer { groupDepth = outer }
        let open = token.span
        if token.isAfterNewline {
            report(
                Diagnostic(
                    .braceOnNextLine, at: open, "the `{` of a block stands on its header's line",
                    fixIt: .init(
                        .safe,
                        [
                            .init(
                                SourceSpan(
                                    file: open.file, start: UInt32(lastEnd), end: open.end), " {")
                        ])))
        }
        advance(.blockOpen)
        while isInside(open, what, insideRules, holdsStatements) {
            let start = token.span.start
            statementStart = start
            if !entry(&self) {
                recover()
            } else if needsSeparator, !isAtEnd {
                unexpected("a new line or `;`")
                recover()
            }
            if token.span.start == start { advance() }
        }
        return span(from: open)
    }

    /// Whether another entry of the block begins here; takes the block's `}` or reports that it is
    /// missing.
    private mutating func isInside(
        _ open: SourceSpan, _ what: String, _ insideRules: Bool, _ holdsStatements: Bool
    ) -> Bool {
        while token.kind == .semicolon { advance() }
        if token.kind == .rightBrace {
            advance(.blockClose)
            return false
        }
        let isAtNextItem = isAtItem(insideRules: insideRules, holdsStatements: holdsStatements)
        guard token.kind == .endOfFile || isAtNextItem else { return true }
        assumedClosed += 1
        report(
            Diagnostic(
                .unclosed, at: open, "the `{` of \(what) is never closed",
                labels: [.init(emptySpan(at: lastEnd), "`}` is missing here")]))
        return false
    }

    func emptySpan(at offset: Int) -> SourceSpan {
        SourceSpan(file: lexer.file, start: UInt32(offset), end: UInt32(offset))
    }

    /// Runs `parse` one level deeper; over the limit it reports and gives nil.
    mutating func nested<Result>(_ parse: (inout Parser) -> Result?) -> Result? {
        guard nesting < Self.nestingLimit else {
            report(
                Diagnostic(
                    .nestingTooDeep, at: token.span,
                    "nested more than \(Self.nestingLimit) levels deep",
                    help: "give parts of the condition names with `let`"))
            return nil
        }
        nesting += 1
        defer { nesting -= 1 }
        return parse(&self)
    }

    /// Reports a word that the language does not have, with the nearest one it has.
    mutating func unknownWord(_ kind: String, among known: some Sequence<String>) {
        guard !isForeign(token) else { return }
        let word = text(token)
        let near = nearest(word, among: known)
        report(
            Diagnostic(
                .unknownWord, at: token.span, "there is no \(kind) `\(word)`",
                help: near.map { "did you mean `\($0)`?" },
                fixIt: near.map { .init(.displayOnly, [.init(token.span, $0)]) }))
    }

    mutating func notSupported(_ what: String) {
        report(
            Diagnostic(
                .notSupported, at: token.span, "`\(what)` is not supported yet",
                help: "this version refuses it rather than ignore it"))
    }
}
