/// What nodes can branch on.
struct Dimension: Hashable {
    enum Kind: UInt8 { case hash, prefix, suffix, gram, interval, headers, cookies, parameters }

    var kind: Kind
    var term: UInt32
}

/// A value that a rule needs in some dimension. Grams stand in lower case.
struct CoverKey: Hashable {
    var dimension: UInt32
    var text = LiteralText(offset: 0, length: 0)
    /// Of prefixes and suffixes: the whole value.
    var isWhole = false
    /// Of intervals, both included; `low` is the slot of a name that must be present.
    var low: Int64 = 0
    var high: Int64 = 0

    /// Enough of it to tell keys apart; hashing all of it is what building takes its time for.
    func hash(into hasher: inout Hasher) {
        hasher.combine(UInt64(dimension) << 32 | UInt64(text.offset))
        if text.length == 0 { hasher.combine(low) }
    }
}

/// A few keys in one dimension of which a request must have one, or the condition is false.
struct Cover {
    var dimension: UInt32
    var keys: [UInt32]
    /// The shortest text: longer ones say more.
    var strength: Int
}

/// Finds the covers of conditions. Keys and dimensions are numbered over all rules.
struct CoverTable {
    /// More than these would copy a rule too often.
    static let maximumKeys = 16
    /// Equality finds its child in one look, whatever the number of keys.
    static let maximumWholeKeys = 1_024

    private(set) var dimensions: [Dimension] = []
    private(set) var keys: [CoverKey] = []
    private var dimensionNumbers: [Dimension: UInt32] = [:]
    private var keyNumbers: [CoverKey: UInt32] = [:]
    /// Of nodes that were asked before.
    private var known: [[Cover]?] = []

    mutating func reserve(_ count: Int) { keyNumbers.reserveCapacity(count) }

    mutating func dimension(_ kind: Dimension.Kind, _ term: UInt32) -> UInt32 {
        let dimension = Dimension(kind: kind, term: term)
        if let number = dimensionNumbers[dimension] { return number }
        let number = UInt32(dimensions.count)
        dimensions.append(dimension)
        dimensionNumbers[dimension] = number
        return number
    }

    mutating func key(_ key: CoverKey) -> UInt32 {
        if let number = keyNumbers[key] { return number }
        let number = UInt32(keys.count)
        keys.append(key)
        keyNumbers[key] = number
        return number
    }

    /// The covers of a condition, one for each dimension that has one.
    mutating func covers(_ node: UInt32, _ lowering: inout Lowering) -> [Cover] {
        let condition = lowering.expressions.nodes[Int(node)]
        switch condition.kind {
        case .no, .yes, .not: return []
        case .atom:
            if let covers = recall(node) { return covers }
            let atom = lowering.expressions.atoms[Int(condition.first)]
            return remember(node, atomCovers(atom, &lowering))
        case .all:
            var result: [Cover] = []
            for part in lowering.expressions.parts(of: node) {
                for cover in covers(part, &lowering) { add(cover, to: &result, lowering) }
            }
            return result
        case .any:
            if let covers = recall(node) { return covers }
            let parts = Array(lowering.expressions.parts(of: node))
            return remember(node, union(parts, &lowering))
        }
    }

    private func recall(_ node: UInt32) -> [Cover]? {
        Int(node) < known.count ? known[Int(node)] : nil
    }

    private mutating func remember(_ node: UInt32, _ covers: [Cover]) -> [Cover] {
        if Int(node) >= known.count {
            known += repeatElement(nil, count: max(Int(node) + 1 - known.count, known.count))
        }
        known[Int(node)] = covers
        return covers
    }

    private mutating func add(
        _ cover: Cover, to covers: inout [Cover], _ lowering: Lowering
    ) {
        guard let place = covers.firstIndex(where: { $0.dimension == cover.dimension }) else {
            return covers.append(cover)
        }
        let other = covers[place]
        if let both = intersection(cover, other, lowering) {
            covers[place] = both
            return
        }
        let isBetter =
            cover.keys.count == other.keys.count
            ? cover.strength > other.strength : cover.keys.count < other.keys.count
        if isBetter { covers[place] = cover }
    }

    /// `x >= 5 and x < 9` is one interval, unless different values of a list may satisfy the parts.
    private mutating func intersection(
        _ a: Cover, _ b: Cover, _ lowering: Lowering
    ) -> Cover? {
        let dimension = dimensions[Int(a.dimension)]
        guard dimension.kind == .interval, a.keys.count == 1, b.keys.count == 1,
            !lowering.terms.terms[Int(dimension.term)].isAny
        else { return nil }
        var key = keys[Int(a.keys[0])]
        let other = keys[Int(b.keys[0])]
        key.low = max(key.low, other.low)
        key.high = min(key.high, other.high)
        // Of an interval that is empty any key will do: the rule is never true.
        guard key.low <= key.high else { return nil }
        return Cover(dimension: a.dimension, keys: [self.key(key)], strength: 0)
    }

    /// Where all parts have keys in a dimension.
    private mutating func union(_ parts: [UInt32], _ lowering: inout Lowering) -> [Cover] {
        var result = parts.first.map { covers($0, &lowering) } ?? []
        for part in parts.dropFirst() where !result.isEmpty {
            let others = covers(part, &lowering)
            result = result.compactMap { cover in
                guard let other = others.first(where: { $0.dimension == cover.dimension }) else {
                    return nil
                }
                let keys = Set(cover.keys).union(other.keys)
                return fitting(
                    Cover(
                        dimension: cover.dimension, keys: keys.sorted(),
                        strength: min(cover.strength, other.strength)))
            }
        }
        return result
    }

    func fitting(_ cover: Cover) -> Cover? {
        let isHash = dimensions[Int(cover.dimension)].kind == .hash
        let limit = isHash ? Self.maximumWholeKeys : Self.maximumKeys
        return cover.keys.isEmpty || cover.keys.count > limit ? nil : cover
    }
}
