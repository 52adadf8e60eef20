/// A key of a trie with what it leads to.
private struct TrieKey {
    /// Of suffixes: backwards.
    var text: [UInt8]
    /// Where the text begins in the literals; of suffixes, where it ends.
    var offset: UInt32
    var isWhole: Bool
    var node: UInt32
    var lowest: UInt32
}

/// Tries of prefixes, and of suffixes from the end of the value.
extension TreeBuilder {
    mutating func trie(
        _ kind: TreeNode.Kind, _ term: UInt32, _ buckets: Buckets, _ path: BuildPath
    ) -> TreeNode {
        let fromEnd = kind == .suffix
        let keys = buckets.map { bucket in
            let text = bucket.key.text
            let bytes = lowering.literals.bytes(text)
            return TrieKey(
                text: fromEnd ? bytes.reversed() : Array(bytes),
                offset: fromEnd ? text.offset + text.length : text.offset,
                isWhole: bucket.key.isWhole, node: build(bucket.rules, path),
                lowest: bucket.rules[0])
        }.sorted { $0.text.lexicographicallyPrecedes($1.text) }
        let root = storage.trie.count
        storage.trie.append(TrieNode(labelOffset: 0, labelCount: 0))
        storage.trieBytes.append(0)
        fill(root, keys[...], depth: 0, fromEnd)
        return TreeNode(kind: kind, lowest: absent, term: term, a: UInt32(root))
    }

    /// Fills a place of the trie whose label ends at `depth`, and everything below it.
    private mutating func fill(
        _ place: Int, _ keys: ArraySlice<TrieKey>, depth: Int, _ fromEnd: Bool
    ) {
        var index = keys.startIndex
        for key in keys { storage.trie[place].lowest = min(storage.trie[place].lowest, key.lowest) }
        while index < keys.endIndex, keys[index].text.count == depth {
            if keys[index].isWhole {
                storage.trie[place].exact = keys[index].node
            } else {
                storage.trie[place].prefix = keys[index].node
            }
            index += 1
        }
        let start = storage.trie.count
        storage.trie[place].firstChild = UInt32(start)
        var groups: [(keys: ArraySlice<TrieKey>, end: Int)] = []
        while index < keys.endIndex {
            let first = keys[index]
            var next = index + 1
            while next < keys.endIndex, keys[next].text[depth] == first.text[depth] { next += 1 }
            // In a sorted group the first and the last differ first.
            let last = keys[next - 1]
            let end = depth + Self.common(first.text[depth...], last.text[depth...])
            groups.append((keys[index..<next], end))
            let offset =
                fromEnd ? first.offset - UInt32(end) : first.offset + UInt32(depth)
            storage.trie.append(
                TrieNode(labelOffset: offset, labelCount: UInt32(end - depth)))
            storage.trieBytes.append(first.text[depth])
            index = next
        }
        storage.trie[place].childCount = UInt32(groups.count)
        for (index, group) in groups.enumerated() {
            fill(start + index, group.keys, depth: group.end, fromEnd)
        }
    }

    private static func common(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Int {
        zip(a, b).prefix { $0 == $1 }.count
    }
}
