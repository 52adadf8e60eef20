/// The modes.
extension Lexer {
    /// The next token in normal mode.
    mutating func next() -> Token {
        let trivia = skipTrivia()
        let start = offset
        let kind = normalKind()
        return Token(
            kind: kind, span: span(start, offset), isAfterNewline: trivia.hasNewline,
            isAfterSpace: trivia.hasSpace)
    }

    private mutating func normalKind() -> Token.Kind {
        guard let first = byte(offset) else { return .endOfFile }
        switch first {
        case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"):
            skipString(isRaw: false)
            return .string
        case _ where first.isNameStart:
            let start = offset
            offset = endOfIdentifier(from: offset)
            takeForeignLetters(from: start)
            return .identifier
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            offset = endOfWord(from: offset)
            return .word
        case _ where first >= 0x80:
            skipString(isRaw: false)
            return .string
        default:
            return symbol(first)
        }
    }

    private mutating func symbol(_ first: UInt8) -> Token.Kind {
        if let second = byte(offset + 1),
            let kind = Token.Kind(rawValue: String(decoding: [first, second], as: UTF8.self))
        {
            offset += 2
            return kind
        }
        if let kind = Token.Kind(rawValue: String(decoding: [first], as: UTF8.self)) {
            offset += 1
            return kind
        }
        // `|` and `&` alone are read as `||` and `&&`: both mean the same mistake.
        offset += 1
        if first == UInt8(ascii: "|") { return .bars }
        if first == UInt8(ascii: "&") { return .ampersands }
        return .invalid
    }

    /// Letters of other alphabets inside of a word belong to it: one mistake is one finding.
    private mutating func takeForeignLetters(from start: Int) {
        var first: Int?
        while let byte = byte(offset), byte >= 0x80, typographicQuote(at: offset) == nil {
            first = first ?? offset
            var end = offset
            while let byte = self.byte(end), byte >= 0x80 { end += 1 }
            offset = max(end, endOfIdentifier(from: end))
        }
        guard let first else { return }
        let word = String(decoding: bytes[start..<offset], as: UTF8.self)
        report(
            Diagnostic(
                .unexpectedCharacter, at: span(first, offset),
                "`\(word)` has letters that are not ASCII"), at: first)
    }

    func endOfIdentifier(from start: Int) -> Int {
        var end = start
        while let byte = byte(end) {
            if byte.isNameByte {
                end += 1
                continue
            }
            guard byte == UInt8(ascii: "-") else { return end }
            var next = end
            while self.byte(next) == UInt8(ascii: "-") { next += 1 }
            guard let after = self.byte(next), after.isNameByte else { return end }
            end = next
        }
        return end
    }

    func endOfWord(from start: Int) -> Int {
        var end = start
        while let byte = byte(end), byte.isWordByte, !isArrow(at: end) { end += 1 }
        return end
    }

    private func isArrow(at index: Int) -> Bool {
        bytes[index] == UInt8(ascii: "-") && byte(index + 1) == UInt8(ascii: ">")
    }

    /// A word at `start`: a run without white space, brackets, `,`, `;`, `"`, `#` and `->`.
    mutating func word(at start: Int) -> SourceSpan {
        offset = endOfWord(from: start)
        return span(start, offset)
    }

    /// Like a word, but brackets belong to it: `[::1]:80`.
    mutating func address(at start: Int) -> SourceSpan {
        var end = start
        while let byte = byte(end), byte.isWordByte || byte == 0x5b || byte == 0x5d,
            !isArrow(at: end)
        {
            end += 1
        }
        offset = end
        return span(start, end)
    }

    /// A request-target: ends at white space, `->`, `{ } " # < >`.
    mutating func target(at start: Int) -> SourceSpan {
        var end = start
        while let byte = byte(end), byte > 0x20, byte < 0x7f, !isArrow(at: end),
            ![0x7b, 0x7d, 0x22, 0x23, 0x3c, 0x3e].contains(byte)
        {
            end += 1
        }
        offset = end
        return span(start, end)
    }
}

extension UInt8 {
    var isASCIIDigit: Bool { self &- 0x30 < 10 }

    var isNameStart: Bool { (self | 0x20) &- 0x61 < 26 || self == UInt8(ascii: "_") }

    var isNameByte: Bool { isNameStart || isASCIIDigit }

    /// A byte of a word: no white space, no bracket, none of `, ; " #`.
    var isWordByte: Bool {
        self > 0x20 && self < 0x7f
            && ![0x7b, 0x7d, 0x28, 0x29, 0x5b, 0x5d, 0x2c, 0x3b, 0x22, 0x23]
                .contains(self)
    }

    var hexValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x37
        case 0x61...0x66: self - 0x57
        default: nil
        }
    }
}
