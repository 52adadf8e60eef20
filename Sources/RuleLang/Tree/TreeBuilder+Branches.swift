/// Rules by their keys.
typealias Buckets = [(key: CoverKey, rules: [UInt32])]

/// A branching node of each kind, without its `rest`.
extension TreeBuilder {
    mutating func branch(
        _ dimension: Dimension, _ buckets: Buckets, _ path: BuildPath
    ) -> TreeNode {
        let kind: TreeNode.Kind
        switch dimension.kind {
        case .hash: return hash(dimension.term, buckets, path)
        case .prefix: return trie(.prefix, dimension.term, buckets, path)
        case .suffix: return trie(.suffix, dimension.term, buckets, path)
        case .gram: return grams(dimension.term, buckets, path, isLong: false)
        case .longGram: return grams(dimension.term, buckets, path, isLong: true)
        case .interval: return intervals(dimension.term, buckets, path)
        case .headers: kind = .headers
        case .cookies: kind = .cookies
        case .parameters: kind = .parameters
        }
        let children = buckets.map {
            PresentChild(slot: UInt32($0.key.low), node: build($0.rules, path))
        }
        let start = UInt32(storage.presentChildren.count)
        storage.presentChildren += children.sorted { $0.slot < $1.slot }
        return TreeNode(kind: kind, lowest: absent, a: start, b: UInt32(children.count))
    }

    private mutating func hash(
        _ term: UInt32, _ buckets: Buckets, _ path: BuildPath
    ) -> TreeNode {
        let children = buckets.map { (key: $0.key.text, value: build($0.rules, path)) }
        let region = lowering.tables.keys.add(children, lowering.literals)
        return TreeNode(
            kind: .hash, lowest: absent, term: term, a: region.base, b: region.mask)
    }

    // MARK: - Grams

    private mutating func grams(
        _ term: UInt32, _ buckets: Buckets, _ path: BuildPath, isLong: Bool
    ) -> TreeNode {
        let plan = GramPlan(
            buckets.map { lowering.literals.bytes($0.key.text) }, isLong: isLong)
        var byWindow: [UInt64: [UInt32]] = [:]
        byWindow.reserveCapacity(buckets.count * plan.stride)
        for (windows, bucket) in zip(plan.windows, buckets) {
            for window in windows { byWindow[window, default: []] += bucket.rules }
        }
        // Equal sets of rules share a node.
        var known: [[UInt32]: UInt32] = [:]
        var children: [(window: UInt64, child: UInt32)] = []
        for window in byWindow.keys.sorted() {
            let rules = Self.distinct(byWindow[window] ?? [])
            let child = known[rules] ?? build(rules, path)
            known[rules] = child
            children.append((window, child))
        }
        let table = GramTable(children, width: plan.width, stride: plan.stride)
        storage.add(table)
        return TreeNode(
            kind: .gram, lowest: absent, term: term, a: UInt32(storage.grams.count - 1))
    }

    private static func distinct(_ rules: [UInt32]) -> [UInt32] {
        if rules.count < 2 { return rules }
        return Set(rules).sorted()
    }

    // MARK: - Intervals

    /// Cuts the numbers where an interval begins or ends. Equal sets of rules share a node.
    private mutating func intervals(
        _ term: UInt32, _ buckets: Buckets, _ path: BuildPath
    ) -> TreeNode {
        let bounds = Self.bounds(buckets)
        var rules = [[UInt32]](repeating: [], count: bounds.count)
        for bucket in buckets {
            for index in Self.pieces(bucket.key, bounds) { rules[index] += bucket.rules }
        }
        var known: [[UInt32]: UInt32] = [:]
        var children: [UInt32] = []
        for list in rules {
            let list = Array(Set(list)).sorted()
            let child = known[list] ?? build(list, path)
            known[list] = child
            children.append(child)
        }
        let start = UInt32(storage.bounds.count)
        storage.bounds += bounds
        storage.boundChildren += children
        return TreeNode(
            kind: .interval, lowest: absent, term: term, a: start, b: UInt32(bounds.count))
    }

    /// A rule in more pieces than these would be copied too often.
    private static let maximumPieces = 16

    /// Moves the rules with an interval of many pieces to `rest`.
    static func takeOutWide(_ buckets: inout Buckets, _ rest: inout [UInt32]) {
        let bounds = bounds(buckets)
        let wide = buckets.filter { pieces($0.key, bounds).count > maximumPieces }
        guard !wide.isEmpty else { return }
        let rules = Set(wide.flatMap(\.rules))
        rest = (rest + rules).sorted()
        for index in buckets.indices { buckets[index].rules.removeAll(where: rules.contains) }
        buckets.removeAll { $0.rules.isEmpty }
    }

    /// Where pieces begin.
    private static func bounds(_ buckets: Buckets) -> [Int64] {
        var cuts: Set<Int64> = []
        for bucket in buckets {
            cuts.insert(bucket.key.low)
            if bucket.key.high < .max { cuts.insert(bucket.key.high + 1) }
        }
        return cuts.sorted()
    }

    /// The numbers of the pieces that an interval is made of.
    private static func pieces(_ key: CoverKey, _ bounds: [Int64]) -> Range<Int> {
        let first = count(bounds) { $0 < key.low }
        return first..<max(first, count(bounds) { $0 <= key.high })
    }

    /// How many elements at the front satisfy the predicate, by halving.
    private static func count(_ sorted: [Int64], _ isInFront: (Int64) -> Bool) -> Int {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if isInFront(sorted[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
