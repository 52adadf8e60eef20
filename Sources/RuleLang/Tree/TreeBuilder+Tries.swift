/// A key of a trie.
private struct TrieKey {
    /// The first bytes, so that most comparisons end here.
    var head: UInt128
    /// The text's place in `TrieKeys.bytes`.
    var start: Int
    var count: Int
    var bucket: Int
}

/// The keys of a trie in the order of their texts, those of suffixes backwards.
private struct TrieKeys {
    private(set) var keys: [TrieKey] = []
    private(set) var bytes: [UInt8] = []
    /// How many bytes a key shares with the one before it.
    private(set) var shared: [Int] = []

    init(_ buckets: Buckets, _ literals: LiteralPool, fromEnd: Bool) {
        keys.reserveCapacity(buckets.keys.count)
        for bucket in buckets.indices {
            let text = literals.bytes(buckets.keys[bucket].text)
            let start = bytes.count
            if fromEnd { bytes += text.reversed() } else { bytes += text }
            var head: UInt128 = 0
            for index in 0..<16 {
                let byte = index < text.count ? bytes[start + index] : 0
                head = head << 8 | UInt128(byte)
            }
            keys.append(TrieKey(head: head, start: start, count: text.count, bucket: bucket))
        }
        let bytes = bytes
        keys.sort { left, right in
            if left.head != right.head { return left.head < right.head }
            return Self.text(left, bytes).lexicographicallyPrecedes(Self.text(right, bytes))
        }
        shared.append(0)
        for (left, right) in zip(keys, keys.dropFirst()) {
            shared.append(
                Bytes.shared(Self.text(left, bytes).span, Self.text(right, bytes).span))
        }
    }

    func byte(_ key: Int, _ depth: Int) -> UInt8 { bytes[keys[key].start + depth] }

    private static func text(_ key: TrieKey, _ bytes: [UInt8]) -> ArraySlice<UInt8> {
        bytes[key.start..<key.start + key.count]
    }
}

/// Tries of prefixes, and of suffixes from the end of the value.
extension TreeBuilder {
    mutating func trie(
        _ kind: TreeNode.Kind, _ term: UInt32, _ buckets: Buckets, _ path: BuildPath
    ) -> TreeNode {
        let fromEnd = kind == .suffix
        let nodes = buckets.indices.map {
            build(buckets.rules($0), path.with(buckets.keys[$0]))
        }
        let keys = TrieKeys(buckets, lowering.literals, fromEnd: fromEnd)
        let root = storage.trie.count
        storage.trie.append(TrieNode(labelOffset: 0, labelCount: 0))
        storage.trieBytes.append(0)
        let filling = TrieFilling(keys: keys, buckets: buckets, nodes: nodes, fromEnd: fromEnd)
        fill(root, filling, keys.keys.indices, depth: 0)
        return TreeNode(kind: kind, lowest: absent, term: term, a: UInt32(root))
    }

    /// Fills a place of the trie whose label ends at `depth`, and everything below it.
    private mutating func fill(
        _ place: Int, _ filling: TrieFilling, _ range: Range<Int>, depth: Int
    ) {
        let keys = filling.keys
        var index = range.lowerBound
        var lowest = absent
        while index < range.upperBound, keys.keys[index].count == depth {
            let bucket = keys.keys[index].bucket
            switch filling.buckets.keys[bucket].extent {
            case .whole: storage.trie[place].exact = filling.nodes[bucket]
            case .under: storage.trie[place].under = filling.nodes[bucket]
            case .part: storage.trie[place].prefix = filling.nodes[bucket]
            }
            lowest = min(lowest, filling.lowest(bucket))
            index += 1
        }
        let start = storage.trie.count
        storage.trie[place].firstChild = UInt32(start)
        var groups: [(keys: Range<Int>, end: Int)] = []
        while index < range.upperBound {
            // As far as all keys of the group are alike.
            var end = keys.keys[index].count
            var next = index + 1
            while next < range.upperBound, keys.shared[next] > depth {
                end = min(end, keys.shared[next])
                next += 1
            }
            groups.append((index..<next, end))
            storage.trie.append(
                TrieNode(
                    labelOffset: filling.labelOffset(index, depth..<end),
                    labelCount: UInt32(end - depth)))
            storage.trieBytes.append(keys.byte(index, depth))
            index = next
        }
        storage.trie[place].childCount = UInt32(groups.count)
        for (index, group) in groups.enumerated() {
            fill(start + index, filling, group.keys, depth: group.end)
            lowest = min(lowest, storage.trie[start + index].lowest)
        }
        storage.trie[place].lowest = lowest
    }
}

/// What a trie is filled with.
private struct TrieFilling {
    let keys: TrieKeys
    let buckets: Buckets
    /// Of each bucket.
    let nodes: [UInt32]
    let fromEnd: Bool

    func lowest(_ bucket: Int) -> UInt32 { buckets.rules(bucket).first ?? absent }

    /// Where a piece of a key stands among the literals.
    func labelOffset(_ key: Int, _ piece: Range<Int>) -> UInt32 {
        let text = buckets.keys[keys.keys[key].bucket].text
        return fromEnd
            ? text.offset + text.length - UInt32(piece.upperBound)
            : text.offset + UInt32(piece.lowerBound)
    }
}
