/// Lists of rules in one array, each filled in the order of its rules.
struct RuleLists {
    /// Where each list ends, once its rules are all there.
    private var ends: [Int]
    private var rules: [UInt32]

    /// Empty lists for as many rules.
    init(counts: [Int]) {
        var start = 0
        // Where each begins: `add` moves it to the end.
        ends = counts.map { count in
            defer { start += count }
            return start
        }
        rules = [UInt32](repeating: absent, count: start)
    }

    mutating func add(_ rule: UInt32, to list: Int) {
        rules[ends[list]] = rule
        ends[list] += 1
    }

    subscript(list: Int) -> ArraySlice<UInt32> {
        rules[(list == 0 ? 0 : ends[list - 1])..<ends[list]]
    }
}

/// Rules by their keys.
struct Buckets {
    let keys: [CoverKey]
    private var lists: RuleLists

    /// Empty buckets for as many rules.
    init(keys: [CoverKey], counts: [Int]) {
        self.keys = keys
        lists = RuleLists(counts: counts)
    }

    var indices: Range<Int> { keys.indices }

    mutating func add(_ rule: UInt32, to bucket: Int) { lists.add(rule, to: bucket) }

    func rules(_ bucket: Int) -> ArraySlice<UInt32> { lists[bucket] }

    /// Without some of the rules, and without the buckets that this leaves empty.
    func without(_ removed: Set<UInt32>) -> Buckets {
        let left = indices.map { rules($0).filter { !removed.contains($0) } }
        let kept = indices.filter { !left[$0].isEmpty }
        var result = Buckets(keys: kept.map { keys[$0] }, counts: kept.map { left[$0].count })
        for (bucket, old) in kept.enumerated() {
            for rule in left[old] { result.add(rule, to: bucket) }
        }
        return result
    }
}

/// The nodes of lists of rules: equal lists share one.
struct NodesByRules {
    private let hash: KeyHash
    private var lists: [ArraySlice<UInt32>] = []
    private var nodes: [UInt32] = []
    private var numbers = NumberTable()

    init(_ hash: KeyHash) { self.hash = hash }

    mutating func node(
        _ rules: ArraySlice<UInt32>, _ build: (ArraySlice<UInt32>) -> UInt32
    ) -> UInt32 {
        let hash = hash.hash(rules)
        if let known = numbers.find(hash, { lists[Int($0)] == rules }) { return nodes[Int(known)] }
        numbers.add(hash, UInt32(lists.count))
        lists.append(rules)
        nodes.append(build(rules))
        return nodes[nodes.count - 1]
    }
}
