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
}

/// Conditions in negation normal form, equal ones stored once. Node 0 is false, node 1 is true.
struct ExpressionTable {
    private struct Key: Hashable {
        var kind: LoweredNode.Kind
        var parts: [UInt32]
    }

    private(set) var nodes: [LoweredNode] = [LoweredNode(kind: .no), LoweredNode(kind: .yes)]
    private(set) var children: [UInt32] = []
    private(set) var atoms: [LoweredAtom] = []
    /// What a node costs to evaluate, in no unit.
    private var costs: [UInt32] = [0, 0]
    private var known: [Key: UInt32] = [:]
    /// Without them, `not` of what is used twice at each of many levels would take for ever.
    private var complements: [UInt32: UInt32] = [:]
    private var knownAtoms: [LoweredAtom: UInt32] = [:]

    /// Growing its dictionaries step by step is a good part of what lowering costs.
    mutating func reserve(atoms: Int, rules: Int) {
        knownAtoms.reserveCapacity(atoms)
        known.reserveCapacity(rules)
        nodes.reserveCapacity(atoms + rules)
        costs.reserveCapacity(atoms + rules)
    }

    static let no: UInt32 = 0
    static let yes: UInt32 = 1

    mutating func atom(_ atom: LoweredAtom, cost: UInt32) -> UInt32 {
        if let node = knownAtoms[atom] { return node }
        let node = UInt32(nodes.count)
        nodes.append(LoweredNode(kind: .atom, first: UInt32(atoms.count)))
        costs.append(cost)
        atoms.append(atom)
        knownAtoms[atom] = node
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
        let node = nodes[Int(node)]
        return children[Int(node.first)..<Int(node.first + node.count)]
    }

    /// Kleene's `and` and `or` do not mind the order, so the cheap parts go first.
    private mutating func join(
        _ kind: LoweredNode.Kind, _ given: [UInt32], neutral: UInt32
    ) -> UInt32 {
        var flat: [UInt32] = []
        for part in given where part != neutral {
            if part == 1 - neutral { return part }
            if nodes[Int(part)].kind == kind {
                flat += parts(of: part)
            } else {
                flat.append(part)
            }
        }
        flat.sort { (costs[Int($0)], $0) < (costs[Int($1)], $1) }
        var parts: [UInt32] = []
        for part in flat where part != parts.last { parts.append(part) }
        guard parts.count > 1 else { return parts.first ?? neutral }
        let key = Key(kind: kind, parts: parts)
        if let node = known[key] { return node }
        nodes.append(
            LoweredNode(kind: kind, first: UInt32(children.count), count: UInt32(parts.count)))
        costs.append(parts.reduce(0) { $0 &+ costs[Int($1)] })
        children += parts
        known[key] = UInt32(nodes.count - 1)
        return UInt32(nodes.count - 1)
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
