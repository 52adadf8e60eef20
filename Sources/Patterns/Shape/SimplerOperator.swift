/// A string operator that says the same as a regex. The texts are any-of, each once, in the order
/// of
/// the regex; there is at least one.
package enum SimplerOperator: Hashable, Sendable {
    case equals([[UInt8]])
    case startsWith([[UInt8]])
    case endsWith([[UInt8]])
    case contains([[UInt8]])
    /// The text itself, or the text, `/` and more; without a final `/`.
    case under([UInt8])
}

/// Questions about how a regex is written, for the lints.
package enum RegexShape {
    /// The operator that finds what the regex finds; nil when there is none, when a named group
    /// makes
    /// the regex more than a condition, when case is ignored, and when it finds everything.
    package static func simplerOperator(of node: RegexNode) -> SimplerOperator? {
        guard !node.hasNamedGroup, let words = Word.all(of: node) else { return nil }
        if let base = base(ofSegments: words) { return .under(base) }
        var texts: [[UInt8]] = []
        for word in words where !texts.contains(word.text) { texts.append(word.text) }
        guard let first = words.first,
            words.allSatisfy({ $0.isAtStart == first.isAtStart && $0.isAtEnd == first.isAtEnd })
        else { return nil }
        if first.isAtStart, first.isAtEnd { return .equals(texts) }
        // An empty text is at the start, at the end and inside of everything.
        guard !texts.contains([]) else { return nil }
        if first.isAtStart { return .startsWith(texts) }
        return first.isAtEnd ? .endsWith(texts) : .contains(texts)
    }

    /// The `/api` of `^/api(/|$)`, however written.
    private static func base(ofSegments words: [Word]) -> [UInt8]? {
        guard words.count == 2, let whole = words.first(where: \.isAtEnd), !whole.text.isEmpty,
            words.contains(Word(text: whole.text, isAtStart: true, isAtEnd: true)),
            words.contains(
                Word(text: whole.text + [UInt8(ascii: "/")], isAtStart: true, isAtEnd: false)),
            whole.text.last != UInt8(ascii: "/")
        else { return nil }
        return whole.text
    }

    /// The `/api` of a regex that is exactly `^/api`, with nothing that ends the segment.
    package static func barePrefix(of node: RegexNode) -> [UInt8]? {
        guard case .startsWith(let texts) = simplerOperator(of: node), texts.count == 1,
            isBarePrefix(texts[0])
        else { return nil }
        return texts[0]
    }

    /// Whether a path prefix stops within a name: `/api` also starts `/apix`. One that ends in `-`
    /// or
    /// `.` is plainly meant to go on.
    package static func isBarePrefix(_ text: [UInt8]) -> Bool {
        guard text.first == UInt8(ascii: "/"), let last = text.last else { return false }
        return ByteSet.alphanumeric.contains(last)
    }
}

/// One text that a regex without choices looks for, and whether it must stand at the ends.
private struct Word: Hashable {
    var text: [UInt8]
    var isAtStart: Bool
    var isAtEnd: Bool
}

extension Word {
    /// More alternatives than these are no help to a reader.
    private static let limit = 16

    private enum Element: Hashable {
        case byte(UInt8)
        case start, end
        /// `.*`
        case anything
    }

    /// The words of which a subject must hold one; nil when the regex is more than that.
    static func all(of node: RegexNode) -> [Word]? {
        guard let strings = expand(node) else { return nil }
        var words: [Word] = []
        for string in strings {
            guard let word = Word(string) else { return nil }
            if !words.contains(word) { words.append(word) }
        }
        return words
    }

    private static func expand(_ node: RegexNode) -> [[Element]]? {
        switch node.kind {
        case .empty: return [[]]
        case .byte(let byte): return [[.byte(byte)]]
        case .set(let set):
            guard set.count == 1, let byte = set.members.first else { return nil }
            return [[.byte(byte)]]
        case .start: return [[.start]]
        case .end: return [[.end]]
        case .boundary: return nil
        case .group(let inner, _, _): return expand(inner)
        case .alternation(let branches):
            let all = branches.map(expand)
            guard !all.contains(nil) else { return nil }
            return limited(all.flatMap { $0 ?? [] })
        case .sequence(let parts):
            return parts.reduce([[]]) { heads, part in
                guard let heads, let tails = expand(part) else { return nil }
                return limited(heads.flatMap { head in tails.map { head + $0 } })
            }
        case .repetition(let inner, let minimum, let maximum, _):
            if minimum == 0, maximum == nil, inner.kind == .set(.all) { return [[.anything]] }
            guard minimum == 0, maximum == 1, let once = expand(inner) else { return nil }
            return limited([[]] + once)
        }
    }

    private static func limited(_ strings: [[Element]]) -> [[Element]]? {
        strings.count <= limit ? strings : nil
    }

    /// Nil when anything but the ends holds an anchor or a `.*`.
    private init?(_ elements: [Element]) {
        var middle = elements[...]
        isAtStart = false
        isAtEnd = false
        while middle.first == .start {
            isAtStart = true
            middle.removeFirst()
        }
        while middle.last == .end {
            isAtEnd = true
            middle.removeLast()
        }
        // What may follow anything may stand anywhere.
        while middle.first == .anything {
            isAtStart = false
            middle.removeFirst()
        }
        while middle.last == .anything {
            isAtEnd = false
            middle.removeLast()
        }
        text = []
        for element in middle {
            guard case .byte(let byte) = element else { return nil }
            text.append(byte)
        }
    }
}
