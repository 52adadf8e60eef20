/// The canonical layout of a file: two spaces a level, one space between tokens, arrows of
/// neighbouring rules in one column. Lines stay where the user broke them, comments where they
/// were.
/// `format(format(x)) == format(x)`, and the tokens are the same before and after.
///
/// The file must have parsed without syntax errors.
package func format(_ parsed: ParsedFile, source: [UInt8]) -> [UInt8] {
    var formatter = Formatter(source: source)
    formatter.run(FormatElement.all(of: parsed, in: source))
    return Array(Alignment.rendered(formatter.lines).utf8)
}

/// Lays elements out as lines.
private struct Formatter {
    let source: [UInt8]
    var lines: [FormatLine] = []
    private var line = FormatLine()
    private var brackets: [Bracket] = []
    private var previous: Token?
    private var mustBreak = false

    private struct Bracket {
        var isBlock: Bool
        var isMultiline: Bool
    }

    init(source: [UInt8]) { self.source = source }

    mutating func run(_ elements: [FormatElement]) {
        for (index, element) in elements.enumerated() {
            switch element.kind {
            case .comment(let comment):
                add(comment, element, next: index + 1 < elements.count ? elements[index + 1] : nil)
            case .token(let record, let isMultiline):
                add(record, isMultiline, element)
            }
        }
        flush()
    }

    private func text(_ span: SourceSpan) -> String {
        String(decoding: source[span.indices], as: UTF8.self)
    }

    private mutating func flush() {
        if !line.isEmpty { lines.append(line) }
        line = FormatLine()
    }

    // MARK: - Comments

    private mutating func add(
        _ comment: CommentSyntax, _ element: FormatElement, next: FormatElement?
    ) {
        let trimmed = text(comment.span).trimmingEnd()
        if element.newlinesBefore == 0, !line.isEmpty {
            line.comment = trimmed
            mustBreak = true
            return
        }
        flush()
        line.hasBlankBefore = element.newlinesBefore > 1 && !lines.isEmpty && !opensBlock
        line.indentation = brackets.count
        line.comment = trimmed
        flush()
        mustBreak = true
    }

    /// Whether the last line ends with the `{` of a block.
    private var opensBlock: Bool { lines.last?.opensBlock ?? false }

    // MARK: - Tokens

    private mutating func add(_ record: TokenRecord, _ isMultiline: Bool, _ element: FormatElement)
    {
        let token = record.token
        if token.kind == .semicolon {
            if brackets.last.map({ $0.isMultiline }) ?? true {
                mustBreak = true
            } else {
                line.pendingSemicolon = true
            }
            return
        }
        let isClose = record.role == .blockClose || closes(token)
        let closesLine = record.role == .blockClose && (brackets.last?.isMultiline ?? false)
        if element.newlinesBefore > 0 || mustBreak || closesLine {
            breakLine(before: token, isClose: isClose, element)
        }
        if isClose, !brackets.isEmpty { brackets.removeLast() }
        if line.pendingSemicolon, record.role != .blockClose { line.append(";", spaced: false) }
        line.pendingSemicolon = false
        let isSpaced = previous.map { needsSpace(between: $0, token) } ?? false
        line.append(text(token.span), spaced: isSpaced && !line.isEmpty)
        line.note(record, depth: brackets.count, isMultiline: isMultiline)
        mustBreak = false
        if record.role == .blockOpen || opens(token) {
            let isBlock = record.role == .blockOpen
            brackets.append(Bracket(isBlock: isBlock, isMultiline: isMultiline))
            if isBlock, isMultiline { mustBreak = true }
        }
        line.opensBlock = record.role == .blockOpen
        previous = token
    }

    private mutating func breakLine(before token: Token, isClose: Bool, _ element: FormatElement) {
        flush()
        let isBlank = element.newlinesBefore > 1 && !lines.isEmpty && !isClose && !opensBlock
        line.hasBlankBefore = isBlank
        line.indentation = brackets.count - (isClose ? 1 : 0)
        if (brackets.last?.isBlock ?? true) && !isClose && continues(token) {
            line.indentation += 1
            line.isContinuation = true
        }
        line.baseDepth = brackets.count - (isClose ? 1 : 0)
    }

    private func closes(_ token: Token) -> Bool {
        [.rightBrace, .rightParenthesis, .rightBracket].contains(token.kind)
    }

    private func opens(_ token: Token) -> Bool {
        [.leftBrace, .leftParenthesis, .leftBracket].contains(token.kind)
    }

    /// Whether a line that begins with `token` goes on with the one before.
    private func continues(_ token: Token) -> Bool {
        if [.arrow, .comma].contains(token.kind) { return true }
        if token.kind == .identifier, ["and", "or"].contains(text(token.span)) { return true }
        guard let previous else { return false }
        switch previous.kind {
        case .equal, .notEqual, .startsWith, .endsWith, .contains, .regex, .notRegex, .less,
            .lessOrEqual, .greater, .greaterOrEqual, .assign, .arrow, .comma, .colon:
            return true
        case .identifier:
            return [
                "and", "or", "not", "in", "under", "matches", "starts_with", "ends_with",
                "contains",
            ].contains(text(previous.span))
        default:
            return false
        }
    }

    private func needsSpace(between left: Token, _ right: Token) -> Bool {
        switch left.kind {
        case .leftParenthesis, .leftBracket, .at, .dollar, .dot: return false
        default: break
        }
        switch right.kind {
        case .rightParenthesis, .rightBracket, .comma, .semicolon, .dot, .leftBracket: return false
        case .colon: return false
        case .leftParenthesis:
            guard left.kind == .identifier else { return true }
            return ["and", "or", "not", "when", "in"].contains(text(left.span))
        default: return true
        }
    }
}

extension String {
    fileprivate func trimmingEnd() -> String {
        var view = self[...]
        while let last = view.last, last == " " || last == "\t" || last == "\r" {
            view.removeLast()
        }
        return String(view)
    }
}
