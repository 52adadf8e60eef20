/// The position automaton of a regex (Glushkov 1961): a state for each place of the pattern that
/// takes a byte, with the number of ways from one to the next. Two ways between the same places are
/// two choices for a backtracking engine: `(a+)+` has one state and two edges from it to itself.
/// Anchors are taken as empty, counted repetitions are written out.
struct PositionAutomaton {
    struct Edge: Hashable {
        var target: Int
        /// One way, or more.
        var isMultiple: Bool
    }

    /// The bytes that each position takes.
    private(set) var sets: [ByteSet] = []
    private(set) var edges: [[Edge]] = []
    /// Positions that can be first, and last.
    private(set) var first: [Int] = []
    private(set) var last: Set<Int> = []

    /// What a part of the pattern begins and ends with.
    private struct Part {
        var first: [Int] = []
        var last: [Int] = []
        var isNullable = true
    }

    private static let most = 200

    /// nil when the automaton would have more than 200 positions.
    init?(_ node: RegexNode) {
        guard let part = add(node) else { return nil }
        first = part.first
        last = Set(part.last)
    }

    private mutating func add(_ node: RegexNode) -> Part? {
        switch node.kind {
        case .empty, .start, .end, .boundary: return Part()
        case .byte(let byte): return addPosition(ByteSet(CollectionOfOne(byte)))
        case .set(let set): return addPosition(set)
        case .group(let inner, _, _): return add(inner)
        case .sequence(let parts):
            var whole = Part()
            for part in parts {
                guard let next = add(part) else { return nil }
                whole = join(whole, next)
            }
            return whole
        case .alternation(let branches):
            var whole = Part(isNullable: false)
            for branch in branches {
                guard let part = add(branch) else { return nil }
                whole.first += part.first
                whole.last += part.last
                whole.isNullable = whole.isNullable || part.isNullable
            }
            return whole
        case .repetition(let inner, let minimum, let maximum, _):
            return addRepetition(inner, minimum, maximum)
        }
    }

    private mutating func addPosition(_ set: ByteSet) -> Part? {
        guard sets.count < Self.most else { return nil }
        sets.append(set)
        edges.append([])
        let position = sets.count - 1
        return Part(first: [position], last: [position], isNullable: false)
    }

    private mutating func addRepetition(
        _ inner: RegexNode, _ minimum: Int, _ maximum: Int?
    ) -> Part? {
        var whole = Part()
        for _ in 0..<(maximum == nil ? max(0, minimum - 1) : minimum) {
            guard let part = add(inner) else { return nil }
            whole = join(whole, part)
        }
        if let maximum {
            for _ in minimum..<max(minimum, maximum) {
                guard var part = add(inner) else { return nil }
                part.isNullable = true
                whole = join(whole, part)
            }
        } else {
            guard var part = add(inner) else { return nil }
            connect(part.last, part.first)
            if minimum == 0 { part.isNullable = true }
            whole = join(whole, part)
        }
        return whole
    }

    private mutating func join(_ left: Part, _ right: Part) -> Part {
        connect(left.last, right.first)
        return Part(
            first: left.isNullable ? left.first + right.first : left.first,
            last: right.isNullable ? left.last + right.last : right.last,
            isNullable: left.isNullable && right.isNullable)
    }

    private mutating func connect(_ sources: [Int], _ targets: [Int]) {
        for source in sources {
            for target in targets {
                if let known = edges[source].firstIndex(where: { $0.target == target }) {
                    edges[source][known].isMultiple = true
                } else {
                    edges[source].append(Edge(target: target, isMultiple: false))
                }
            }
        }
    }
}

extension PositionAutomaton {
    /// The shortest text that leads from one of `starts`, which it takes itself, to a position that
    /// is wanted; nil when none does.
    func word(from starts: [Int], to isWanted: (Int) -> Bool) -> [UInt8]? {
        var previous = [Int](repeating: -2, count: sets.count)
        var open = starts.filter { !sets[$0].isEmpty }
        for start in open { previous[start] = -1 }
        var index = 0
        while index < open.count {
            let place = open[index]
            index += 1
            if isWanted(place) {
                var word: [UInt8] = []
                var at = place
                while at >= 0 {
                    word.append(sets[at].usualMember)
                    at = previous[at]
                }
                return word.reversed()
            }
            for edge in edges[place]
            where previous[edge.target] == -2 && !sets[edge.target].isEmpty {
                previous[edge.target] = place
                open.append(edge.target)
            }
        }
        return nil
    }
}

extension ByteSet {
    /// A member that a reader can read, if there is one; the set is not empty.
    var usualMember: UInt8 {
        for byte in [UInt8(ascii: "a"), UInt8(ascii: "0"), UInt8(ascii: "A")] where contains(byte) {
            return byte
        }
        return members.first { (0x21...0x7E).contains($0) } ?? members.first ?? 0
    }
}
