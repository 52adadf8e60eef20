// What can be told from the items of a pattern, regular or not.

extension RegexShape {
    /// The places of unescaped dots that look like dots of a text: `example.com`, `logo.png`,
    /// `v1.2`. A dot beside a single letter may well be meant, unless a file extension follows or
    /// the
    /// same name goes on to a dot that looks literal (`a.example.com`).
    package static func literalLookingDots(in pattern: [UInt8]) -> [Int] {
        let tokens = PatternLexer.items(of: pattern)
        let dots = tokens.indices.compactMap { Dot(tokens, $0, pattern) }
        var literal = Set(dots.filter(\.looksLiteral).map(\.index))
        for dot in dots where literal.contains(dot.index - dot.left.count - 1) {
            literal.insert(dot.index)
        }
        for dot in dots.reversed() where literal.contains(dot.index + dot.right.count + 1) {
            literal.insert(dot.index)
        }
        return literal.sorted().map { tokens[$0].span.lowerBound }
    }

    /// An unescaped dot between two words.
    private struct Dot {
        /// Its item.
        var index: Int
        /// The words beside it, the left one backwards.
        var left: [UInt8]
        var right: [UInt8]

        init?(_ tokens: [PatternToken], _ index: Int, _ pattern: [UInt8]) {
            let span = tokens[index].span
            guard case .set = tokens[index].kind, span.count == 1,
                pattern[span.lowerBound] == UInt8(ascii: ".")
            else { return nil }
            self.index = index
            left = word(tokens[..<index].reversed(), from: span.lowerBound, step: -1)
            right = word(tokens[(index + 1)...], from: span.upperBound, step: 1)
            let behind = index + 1 + right.count
            if behind < tokens.count, case .quantifier = tokens[behind].kind { _ = right.popLast() }
            guard !left.isEmpty, !right.isEmpty else { return nil }
        }

        var looksLiteral: Bool {
            if ByteSet.digit.contains(left[0]), ByteSet.digit.contains(right[0]) { return true }
            if left.count >= 2, right.count >= 2 { return true }
            return extensions.contains(String(decoding: right, as: UTF8.self).lowercased())
        }
    }

    /// The run of letters, digits, `_` and `-` that begins at `from` and goes in one direction.
    private static func word(
        _ tokens: some Sequence<PatternToken>, from: Int, step: Int
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

    /// Whether a regex finds its text anywhere although it begins like a whole value: its first
    /// item
    /// (in groups or not) is the first byte of `text`, the rest follows, and no `^` stands
    /// anywhere.
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
