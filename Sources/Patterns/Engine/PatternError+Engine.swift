internal import CPCRE2

extension PatternError {
    static func duplicateName(_ name: String, at span: Range<Int>) -> PatternError {
        PatternError(
            message: "capture `\(name)` is named twice",
            help: "give each capture a name of its own",
            offset: span.lowerBound, length: span.count)
    }

    /// Translates a compile error. The engine reports how far it had read; where the fault lies
    /// before that point, it is looked up.
    init(engineCode: Int32, offset: Int, in pattern: [UInt8]) {
        let offset = min(offset, pattern.count)
        switch engineCode {
        case PCRE2_ERROR_MISSING_CLOSING_PARENTHESIS:
            let opener = PatternLexer.unclosedGroup(in: pattern) ?? offset
            self.init(message: "this `(` is never closed", offset: opener, length: 1)
        case PCRE2_ERROR_UNMATCHED_CLOSING_PARENTHESIS:
            let place = pattern.last(before: offset + 1, where: { $0 == UInt8(ascii: ")") })
            self.init(
                message: "this `)` closes nothing", help: "write `\\)` for the character itself",
                offset: place ?? offset, length: 1)
        case PCRE2_ERROR_MISSING_SQUARE_BRACKET:
            let opener = PatternLexer.unclosedClass(in: pattern) ?? offset
            self.init(
                message: "this `[` is never closed", help: "write `\\[` for the character itself",
                offset: opener, length: 1)
        case PCRE2_ERROR_QUANTIFIER_INVALID:
            let place = PatternLexer.quantifier(around: offset, in: pattern)
            self.init(
                message: "there is nothing here to repeat",
                help: "write a backslash before the quantifier for the character itself",
                offset: place?.lowerBound ?? offset, length: place?.count ?? 1)
        case PCRE2_ERROR_END_BACKSLASH:
            self.init(
                message: "a pattern cannot end in a single backslash",
                offset: max(0, pattern.count - 1), length: min(1, pattern.count))
        case PCRE2_ERROR_DUPLICATE_SUBPATTERN_NAME:
            self =
                PatternLexer.firstDuplicate(in: pattern)
                ?? PatternError(
                    message: "a capture is named twice", offset: offset,
                    length: offset < pattern.count ? 1 : 0)
        default:
            self.init(
                message: engineMessage(engineCode), offset: offset,
                length: offset < pattern.count ? 1 : 0)
        }
    }
}

private func engineMessage(_ code: Int32) -> String {
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = unsafe buffer.withUnsafeMutableBufferPointer {
        unsafe pcre2_get_error_message_8(code, $0.baseAddress!, $0.count)
    }
    guard count > 0 else { return "the regex is not valid" }
    return String(decoding: buffer.prefix(Int(count)), as: UTF8.self)
}

extension [UInt8] {
    fileprivate func last(before end: Int, where isWanted: (UInt8) -> Bool) -> Int? {
        prefix(end).lastIndex(where: isWanted)
    }
}
