/// A node of a tree: 24 bytes. What `a` and `b` are depends on the kind.
struct TreeNode: Sendable {
    enum Kind: UInt8, Sendable, CaseIterable {
        /// `a`, `b`: start and count of items, in file order.
        case list
        /// Equality and sets: `a`, `b` are base and mask of a hash table of children.
        case hash
        /// `a`: the root of a trie of prefixes; of suffixes, from the end of the value.
        case prefix, suffix
        /// `a`: number of the gram table.
        case gram
        /// `a`, `b`: start and count of the bounds; children stand beside them.
        case interval
        /// Names that the request has: `a`, `b` are start and count of (slot, child), by slot.
        case headers, cookies, parameters
        /// `a`: a condition that all rules below share; `b`: the child.
        case condition
    }

    var kind: Kind
    /// The lowest rule beneath, `rest` included.
    var lowest: UInt32
    var term: UInt32 = absent
    var a: UInt32 = 0
    var b: UInt32 = 0
    /// The node of the rules without a key here.
    var rest: UInt32 = absent
}

/// A rule in a list.
struct TreeItem: Sendable {
    /// In the order of all rules of all tables.
    var rule: UInt32
    /// `LoweredNode` to verify.
    var condition: UInt32
}

/// A place in a trie of keys. Children stand one behind the other, in the order of their bytes.
struct TrieNode: Sendable {
    var labelOffset: UInt32
    var labelCount: UInt32
    var firstChild: UInt32 = 0
    var childCount: UInt32 = 0
    /// The lowest rule beneath.
    var lowest: UInt32 = absent
    /// For values that end here, for these and the ones that a separator follows, and for all that
    /// come by.
    var exact: UInt32 = absent
    var under: UInt32 = absent
    var prefix: UInt32 = absent

    /// `absent` is all bits.
    var endsKeys: Bool { exact & under & prefix != absent }
}

/// A child by the name that must be present.
struct PresentChild: Sendable {
    var slot: UInt32
    var node: UInt32
}

/// Everything that trees are made of, in flat arrays. Immutable once built.
struct TreeStorage: Sendable {
    var nodes: [TreeNode] = []
    var items: [TreeItem] = []
    var trie: [TrieNode] = []
    /// The first byte of each trie node's label.
    var trieBytes: [UInt8] = []
    var grams: [GramTable] = []
    private var gramBytes = 0
    var presentChildren: [PresentChild] = []
    /// The first number of each interval, ascending within a node, and its child.
    var bounds: [Int64] = []
    var boundChildren: [UInt32] = []
    /// Rules of all tables in order.
    var rules: [UInt32] = []
    /// The root of each rule table; `absent` without rules, nil where no tree was built.
    var roots: [UInt32?] = []
    /// Those that several parents share stand first.
    var conditions: [LoweredNode] = []
    var sharedConditions = 0
    var children: [UInt32] = []
    var atoms: [LoweredAtom] = []
    var terms: [LoweredTerm] = []

    mutating func add(_ table: GramTable) {
        grams.append(table)
        gramBytes += table.byteCount
    }

    func lowest(_ node: UInt32) -> UInt32 {
        node == absent ? absent : nodes[Int(node)].lowest
    }

    /// The child of a trie node whose label begins with the byte; `absent` without one.
    @inline(__always)
    func child(of node: TrieNode, _ byte: UInt8) -> UInt32 {
        guard node.childCount > 0 else { return absent }
        var low = node.firstChild
        let first = trieBytes[Int(low)]
        guard first <= byte else { return absent }
        // Digits and letters stand side by side: then the byte says where, else at most where.
        var high = low &+ min(UInt32(byte &- first), node.childCount &- 1)
        if trieBytes[Int(high)] == byte { return high }
        while low < high {
            let middle = (low &+ high) / 2
            if trieBytes[Int(middle)] < byte { low = middle &+ 1 } else { high = middle }
        }
        return trieBytes[Int(low)] == byte ? low : absent
    }

    func presentChild(_ node: TreeNode, _ slot: UInt32) -> UInt32 {
        var low = Int(node.a)
        let end = low + Int(node.b)
        var high = end
        while low < high {
            let middle = (low + high) / 2
            if presentChildren[middle].slot < slot { low = middle + 1 } else { high = middle }
        }
        return low < end && presentChildren[low].slot == slot ? presentChildren[low].node : absent
    }

    /// The child of the last interval that begins at or before `value`.
    func intervalChild(_ node: TreeNode, _ value: Int64) -> UInt32 {
        var low = Int(node.a)
        var high = low + Int(node.b)
        while low < high {
            let middle = (low + high) / 2
            if bounds[middle] <= value { low = middle + 1 } else { high = middle }
        }
        return low > Int(node.a) ? boundChildren[low - 1] : absent
    }

    var nodesByKind: [String: Int] {
        var counts = [Int](repeating: 0, count: TreeNode.Kind.allCases.count)
        for node in nodes { counts[Int(node.kind.rawValue)] += 1 }
        var result: [String: Int] = [:]
        for kind in TreeNode.Kind.allCases where counts[Int(kind.rawValue)] > 0 {
            result["\(kind)"] = counts[Int(kind.rawValue)]
        }
        return result
    }

    /// What grows with copies of rules.
    var treeByteCount: Int {
        nodes.count * MemoryLayout<TreeNode>.stride + items.count
            * MemoryLayout<TreeItem>.stride
            + trie.count * (MemoryLayout<TrieNode>.stride + 1) + gramBytes
    }

    var byteCount: Int {
        let small =
            presentChildren.count * 8 + bounds.count * 12
            + rules.count * 4 + children.count * 4
        let logic =
            conditions.count * MemoryLayout<LoweredNode>.stride + atoms.count
            * MemoryLayout<LoweredAtom>.stride + terms.count * MemoryLayout<LoweredTerm>.stride
        return treeByteCount + small + logic
    }
}
