/// A node of the shared conditions: 12 bytes, children by number.
struct LoweredNode: Sendable {
    enum Kind: UInt8, Sendable {
        case no, yes
        /// `first`: number of the atom.
        case atom
        /// `first`: the node of an atom.
        case not
        /// `first`, `count`: range of the children.
        case all, any
    }

    var kind: Kind
    /// Several parents: its value is kept for the request.
    var isShared = false
    var first: UInt32 = 0
    var count: UInt32 = 0

    /// Of `all` and `any`.
    var children: Range<Int> { Int(first)..<Int(first + count) }
}

/// Conditions in negation normal form, equal ones stored once. Node 0 is false, node 1 is true.
struct ExpressionTable {
    private(set) var nodes: [LoweredNode] = [LoweredNode(kind: .no), LoweredNode(kind: .yes)]
    private(set) var children: [UInt32] = []
    private(set) var atoms: [LoweredAtom] = []
    /// What a node costs to evaluate, in no unit.
    private var costs: [UInt32] = [0, 0]
    /// Without them, `not` of what is used twice at each of many levels would take for ever.
    private var complements: [UInt32: UInt32] = [:]
    private let hash: KeyHash
    /// The nodes of atoms; those of `all` and `any`.
    private var knownAtoms = NumberTable()
    private var knownJoins = NumberTable()
    /// Empty between calls.
    private var flat: [UInt32] = []

    init(_ hash: KeyHash) { self.hash = hash }

    mutating func reserve(atoms: Int, rules: Int) {
        knownAtoms.reserve(atoms)
        knownJoins.reserve(rules)
        nodes.reserveCapacity(atoms + rules)
        costs.reserveCapacity(atoms + rules)
    }

    static let no: UInt32 = 0
    static let yes: UInt32 = 1

    mutating func atom(_ atom: LoweredAtom, cost: UInt32) -> UInt32 {
        let hash = atom.hash(hash)
        let known = knownAtoms.find(hash) { atoms[Int(nodes[Int($0)].first)] == atom }
        if let known { return known }
        let node = UInt32(nodes.count)
        nodes.append(LoweredNode(kind: .atom, first: UInt32(atoms.count)))
        costs.append(cost)
        atoms.append(atom)
        knownAtoms.add(hash, node)
        return node
    }

    mutating func not(_ node: UInt32) -> UInt32 {
        let inner = nodes[Int(node)]
        switch inner.kind {
        case .no: return Self.yes
        case .yes: return Self.no
        case .not: return inner.first
        case .all, .any, .atom: break
        }
        if let known = complements[node] { return known }
        let complement: UInt32
        switch inner.kind {
        case .all: complement = any(parts(of: node).map { not($0) })
        case .any: complement = all(parts(of: node).map { not($0) })
        default:
            complement = UInt32(nodes.count)
            nodes.append(LoweredNode(kind: .not, first: node))
            costs.append(costs[Int(node)])
        }
        complements[node] = complement
        return complement
    }

    mutating func all(_ parts: [UInt32]) -> UInt32 { join(.all, parts, neutral: Self.yes) }

    mutating func any(_ parts: [UInt32]) -> UInt32 { join(.any, parts, neutral: Self.no) }

    func parts(of node: UInt32) -> ArraySlice<UInt32> {
        children[nodes[Int(node)].children]
    }

    /// Kleene's `and` and `or` do not mind the order, so the cheap parts go first.
    private mutating func join(
        _ kind: LoweredNode.Kind, _ given: [UInt32], neutral: UInt32
    ) -> UInt32 {
        if given.count == 1 { return given[0] }
        var flat: [UInt32] = []
        swap(&flat, &self.flat)
        defer {
            flat.removeAll(keepingCapacity: true)
            swap(&flat, &self.flat)
        }
        for part in given where part != neutral {
            if part == 1 - neutral { return part }
            if nodes[Int(part)].kind == kind {
                flat += parts(of: part)
            } else {
                flat.append(part)
            }
        }
        flat.sort { (costs[Int($0)], $0) < (costs[Int($1)], $1) }
        // Equal ones stand side by side.
        var count = 0
        for index in flat.indices where count == 0 || flat[index] != flat[count - 1] {
            flat[count] = flat[index]
            count += 1
        }
        return count > 1 ? node(kind, flat[..<count]) : flat.first ?? neutral
    }

    private mutating func node(
        _ kind: LoweredNode.Kind, _ parts: ArraySlice<UInt32>
    ) -> UInt32 {
        let hash = hash.hash(parts) ^ UInt32(kind.rawValue)
        let known = knownJoins.find(hash) {
            nodes[Int($0)].kind == kind && self.parts(of: $0) == parts
        }
        if let known { return known }
        let node = UInt32(nodes.count)
        nodes.append(
            LoweredNode(kind: kind, first: UInt32(children.count), count: UInt32(parts.count)))
        costs.append(parts.reduce(0) { $0 &+ costs[Int($1)] })
        children += parts
        knownJoins.add(hash, node)
        return node
    }

    /// Marks what has several parents among the conditions of rules, given with the rules.
    mutating func markShared(_ roots: [UInt32]) {
        var parents = [UInt8](repeating: 0, count: nodes.count)
        var open: [UInt32] = []
        func visit(_ node: UInt32) {
            if parents[Int(node)] == 0 { open.append(node) }
            parents[Int(node)] = min(parents[Int(node)] + 1, 2)
        }
        for root in roots { visit(root) }
        while let node = open.popLast() {
            switch nodes[Int(node)].kind {
            case .no, .yes, .atom: break
            case .not: visit(nodes[Int(node)].first)
            case .all, .any: for part in parts(of: node) { visit(part) }
            }
        }
        for node in nodes.indices { nodes[node].isShared = node > 1 && parents[node] > 1 }
    }
}
