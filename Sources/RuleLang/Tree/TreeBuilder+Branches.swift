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
        case .gram: return grams(dimension.term, buckets, path)
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
        let region = lowering.tables.keys.add(children, &lowering.literals)
        return TreeNode(
            kind: .hash, lowest: absent, term: term, a: region.base, b: region.mask)
    }

    // MARK: - Tries

    private mutating func trie(
        _ kind: TreeNode.Kind, _ term: UInt32, _ buckets: Buckets, _ path: BuildPath
    ) -> TreeNode {
        let keys = buckets.map { bucket in
            TrieKey(
                text: bucket.key.text, offset: lowering.literals.intern(bucket.key.text),
                isWhole: bucket.key.isWhole, node: build(bucket.rules, path),
                lowest: bucket.rules[0])
        }.sorted { $0.text.lexicographicallyPrecedes($1.text) }
        let root = storage.trie.count
        storage.trie.append(TrieNode(labelOffset: 0, labelCount: 0))
        storage.trieBytes.append(0)
        fill(root, keys[...], depth: 0)
        return TreeNode(kind: kind, lowest: absent, term: term, a: UInt32(root))
    }

    /// Fills a place of the trie whose label ends at `depth`, and everything below it.
    private mutating func fill(_ place: Int, _ keys: ArraySlice<TrieKey>, depth: Int) {
        var keys = keys
        for key in keys { storage.trie[place].lowest = min(storage.trie[place].lowest, key.lowest) }
        while let key = keys.first, key.text.count == depth {
            if key.isWhole {
                storage.trie[place].exact = key.node
            } else {
                storage.trie[place].prefix = key.node
            }
            keys = keys.dropFirst()
        }
        var groups: [ArraySlice<TrieKey>] = []
        while let first = keys.first {
            let group = keys.prefix { $0.text[depth] == first.text[depth] }
            groups.append(group)
            keys = keys.dropFirst(group.count)
        }
        let start = storage.trie.count
        storage.trie[place].firstChild = UInt32(start)
        storage.trie[place].childCount = UInt32(groups.count)
        var ends: [Int] = []
        for group in groups {
            let first = group[group.startIndex]
            // In a sorted group the first and the last differ first.
            let end =
                depth + Self.common(first.text[depth...], group[group.endIndex - 1].text[depth...])
            ends.append(end)
            storage.trie.append(
                TrieNode(
                    labelOffset: first.offset + UInt32(depth), labelCount: UInt32(end - depth)))
            storage.trieBytes.append(first.text[depth])
        }
        for (index, group) in groups.enumerated() {
            fill(start + index, group, depth: ends[index])
        }
    }

    private static func common(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Int {
        zip(a, b).prefix { $0 == $1 }.count
    }

    // MARK: - Grams

    private mutating func grams(
        _ term: UInt32, _ buckets: Buckets, _ path: BuildPath
    ) -> TreeNode {
        var counts: [ArraySlice<UInt8>: Int] = [:]
        for bucket in buckets {
            for window in GramTable.windows(of: bucket.key.text) { counts[window, default: 0] += 1 }
        }
        var byGram: [[UInt8]: [UInt32]] = [:]
        for bucket in buckets {
            byGram[GramTable.rarest(in: bucket.key.text, counts), default: []] += bucket.rules
        }
        let sorted = byGram.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        let children = sorted.map { gram, rules in
            (gram: gram, child: build(Array(Set(rules)).sorted(), path))
        }
        storage.grams.append(GramTable(children))
        return TreeNode(
            kind: .gram, lowest: absent, term: term, a: UInt32(storage.grams.count - 1))
    }

    // MARK: - Intervals

    /// Cuts the numbers where an interval begins or ends. Equal sets of rules share a node.
    private mutating func intervals(
        _ term: UInt32, _ buckets: Buckets, _ path: BuildPath
    ) -> TreeNode {
        var cuts: Set<Int64> = []
        for bucket in buckets {
            cuts.insert(bucket.key.low)
            if bucket.key.high < .max { cuts.insert(bucket.key.high + 1) }
        }
        let bounds = cuts.sorted()
        var rules = [[UInt32]](repeating: [], count: bounds.count)
        for bucket in buckets {
            for (index, bound) in bounds.enumerated()
            where bucket.key.low <= bound && bound <= bucket.key.high {
                rules[index] += bucket.rules
            }
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
}

/// A key of a trie with what it leads to.
private struct TrieKey {
    var text: [UInt8]
    var offset: UInt32
    var isWhole: Bool
    var node: UInt32
    var lowest: UInt32
}
