/// A token or comment with the line breaks that stood before it.
struct FormatElement {
    enum Kind {
        /// `isMultiline`: of an opening bracket, whether its partner is on another line.
        case token(TokenRecord, isMultiline: Bool)
        case comment(CommentSyntax)
    }

    var kind: Kind
    var newlinesBefore: Int

    var span: SourceSpan {
        switch kind {
        case .token(let record, _): record.token.span
        case .comment(let comment): comment.span
        }
    }

    static func all(of parsed: ParsedFile, in source: [UInt8]) -> [FormatElement] {
        let multiline = multilineBrackets(parsed.tokens, in: source)
        var elements = parsed.tokens.enumerated().map { index, record in
            FormatElement(
                kind: .token(record, isMultiline: multiline.contains(index)), newlinesBefore: 0)
        }
        elements += parsed.comments.map { FormatElement(kind: .comment($0), newlinesBefore: 0) }
        elements.sort { $0.span.start < $1.span.start }
        var end = 0
        for index in elements.indices {
            let start = Int(elements[index].span.start)
            elements[index].newlinesBefore = source[min(end, start)..<start].count { $0 == 0x0a }
            end = Int(elements[index].span.end)
        }
        return elements
    }

    /// Indices of opening brackets whose partner stands on another line.
    private static func multilineBrackets(
        _ tokens: [TokenRecord], in source: [UInt8]
    ) -> Set<Int> {
        var open: [Int] = []
        var result: Set<Int> = []
        for (index, record) in tokens.enumerated() {
            switch record.token.kind {
            case .leftBrace, .leftParenthesis, .leftBracket:
                open.append(index)
            case .rightBrace, .rightParenthesis, .rightBracket:
                guard let partner = open.popLast() else { continue }
                let range = tokens[partner].token.span.end..<record.token.span.start
                if source[Int(range.lowerBound)..<Int(range.upperBound)].contains(0x0a) {
                    result.insert(partner)
                }
            default: break
            }
        }
        return result
    }
}

/// One line of output.
struct FormatLine {
    var indentation = 0
    var text = ""
    var comment: String?
    var hasBlankBefore = false
    var isContinuation = false
    var opensBlock = false
    var pendingSemicolon = false
    /// Bracket depth at the start of the line.
    var baseDepth = 0
    /// Where the part that is aligned with the neighbours begins, and what it is.
    var mark: (kind: Mark, offset: Int)?
    private var first: String?

    /// What neighbouring lines align.
    enum Mark: Equatable {
        case arrow
        /// The `{` of a one-line pool.
        case brace
        /// The `=` of `let` and `set`.
        case assign
    }

    var isEmpty: Bool { text.isEmpty && comment == nil }

    mutating func append(_ piece: String, spaced: Bool) {
        if spaced { text += " " }
        text += piece
    }

    /// Remembers the mark; called right after the token's text was appended.
    mutating func note(_ record: TokenRecord, depth: Int, isMultiline: Bool) {
        let offset = text.utf8.count - record.token.span.indices.count
        if first == nil { first = text }
        guard mark == nil, depth == baseDepth, offset > 0, !isContinuation else { return }
        switch record.token.kind {
        case .arrow: mark = (.arrow, offset)
        case .leftBrace where record.role == .blockOpen && first == "pool" && !isMultiline:
            mark = (.brace, offset)
        case .assign where first == "let" || first == "set": mark = (.assign, offset)
        default: break
        }
    }
}
