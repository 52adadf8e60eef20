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
        let children = buckets.indices.map {
            PresentChild(
                slot: UInt32(buckets.keys[$0].low), node: build(buckets.rules($0), path))
        }
        let start = UInt32(storage.presentChildren.count)
        storage.presentChildren += children.sorted { $0.slot < $1.slot }
        return TreeNode(kind: kind, lowest: absent, a: start, b: UInt32(children.count))
    }

    private mutating func hash(
        _ term: UInt32, _ buckets: Buckets, _ path: BuildPath
    ) -> TreeNode {
        let children = buckets.indices.map {
            (
                key: buckets.keys[$0].text,
                value: build(buckets.rules($0), path.with(buckets.keys[$0]))
            )
        }
        let region = lowering.tables.keys.add(children, lowering.literals)
        return TreeNode(
            kind: .hash, lowest: absent, term: term, a: region.base, b: region.mask)
    }

    // MARK: - Grams

    private mutating func grams(
        _ term: UInt32, _ buckets: Buckets, _ path: BuildPath, isLong: Bool
    ) -> TreeNode {
        let plan = GramPlan(
            buckets.keys.map { lowering.literals.bytes($0.text) }, isLong: isLong,
            lowering.tables.keys.hash)
        var counts = [Int](repeating: 0, count: plan.windows.count)
        for bucket in buckets.indices {
            for window in plan.block(bucket) { counts[Int(window)] += buckets.rules(bucket).count }
        }
        var byWindow = RuleLists(counts: counts)
        for bucket in buckets.indices {
            for window in plan.block(bucket) {
                for rule in buckets.rules(bucket) { byWindow.add(rule, to: Int(window)) }
            }
        }
        var nodes = NodesByRules(lowering.tables.keys.hash)
        var children: [(window: UInt64, child: UInt32)] = []
        let order = counts.indices.filter { counts[$0] > 0 }
            .map { (window: plan.windows[$0], number: $0) }
            .sorted { $0.window < $1.window }
        for (window, number) in order {
            let rules = Self.distinct(byWindow[number])
            children.append((window, nodes.node(rules) { build($0, path) }))
        }
        let table = GramTable(children, width: plan.width, stride: plan.stride)
        storage.add(table)
        return TreeNode(
            kind: .gram, lowest: absent, term: term, a: UInt32(storage.grams.count - 1))
    }

    /// In ascending order, each once.
    private static func distinct(_ rules: ArraySlice<UInt32>) -> ArraySlice<UInt32> {
        if zip(rules, rules.dropFirst()).allSatisfy({ $0 < $1 }) { return rules }
        return Set(rules).sorted()[...]
    }

    // MARK: - Intervals

    /// Cuts the numbers where an interval begins or ends. Equal sets of rules share a node.
    private mutating func intervals(
        _ term: UInt32, _ buckets: Buckets, _ path: BuildPath
    ) -> TreeNode {
        let bounds = Self.bounds(buckets)
        var rules = [[UInt32]](repeating: [], count: bounds.count)
        for bucket in buckets.indices {
            for index in Self.pieces(buckets.keys[bucket], bounds) {
                rules[index] += buckets.rules(bucket)
            }
        }
        var nodes = NodesByRules(lowering.tables.keys.hash)
        let children = rules.map { list in
            nodes.node(Self.distinct(list[...])) { build($0, path) }
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
        let wide = buckets.indices.filter {
            pieces(buckets.keys[$0], bounds).count > maximumPieces
        }
        guard !wide.isEmpty else { return }
        let rules = Set(wide.flatMap { buckets.rules($0) })
        rest = (rest + rules).sorted()
        buckets = buckets.without(rules)
    }

    /// Where pieces begin.
    private static func bounds(_ buckets: Buckets) -> [Int64] {
        var cuts: Set<Int64> = []
        for key in buckets.keys {
            cuts.insert(key.low)
            if key.high < .max { cuts.insert(key.high + 1) }
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
