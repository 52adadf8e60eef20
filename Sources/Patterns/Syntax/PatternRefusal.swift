/// What PCRE2 would accept and the rule language does not (language.md, Semantics 7), because it
/// changes what `^`, `$` or "the match" mean, steers the engine, or fails silently in bytes.
enum PatternRefusal: Hashable {
    case multiline
    case endBeforeNewline
    case searchStart
    case matchReset
    case callout
    case verb
    case newlineSequence
    case graphemeCluster
    case anyUnit
    case multibyteInClass
    case multibyteRepeated
    case nul

    /// The first refused item of a pattern.
    static func first(in pattern: [UInt8]) -> PatternError? {
        if let nul = pattern.firstIndex(of: 0) {
            return PatternRefusal.nul.error(at: nul..<nul + 1)
        }
        var lexer = PatternLexer(pattern)
        var previous: PatternToken?
        while let token = lexer.next() {
            if case .refused(let refusal) = token.kind { return refusal.error(at: token.span) }
            if case .quantifier = token.kind, let character = previous?.multibyteTail(in: pattern) {
                return PatternRefusal.multibyteRepeated.error(
                    at: character.lowerBound..<token.span.upperBound)
            }
            previous = token
        }
        return nil
    }

    private func error(at span: Range<Int>) -> PatternError {
        PatternError(
            message: message, help: help, offset: span.lowerBound, length: span.count)
    }

    private var message: String {
        switch self {
        case .multiline: "option `m` is not supported: `^` and `$` stand for the whole value's ends"
        case .endBeforeNewline: "`\\Z` is not supported: it also matches before a final newline"
        case .searchStart: "`\\G` is not supported: a search always begins at the start"
        case .matchReset: "`\\K` is not supported: it changes where the match begins"
        case .callout: "callouts are not supported"
        case .verb: "`(*…)` is not supported: the options and the search are fixed"
        case .newlineSequence: "`\\R` is not supported: it matches more than one character"
        case .graphemeCluster: "`\\X` is not supported: patterns match bytes, not characters"
        case .anyUnit: "`\\C` is not supported"
        case .multibyteInClass:
            "a character beyond ASCII cannot stand in a class: it is several bytes"
        case .multibyteRepeated:
            "a character beyond ASCII cannot be repeated by itself: only its last byte would be"
        case .nul: "a pattern cannot hold a NUL byte"
        }
    }

    private var help: String? {
        switch self {
        case .multiline, .callout: "leave it out"
        case .endBeforeNewline: "write `$` or `\\z`"
        case .searchStart: "write `^`"
        case .matchReset: "put what you want into a named capture, `(?<name>…)`"
        case .verb: "write `(?i)` for case; other assertions have `(?…)` forms"
        case .newlineSequence: "write `\\r?\\n`"
        case .graphemeCluster, .anyUnit: "write `.` for any byte"
        case .multibyteInClass: "write an alternation, `(?:é|è)`"
        case .multibyteRepeated: "put the character into a group, `(?:é)+`"
        case .nul: "write `\\x00`"
        }
    }
}

extension PatternToken {
    /// The character whose last byte this is, when it has several bytes.
    fileprivate func multibyteTail(in pattern: [UInt8]) -> Range<Int>? {
        guard isRawByte, pattern[span.lowerBound] >= 0x80 else { return nil }
        var start = span.lowerBound
        while start > 0, pattern[start] & 0xC0 == 0x80 { start -= 1 }
        return start..<span.upperBound
    }
}
