/// What nodes can branch on.
struct Dimension: Hashable {
    enum Kind: UInt8 {
        case hash, prefix, suffix, gram
        /// Windows of up to eight bytes, where those of four leave rules together.
        case longGram
        case interval, headers, cookies, parameters
    }

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
    /// Of grams: how many regexes share a window with one of the texts.
    var commonness = 0
}

/// Finds the covers of conditions. Keys and dimensions are numbered over all rules.
struct CoverTable {
    /// More than these would copy a rule too often.
    static let maximumKeys = 16
    /// Windows of one rule share a node.
    static let maximumGrams = LiteralChoice.mostTexts
    /// Equality finds its child in one look, whatever the number of keys.
    static let maximumWholeKeys = 1_024

    private(set) var dimensions: [Dimension] = []
    private(set) var keys: [CoverKey] = []
    private var dimensionNumbers: [Dimension: UInt32] = [:]
    private var keyNumbers: [CoverKey: UInt32] = [:]
    /// Of nodes that were asked before.
    private var known: [[Cover]?] = []
    /// Those that would have a cover if it might have more keys.
    private var lost: Set<UInt32> = []
    /// Of the node at hand.
    var isOverCap = false

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
        case .no, .yes: return []
        case .not:
            if let covers = recall(node) { return covers }
            let inner = lowering.expressions.nodes[Int(condition.first)]
            let atom = lowering.expressions.atoms[Int(inner.first)]
            isOverCap = false
            return remember(node, complementCovers(atom, &lowering))
        case .atom:
            if let covers = recall(node) { return covers }
            let atom = lowering.expressions.atoms[Int(condition.first)]
            isOverCap = false
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
            let all = union(parts, &lowering)
            return remember(node, all)
        }
    }

    private func recall(_ node: UInt32) -> [Cover]? {
        Int(node) < known.count ? known[Int(node)] : nil
    }

    func hasLostKeys(_ node: UInt32) -> Bool { lost.contains(node) }

    private mutating func remember(_ node: UInt32, _ covers: [Cover]) -> [Cover] {
        if isOverCap { lost.insert(node) }
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
        if rank(cover) > rank(other) { covers[place] = cover }
    }

    /// Rare windows are better than common ones, then fewer keys and longer ones.
    private func rank(_ cover: Cover) -> (Int, Int, Int) {
        (-cover.commonness, -cover.keys.count, cover.strength)
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
        let all = parts.map { covers($0, &lowering) }
        isOverCap = false
        var result = all.first ?? []
        for others in all.dropFirst() where !result.isEmpty {
            result = result.compactMap { cover in
                guard let other = others.first(where: { $0.dimension == cover.dimension }) else {
                    return nil
                }
                let keys = Set(cover.keys).union(other.keys)
                return fitting(
                    Cover(
                        dimension: cover.dimension, keys: keys.sorted(),
                        strength: min(cover.strength, other.strength),
                        commonness: max(cover.commonness, other.commonness)))
            }
        }
        return result
    }

    mutating func fitting(_ cover: Cover) -> Cover? {
        let limit =
            switch dimensions[Int(cover.dimension)].kind {
            case .hash: Self.maximumWholeKeys
            case .gram, .longGram: Self.maximumGrams
            default: Self.maximumKeys
            }
        guard cover.keys.count <= limit else {
            isOverCap = true
            return nil
        }
        return cover.keys.isEmpty ? nil : cover
    }
}
