// What can be told from the items of a pattern, regular or not.

extension RegexShape {
    /// The places of unescaped dots that look like dots of a text: `example.com`, `logo.png`,
    /// `v1.2`. A dot between letters where one of the two sides is a single letter may well be meant,
    /// unless a file extension follows.
    package static func literalLookingDots(in pattern: [UInt8]) -> [Int] {
        let tokens = PatternLexer.items(of: pattern)
        return tokens.indices.filter { isLiteralLookingDot(tokens, $0, pattern) }
            .map { tokens[$0].span.lowerBound }
    }

    private static func isLiteralLookingDot(
        _ tokens: [PatternToken], _ index: Int, _ pattern: [UInt8]
    ) -> Bool {
        let span = tokens[index].span
        guard case .set = tokens[index].kind, span.count == 1,
            pattern[span.lowerBound] == UInt8(ascii: ".")
        else { return false }
        let left = word(tokens[..<index].reversed(), pattern, from: span.lowerBound, step: -1)
        var right = word(tokens[(index + 1)...], pattern, from: span.upperBound, step: 1)
        let behind = index + 1 + right.count
        if behind < tokens.count, case .quantifier = tokens[behind].kind { _ = right.popLast() }
        guard let before = left.first, let after = right.first else { return false }
        if ByteSet.digit.contains(before), ByteSet.digit.contains(after) { return true }
        if left.count >= 2, right.count >= 2 { return true }
        return extensions.contains(String(decoding: right, as: UTF8.self).lowercased())
    }

    /// The run of letters, digits, `_` and `-` that begins at `from` and goes in one direction.
    private static func word(
        _ tokens: some Sequence<PatternToken>, _ pattern: [UInt8], from: Int, step: Int
    ) -> [UInt8] {
        let members = ByteSet.word | ByteSet([UInt8(ascii: "-")])
        var place = from
        var bytes: [UInt8] = []
        for token in tokens {
            guard token.isRawByte, case .byte(let byte) = token.kind, members.contains(byte),
                place == (step > 0 ? token.span.lowerBound : token.span.upperBound)
            else { break }
            bytes.append(byte)
            place += step
        }
        return bytes
    }

    private static let extensions: Set<String> = [
        "avif", "bmp", "css", "csv", "gif", "gz", "htm", "html", "ico", "jpeg", "jpg", "js", "json",
        "map", "md", "mjs", "mp3", "mp4", "pdf", "php", "png", "svg", "tar", "ttf", "txt", "wasm",
        "webm", "webp", "woff", "woff2", "xml", "zip",
    ]

    /// Whether a regex finds its text anywhere although it begins like a whole value: its first item
    /// (in groups or not) is the first byte of `text`, the rest follows, and no `^` stands anywhere.
    package static func isUnanchored(_ pattern: [UInt8], beginningWith text: String) -> Bool {
        let tokens = PatternLexer.items(of: pattern)
        guard !tokens.contains(where: { $0.kind == .assertion(.start) }) else { return false }
        let wanted = Array(text.utf8)
        let rest = tokens.drop { $0.kind == .open(.plain) || $0.isCapture }
        guard rest.prefix(wanted.count).map(\.kind) == wanted.map(PatternToken.Kind.byte) else {
            return false
        }
        if case .quantifier? = rest.dropFirst(wanted.count).first?.kind { return false }
        return true
    }

    /// Whether a `|` stands outside of all groups: a `^` in front would hold for one branch only.
    package static func hasTopLevelAlternatives(_ pattern: [UInt8]) -> Bool {
        var depth = 0
        return PatternLexer.items(of: pattern).contains { token in
            switch token.kind {
            case .open: depth += 1
            case .close: depth -= 1
            case .bar: return depth == 0
            default: break
            }
            return false
        }
    }
}

extension PatternLexer {
    fileprivate static func items(of pattern: [UInt8]) -> [PatternToken] {
        var lexer = PatternLexer(pattern)
        var items: [PatternToken] = []
        while let token = lexer.next() { items.append(token) }
        return items
    }
}

extension PatternToken {
    fileprivate var isCapture: Bool {
        if case .open(.capture) = kind { true } else { false }
    }
}
