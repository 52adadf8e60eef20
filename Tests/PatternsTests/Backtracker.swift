import Patterns

/// The plainest matcher that can be written over `RegexNode`: the reader's tree is right when this
/// agrees with PCRE2 on the pattern's text.
struct Backtracker {
    private let subject: [UInt8]
    private var steps = 0
    private(set) var gaveUp = false
    private(set) var groups: [Int: Range<Int>] = [:]

    /// Enough for any pattern of the tests that does not explode.
    private static let limit = 50_000

    init(_ subject: [UInt8]) { self.subject = subject }

    /// The leftmost match, preferences as written. Meaningless when it gave up.
    mutating func search(_ node: RegexNode) -> Range<Int>? {
        for start in 0...subject.count {
            groups = [:]
            var end = start
            if match(
                node, start,
                {
                    end = $1
                    return true
                })
            {
                return start..<end
            }
        }
        return nil
    }

    private typealias Next = (inout Backtracker, Int) -> Bool

    private mutating func match(_ node: RegexNode, _ at: Int, _ next: Next) -> Bool {
        steps += 1
        guard steps < Self.limit else {
            gaveUp = true
            return false
        }
        switch node.kind {
        case .empty: return next(&self, at)
        case .byte(let byte):
            return at < subject.count && subject[at] == byte && next(&self, at + 1)
        case .set(let set):
            return at < subject.count && set.contains(subject[at]) && next(&self, at + 1)
        case .start: return at == 0 && next(&self, at)
        case .end: return at == subject.count && next(&self, at)
        case .boundary(let isNegated):
            return (isWord(at - 1) != isWord(at)) != isNegated && next(&self, at)
        case .sequence(let parts): return match(parts[...], at, next)
        case .alternation(let branches):
            return branches.contains { match($0, at, next) }
        case .group(let inner, let number, _):
            return group(inner, number, at, next)
        case .repetition(let inner, let minimum, let maximum, let isLazy):
            let range = minimum...(maximum ?? .max)
            return repetition(inner, range, isLazy, count: 0, at, next)
        }
    }

    private func isWord(_ place: Int) -> Bool {
        guard subject.indices.contains(place) else { return false }
        switch subject[place] {
        case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: return true
        default: return false
        }
    }

    private mutating func match(_ parts: ArraySlice<RegexNode>, _ at: Int, _ next: Next) -> Bool {
        guard let first = parts.first else { return next(&self, at) }
        return match(first, at) { $0.match(parts.dropFirst(), $1, next) }
    }

    private mutating func group(
        _ inner: RegexNode, _ number: Int?, _ at: Int, _ next: Next
    ) -> Bool {
        guard let number else { return match(inner, at, next) }
        return match(inner, at) { matcher, end in
            let before = matcher.groups[number]
            matcher.groups[number] = at..<end
            if next(&matcher, end) { return true }
            matcher.groups[number] = before
            return false
        }
    }

    private mutating func repetition(
        _ inner: RegexNode, _ range: ClosedRange<Int>, _ isLazy: Bool, count: Int, _ at: Int,
        _ next: Next
    ) -> Bool {
        func once(_ matcher: inout Backtracker) -> Bool {
            guard count < range.upperBound else { return false }
            return matcher.match(inner, at) { matcher, end in
                // A round that takes nothing is the last one.
                if end == at, count + 1 >= range.lowerBound { return next(&matcher, end) }
                return matcher.repetition(inner, range, isLazy, count: count + 1, end, next)
            }
        }
        if count < range.lowerBound { return once(&self) }
        if isLazy { return next(&self, at) || once(&self) }
        return once(&self) || next(&self, at)
    }
}
