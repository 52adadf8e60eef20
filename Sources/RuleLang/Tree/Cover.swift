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
struct CoverKey: Equatable {
    /// How much of a value a text is.
    enum Extent: UInt8 {
        /// A beginning, an end, or what stands somewhere.
        case part
        /// A beginning with a `/` behind it, an end with a `.` before it, or all of it.
        case under
        case whole
    }

    var dimension: UInt32
    var text = LiteralText(offset: 0, length: 0)
    var extent = Extent.part
    /// Of intervals, both included; `low` is the slot of a name that must be present.
    var low: Int64 = 0
    var high: Int64 = 0

    /// Enough of it to tell keys apart.
    func hash(_ hash: KeyHash) -> UInt32 {
        hash.hash(
            UInt64(dimension) << 32 | UInt64(text.offset),
            text.length == 0 ? UInt64(bitPattern: low) : UInt64(text.length))
    }
}

/// A few keys in one dimension of which a request must have one, or the condition is false.
struct Cover {
    var dimension: UInt32
    /// Of `CoverTable.keyLists`.
    var keys: Range<Int>
    /// The shortest text: longer ones say more.
    var strength: Int
    /// Of grams: how many regexes share a window with one of the texts.
    var commonness = 0
}

/// Finds the covers of conditions. Keys and dimensions are numbered over all rules; covers and
/// their keys stand in one array each, of which a condition has a range.
struct CoverTable {
    /// More than these would copy a rule too often.
    static let maximumKeys = 16
    /// Windows of one rule share a node.
    static let maximumGrams = LiteralChoice.mostTexts
    /// Equality finds its child in one look, whatever the number of keys.
    static let maximumWholeKeys = 1_024

    private(set) var dimensions: [Dimension] = []
    private(set) var keys: [CoverKey] = []
    var covers: [Cover] = []
    private(set) var keyLists: [UInt32] = []
    private let hash: KeyHash
    private var dimensionNumbers: [Dimension: UInt32] = [:]
    private var keyNumbers = NumberTable()
    /// Of nodes that were asked before.
    private var known: [Range<Int>?] = []
    /// Those that would have a cover if it might have more keys.
    private var lost: Set<UInt32> = []
    /// Of the node at hand.
    var isOverCap = false

    init(_ hash: KeyHash) { self.hash = hash }

    mutating func reserve(keys count: Int, nodes: Int) {
        keyNumbers.reserve(count)
        keys.reserveCapacity(count)
        keyLists.reserveCapacity(count)
        covers.reserveCapacity(count)
        known.reserveCapacity(nodes)
    }

    mutating func dimension(_ kind: Dimension.Kind, _ term: UInt32) -> UInt32 {
        let dimension = Dimension(kind: kind, term: term)
        if let number = dimensionNumbers[dimension] { return number }
        let number = UInt32(dimensions.count)
        dimensions.append(dimension)
        dimensionNumbers[dimension] = number
        return number
    }

    mutating func key(_ key: CoverKey) -> UInt32 {
        let hash = key.hash(hash)
        if let number = keyNumbers.find(hash, { keys[Int($0)] == key }) { return number }
        let number = UInt32(keys.count)
        keys.append(key)
        keyNumbers.add(hash, number)
        return number
    }

    /// The keys of a cover.
    func keys(_ cover: Cover) -> ArraySlice<UInt32> { keyLists[cover.keys] }

    /// Where the covers of a condition stand, one for each dimension that has one.
    mutating func find(_ node: UInt32, _ lowering: inout Lowering) -> Range<Int> {
        let condition = lowering.expressions.nodes[Int(node)]
        switch condition.kind {
        case .no, .yes: return 0..<0
        case .not:
            if let covers = recall(node) { return covers }
            let inner = lowering.expressions.nodes[Int(condition.first)]
            let atom = lowering.expressions.atoms[Int(inner.first)]
            isOverCap = false
            let start = covers.count
            addComplement(of: atom, &lowering)
            return remember(node, start..<covers.count)
        case .atom:
            if let covers = recall(node) { return covers }
            let atom = lowering.expressions.atoms[Int(condition.first)]
            isOverCap = false
            let start = covers.count
            addCovers(of: atom, &lowering)
            return remember(node, start..<covers.count)
        case .all:
            let children = condition.children
            // All that is to be found first: then the end of the array is free.
            for child in children { _ = find(lowering.expressions.children[child], &lowering) }
            let start = covers.count
            for child in children {
                for place in find(lowering.expressions.children[child], &lowering) {
                    merge(covers[place], from: start, lowering)
                }
            }
            return start..<covers.count
        case .any:
            if let covers = recall(node) { return covers }
            let union = union(condition.children, &lowering)
            return remember(node, union)
        }
    }

    private func recall(_ node: UInt32) -> Range<Int>? {
        Int(node) < known.count ? known[Int(node)] : nil
    }

    func hasLostKeys(_ node: UInt32) -> Bool { lost.contains(node) }

    private mutating func remember(_ node: UInt32, _ covers: Range<Int>) -> Range<Int> {
        if isOverCap { lost.insert(node) }
        if Int(node) >= known.count {
            known += repeatElement(nil, count: max(Int(node) + 1 - known.count, known.count))
        }
        known[Int(node)] = covers
        return covers
    }

    /// Adds to the covers from `start` to the end of the array.
    private mutating func merge(_ cover: Cover, from start: Int, _ lowering: Lowering) {
        let same = (start..<covers.count).first { covers[$0].dimension == cover.dimension }
        guard let place = same else { return covers.append(cover) }
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
        var key = keys[Int(keyLists[a.keys.lowerBound])]
        let other = keys[Int(keyLists[b.keys.lowerBound])]
        key.low = max(key.low, other.low)
        key.high = min(key.high, other.high)
        // Of an interval that is empty any key will do: the rule is never true.
        guard key.low <= key.high else { return nil }
        let number = self.key(key)
        return Cover(dimension: a.dimension, keys: addList([number]), strength: 0)
    }

    /// Where all parts have keys in a dimension.
    private mutating func union(
        _ children: Range<Int>, _ lowering: inout Lowering
    ) -> Range<Int> {
        let all = children.map { find(lowering.expressions.children[$0], &lowering) }
        isOverCap = false
        var result = all.first.map { Array(covers[$0]) } ?? []
        for others in all.dropFirst() where !result.isEmpty {
            result = result.compactMap { cover in
                let same = others.first { covers[$0].dimension == cover.dimension }
                guard let same else { return nil }
                let other = covers[same]
                let keys = Set(keys(cover)).union(keys(other))
                guard fits(keys.count, cover.dimension) else { return nil }
                return Cover(
                    dimension: cover.dimension, keys: addList(keys.sorted()),
                    strength: min(cover.strength, other.strength),
                    commonness: max(cover.commonness, other.commonness))
            }
        }
        let start = covers.count
        covers += result
        return start..<covers.count
    }

    mutating func addList(_ keys: [UInt32]) -> Range<Int> {
        let start = keyLists.count
        keyLists += keys
        return start..<keyLists.count
    }

    /// Whether a cover may have as many keys.
    mutating func fits(_ count: Int, _ dimension: UInt32) -> Bool {
        let limit =
            switch dimensions[Int(dimension)].kind {
            case .hash: Self.maximumWholeKeys
            case .gram, .longGram: Self.maximumGrams
            default: Self.maximumKeys
            }
        if count > limit { isOverCap = true }
        return count > 0 && count <= limit
    }
}
