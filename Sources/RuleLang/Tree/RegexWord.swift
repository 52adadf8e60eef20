internal import Patterns
internal import RequestModel

/// One way through a regex: what must follow each other, with gaps where nothing is known.
struct RegexWord {
    enum Element: Hashable {
        case byte(UInt8)
        /// A letter of either case, here in lower case.
        case folded(UInt8)
        case start, end
        /// `.*`: any text.
        case anything
        /// Some text of which no more is known, maybe none.
        case gap
    }

    var elements: [Element]

    /// More ways than these give no useful index.
    private static let maximumWays = 64
    private static let maximumCopies = 8

    /// The ways of which a match takes one.
    static func all(of node: RegexNode) -> [RegexWord] {
        expand(node).map { RegexWord(elements: $0) }
    }

    private static func expand(_ node: RegexNode) -> [[Element]] {
        switch node.kind {
        case .empty: return [[]]
        case .byte(let byte): return [[.byte(byte)]]
        case .set(let set): return [[element(of: set)]]
        case .start: return [[.start]]
        case .end: return [[.end]]
        // Nothing stands there, but not everywhere.
        case .boundary: return [[.gap]]
        case .group(let inner, _, _): return expand(inner)
        case .alternation(let branches):
            let all = branches.flatMap(expand)
            return all.count <= maximumWays ? all : [[.gap]]
        case .sequence(let parts):
            return parts.reduce([[]]) { join($0, expand($1)) }
        case .repetition(let inner, let minimum, let maximum, _):
            return repeated(inner, minimum, maximum)
        }
    }

    private static func element(of set: ByteSet) -> Element {
        let members = set.members
        if members.count == 1 { return .byte(members[0]) }
        if members.count == 2, members[0].otherCase == members[1] { return .folded(members[1]) }
        return .gap
    }

    private static func join(_ heads: [[Element]], _ tails: [[Element]]) -> [[Element]] {
        guard heads.count * tails.count <= maximumWays else { return heads.map { $0 + [.gap] } }
        return heads.flatMap { head in tails.map { head + $0 } }
    }

    private static func repeated(
        _ inner: RegexNode, _ minimum: Int, _ maximum: Int?
    ) -> [[Element]] {
        if minimum == 0, maximum == nil, inner.kind == .set(.all) { return [[.anything]] }
        if maximum == 0 { return [[]] }
        let once = expand(inner)
        if minimum == 0 {
            guard maximum == 1, once.count < maximumWays else { return [[.gap]] }
            return [[]] + once
        }
        let copies = min(minimum, maximumCopies)
        let required = (0..<copies).reduce([[]]) { heads, _ in join(heads, once) }
        return maximum == copies ? required : required.map { $0 + [.gap] }
    }
}

extension RegexWord {
    /// What a subject needs for this way, and whether that is all.
    var needs: (needs: [RegexRequirement.Need], isExact: Bool) {
        var middle = elements[...]
        var isAtStart = false
        var isAtEnd = false
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
        guard !middle.contains(.start), !middle.contains(.end) else { return ([], false) }
        let pieces = middle.split(omittingEmptySubsequences: false) {
            $0 == .gap || $0 == .anything
        }
        var needs: [RegexRequirement.Need] = []
        var isExact = pieces.count == 1
        for (index, piece) in pieces.enumerated() {
            let begins = isAtStart && index == 0
            let ends = isAtEnd && index == pieces.count - 1
            // An empty text is at the start, at the end and inside of everything.
            if piece.isEmpty, !(begins && ends) { continue }
            let (text, isFolded, isUniform) = Self.text(of: piece)
            isExact = isExact && isUniform
            let kind: RegexRequirement.Need.Kind =
                begins ? (ends ? .equals : .hasPrefix) : ends ? .hasSuffix : .contains
            needs.append(.init(kind: kind, text: text, isFolded: isFolded))
        }
        return (needs, isExact)
    }

    private static func text(
        of piece: ArraySlice<Element>
    ) -> (text: [UInt8], isFolded: Bool, isUniform: Bool) {
        var text: [UInt8] = []
        var hasFolded = false
        var hasCased = false
        for element in piece {
            switch element {
            case .byte(let byte):
                text.append(byte)
                hasCased = hasCased || byte.otherCase != nil
            case .folded(let byte):
                text.append(byte)
                hasFolded = true
            case .start, .end, .anything, .gap: break
            }
        }
        // Read in lower case, `[aA]b` also finds "aB": needed, but not enough.
        return (
            hasFolded ? text.map(asciiLowercase) : text, hasFolded, !(hasFolded && hasCased)
        )
    }
}
