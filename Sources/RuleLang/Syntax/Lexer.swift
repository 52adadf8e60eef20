/// Splits one file into tokens on demand, in the mode that the parser asks for: normal, word,
/// target,
/// address, or a raw string. Never fails: what is wrong is reported and read as what was plainly
/// meant, or skipped.
struct Lexer {
    let file: FileID
    let bytes: [UInt8]
    /// Where the next token is looked for.
    var offset: Int
    var diagnostics: [Diagnostic] = []
    private(set) var comments: [CommentSyntax] = []
    /// Where something was reported: reading a place again in another mode reports nothing twice.
    private var reported: Set<Int> = []
    /// Within `${…}` of a template, where `'` quotes.
    var isInTemplate = false

    init(file: FileID, bytes: [UInt8]) {
        self.file = file
        self.bytes = bytes
        offset = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    }

    func span(_ start: Int, _ end: Int) -> SourceSpan {
        SourceSpan(file: file, start: UInt32(start), end: UInt32(end))
    }

    func byte(_ index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }

    mutating func seek(_ position: Int) { offset = position }

    /// Reports what lies at `start`, once however often the place is read.
    mutating func report(_ diagnostic: Diagnostic, at start: Int) {
        guard reported.insert(start).inserted else { return }
        diagnostics.append(diagnostic)
    }

    // MARK: - Trivia

    struct Trivia {
        var hasNewline = false
        var hasSpace = false
    }

    /// White space, line ends and comments before the next token.
    mutating func skipTrivia() -> Trivia {
        var trivia = Trivia()
        if offset == 0 || bytes[..<offset].elementsEqual([0xef, 0xbb, 0xbf]) {
            trivia.hasNewline = true
            trivia.hasSpace = true
        }
        while let byte = byte(offset) {
            switch byte {
            case 0x20, 0x09:
                offset += 1
                trivia.hasSpace = true
            case 0x0a:
                offset += 1
                trivia.hasNewline = true
                trivia.hasSpace = true
            case 0x0d where self.byte(offset + 1) == 0x0a:
                offset += 1
            case UInt8(ascii: "#"):
                comment(isSeparated: trivia.hasSpace)
            default:
                guard isSkippable(byte) else { return trivia }
                skipForeignBytes()
                trivia.hasSpace = true
            }
        }
        return trivia
    }

    private mutating func comment(isSeparated: Bool) {
        let start = offset
        var end = start
        while let byte = byte(end), byte != 0x0a { end += 1 }
        if end > start, bytes[end - 1] == 0x0d { end -= 1 }
        if !isSeparated {
            report(
                Diagnostic(
                    .unexpectedCharacter, at: span(start, start + 1),
                    "a comment needs white space before its `#`",
                    fixIt: .init(.safe, [.init(span(start, start), " ")])), at: start)
        }
        let lineStart = bytes[..<start].lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
        let isWholeLine = bytes[lineStart..<start].allSatisfy { $0 == 0x20 || $0 == 0x09 }
        if comments.last.map({ Int($0.span.start) < start }) ?? true {
            comments.append(CommentSyntax(span: span(start, end), isWholeLine: isWholeLine))
        }
        checkText(start..<end)
        offset = end
    }

    // MARK: - Bytes that no mode accepts

    private func isSkippable(_ byte: UInt8) -> Bool {
        if byte < 0x20 || byte == 0x7f { return true }
        return byte >= 0x80 && typographicQuote(at: offset) == nil
    }

    private mutating func skipForeignBytes() {
        let start = offset
        while let byte = byte(offset), isSkippable(byte), byte != 0x0a, byte != 0x09,
            !(byte == 0x0d && self.byte(offset + 1) == 0x0a)
        {
            offset += 1
        }
        if offset == start { offset += 1 }
        let message =
            switch bytes[start] {
            case 0: "a NUL byte"
            case 0x0d: "a carriage return without a line feed"
            case 0x80...: "`\(shown(start..<offset))` outside of a string or comment"
            default: "a control byte"
            }
        report(
            Diagnostic(.unexpectedCharacter, at: span(start, offset), "\(message) is not allowed"),
            at: start)
    }

    private func shown(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    /// Bytes of strings and comments: UTF-8, no control bytes but tab.
    mutating func checkText(_ range: Range<Int>) {
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            if byte >= 0x80 {
                let length = utf8Length(at: index, end: range.upperBound)
                if length == 0 {
                    report(
                        Diagnostic(
                            .unexpectedCharacter, at: span(index, index + 1),
                            "this byte is not valid UTF-8"), at: index)
                }
                index += max(1, length)
                continue
            }
            if byte == 0 || byte == 0x0d || (byte < 0x20 && byte != 0x09) || byte == 0x7f {
                let name = byte == 0 ? "NUL" : byte == 0x0d ? "carriage return" : "control"
                report(
                    Diagnostic(
                        .unexpectedCharacter, at: span(index, index + 1),
                        "a \(name) byte is not allowed"), at: index)
            }
            index += 1
        }
    }

    /// Length of the UTF-8 sequence at `index`, 0 when it is not valid (RFC 3629).
    private func utf8Length(at index: Int, end: Int) -> Int {
        let length: Int
        switch bytes[index] {
        case 0xc2...0xdf: length = 2
        case 0xe0...0xef: length = 3
        case 0xf0...0xf4: length = 4
        default: return 0
        }
        guard index + length <= end else { return 0 }
        // Decoding repairs what is broken, so what comes back unchanged was valid: a length is not
        // enough, U+FFFD and a byte behind it are as long as four bytes.
        let sequence = bytes[index..<index + length]
        return String(decoding: sequence, as: UTF8.self).utf8.elementsEqual(sequence) ? length : 0
    }

    /// “ ” ‘ ’, each three bytes.
    func typographicQuote(at index: Int) -> Int? {
        guard index + 2 < bytes.count, bytes[index] == 0xe2, bytes[index + 1] == 0x80,
            [0x98, 0x99, 0x9c, 0x9d].contains(bytes[index + 2])
        else { return nil }
        return 3
    }
}
