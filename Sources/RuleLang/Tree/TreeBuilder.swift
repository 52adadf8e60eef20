internal import RequestModel

/// Builds the trees of a program's tables into one storage.
struct TreeBuilder {
    var lowering: Lowering
    let budget: TreeBudget
    var storage = TreeStorage()
    var statistics = TreeStatistics()
    var covers: CoverTable
    private let maximumNodes: Int
    private let maximumBytes: Int
    private var copiesLeft: Int
    private var workLeft: Int
    /// Whether the rules at hand could be told apart if they might be filed more often.
    private var isShortOfCopies = false
    /// For each rule of all tables; covers as a range of `covers`.
    private var ruleCovers: [Range<Int>] = []
    private var conditions: [UInt32] = []
    /// How many of the rules at hand have a key, or a cover in a dimension; zero between calls.
    private var keyCounts: [Int32] = []
    /// The bucket of a key while rules are put into them; `absent` between calls.
    private var keyBuckets: [UInt32] = []
    private var dimensionCounts: [Int32] = []
    private var copies: [Int32] = []
    private var largest: [Int32] = []
    private var conditionCounts: [UInt32: Int] = [:]
    private var residues: [UInt32: TreeStatistics.Residue] = [:]

    init(_ lowering: Lowering, budget: TreeBudget, ruleCount: Int) {
        self.lowering = lowering
        self.budget = budget
        maximumNodes = max(budget.minimumNodes, budget.nodesPerRule * ruleCount)
        covers = CoverTable(lowering.tables.keys.hash)
        // Equality has a key of the whole and of each end.
        covers.reserve(
            keys: lowering.expressions.atoms.count * 3, nodes: lowering.expressions.nodes.count)
        maximumBytes = max(budget.minimumBytes, budget.bytesPerRule * ruleCount)
        copiesLeft = max(budget.minimumCopies, budget.copiesPerRule * ruleCount)
        workLeft = max(budget.minimumWork, budget.workPerRule * ruleCount)
    }

    /// The root of a tree of `rules`, which get the next numbers; `absent` without rules.
    mutating func add(_ rules: [LoweredRule]) -> UInt32 {
        let first = UInt32(storage.rules.count)
        for rule in rules {
            storage.rules.append(UInt32(rule.rule.index))
            conditions.append(rule.condition)
            ruleCovers.append(covers.find(rule.condition, &lowering))
        }
        statistics.rules += rules.count
        let missing = covers.keys.count - keyCounts.count
        keyCounts += repeatElement(0, count: missing)
        keyBuckets += repeatElement(absent, count: missing)
        dimensionCounts += repeatElement(0, count: covers.dimensions.count - dimensionCounts.count)
        copies += repeatElement(0, count: covers.dimensions.count - copies.count)
        largest += repeatElement(0, count: covers.dimensions.count - largest.count)
        return build(Array(first..<UInt32(storage.rules.count))[...], BuildPath())
    }

    mutating func finish(_ program: Program) -> DecisionTree {
        let names = FieldNames(
            headerCount: program.headers.count,
            cookieCount: lowering.terms.cookieNames.count,
            queryCount: lowering.terms.queryNames.count,
            cookieHeader: program.headers.slot(of: Array("cookie".utf8)),
            cookieSlots: slots(lowering.terms.cookieNames),
            querySlots: slots(lowering.terms.queryNames))
        let numbering = SharedFirst(lowering.expressions)
        storage.conditions = numbering.nodes
        storage.children = numbering.children
        storage.sharedConditions = numbering.sharedCount
        for index in storage.items.indices {
            let old = storage.items[index].condition
            storage.items[index].condition = numbering.newNumber(old)
        }
        for index in storage.nodes.indices where storage.nodes[index].kind == .condition {
            storage.nodes[index].a = numbering.newNumber(storage.nodes[index].a)
        }
        storage.atoms = lowering.expressions.atoms
        storage.terms = lowering.terms.terms
        var tables = lowering.tables
        tables.literals = lowering.literals.bytes
        statistics.nodes = storage.nodes.count
        statistics.nodesByKind = storage.nodesByKind
        statistics.bytes =
            storage.byteCount + tables.keys.byteCount + tables.literals.count
            + tables.numbers.count * 8 + tables.intervals.count * 48
        statistics.residuals = residues.keys.sorted().compactMap { rule in
            residues[rule].map {
                TreeStatistics.Residual(
                    rule: RuleID(Int(storage.rules[Int(rule)])), reason: $0)
            }
        }
        return DecisionTree(
            storage: storage, tables: tables, names: names, statistics: statistics)
    }

    private mutating func slots(_ names: [[UInt8]]) -> KeyRegion {
        let keys = names.enumerated().map { slot, name in
            (key: lowering.literals.text(name), value: UInt32(slot))
        }
        return lowering.tables.keys.add(keys, lowering.literals)
    }

    // MARK: - Nodes

    mutating func build(_ rules: ArraySlice<UInt32>, _ path: BuildPath) -> UInt32 {
        guard let lowest = rules.first else { return absent }
        statistics.depth = max(statistics.depth, path.depth + 1)
        if rules.count <= budget.listLength { return list(rules, path) }
        guard path.depth < budget.depth, storage.nodes.count < maximumNodes,
            storage.treeByteCount < maximumBytes, workLeft > 0
        else {
            return residue(rules, .budget, path)
        }
        guard let dimension = bestDimension(rules, path) else {
            return sharedCondition(rules, path)
        }
        // The number first, so that parents stand before their children.
        let number = UInt32(storage.nodes.count)
        storage.nodes.append(TreeNode(kind: .list, lowest: lowest))
        let parts = partition(rules, dimension)
        let inner = path.without(dimension)
        var node = branch(covers.dimensions[Int(dimension)], parts.buckets, inner)
        node.lowest = lowest
        node.rest = build(parts.rest[...], inner)
        storage.nodes[Int(number)] = node
        return number
    }

    private mutating func list(_ rules: ArraySlice<UInt32>, _ path: BuildPath) -> UInt32 {
        let start = UInt32(storage.items.count)
        for rule in rules {
            let condition = open(conditions[Int(rule)], path)
            storage.items.append(TreeItem(rule: rule, condition: condition))
        }
        let lowest = rules[rules.startIndex]
        return append(
            TreeNode(kind: .list, lowest: lowest, a: start, b: UInt32(rules.count)))
    }

    mutating func append(_ node: TreeNode) -> UInt32 {
        storage.nodes.append(node)
        return UInt32(storage.nodes.count - 1)
    }

    private mutating func residue(
        _ rules: ArraySlice<UInt32>, _ reason: TreeStatistics.Residue?, _ path: BuildPath
    ) -> UInt32 {
        // What always holds, as `else`, needs no key: nothing that stands behind it is tried.
        for rule in rules
        where residues[rule] == nil && conditions[Int(rule)] != ExpressionTable.yes {
            residues[rule] = reason ?? reasonWithoutDimension(rule)
        }
        return list(rules, path)
    }

    /// What keeps a rule from being told apart by a field.
    private func reasonWithoutDimension(_ rule: UInt32) -> TreeStatistics.Residue {
        if !ruleCovers[Int(rule)].isEmpty { return .notApart }
        var open = [conditions[Int(rule)]]
        var reason = TreeStatistics.Residue.noKey
        while let node = open.popLast() {
            if covers.hasLostKeys(node) { return .tooManyKeys }
            let condition = lowering.expressions.nodes[Int(node)]
            switch condition.kind {
            case .no, .yes, .not: break
            case .all, .any: open += lowering.expressions.parts(of: node)
            case .atom:
                let atom = lowering.expressions.atoms[Int(condition.first)]
                if atom.code == .row { return .lookup }
                if atom.code == .regex, lowering.tables.requirements[Int(atom.offset)] == nil {
                    reason = .opaqueRegex
                }
            }
        }
        return reason
    }

    /// Where no field tells rules apart, a condition that many of them share still spares asking
    /// them when it is false.
    private mutating func sharedCondition(
        _ rules: ArraySlice<UInt32>, _ path: BuildPath
    ) -> UInt32 {
        conditionCounts.removeAll(keepingCapacity: true)
        for rule in rules {
            for part in parts(of: conditions[Int(rule)]) where !path.conditions.contains(part) {
                conditionCounts[part, default: 0] += 1
            }
        }
        let common = conditionCounts.max { ($0.value, $1.key) < ($1.value, $0.key) }
        guard let common, common.value > budget.listLength else {
            return residue(rules, isShortOfCopies ? .budget : nil, path)
        }
        let inside = rules.filter { parts(of: conditions[Int($0)]).contains(common.key) }
        let outside = rules.filter { !parts(of: conditions[Int($0)]).contains(common.key) }
        let lowest = rules[rules.startIndex]
        let number = append(TreeNode(kind: .condition, lowest: lowest, a: common.key))
        let inner = path.without(condition: common.key)
        let child = build(inside[...], inner)
        let rest = build(outside[...], inner)
        storage.nodes[Int(number)].b = child
        storage.nodes[Int(number)].rest = rest
        return number
    }

    private func parts(of condition: UInt32) -> [UInt32] {
        switch lowering.expressions.nodes[Int(condition)].kind {
        case .all: Array(lowering.expressions.parts(of: condition))
        case .yes, .no: []
        default: [condition]
        }
    }

    // MARK: - Which dimension

    /// The one that leaves the fewest rules on the worst way, by what its field costs to read.
    private mutating func bestDimension(
        _ rules: ArraySlice<UInt32>, _ path: BuildPath
    ) -> UInt32? {
        var seen: [UInt32] = []
        var seenKeys: [UInt32] = []
        for rule in rules {
            workLeft -= 1
            for place in ruleCovers[Int(rule)] {
                let cover = covers.covers[place]
                if path.dimensions.contains(cover.dimension) { continue }
                if dimensionCounts[Int(cover.dimension)] == 0 { seen.append(cover.dimension) }
                dimensionCounts[Int(cover.dimension)] += 1
                copies[Int(cover.dimension)] += Int32(cover.keys.count - 1)
                workLeft -= cover.keys.count
                for place in cover.keys {
                    let key = covers.keyLists[place]
                    if keyCounts[Int(key)] == 0 { seenKeys.append(key) }
                    keyCounts[Int(key)] += 1
                }
            }
        }
        for key in seenKeys {
            let dimension = Int(covers.keys[Int(key)].dimension)
            largest[dimension] = max(largest[dimension], keyCounts[Int(key)])
            keyCounts[Int(key)] = 0
        }
        isShortOfCopies = false
        var best: (dimension: UInt32, score: Double, copies: Int)?
        for dimension in seen {
            let covered = Int(dimensionCounts[Int(dimension)])
            let worst = rules.count - covered + Int(largest[Int(dimension)])
            let more = Int(copies[Int(dimension)])
            dimensionCounts[Int(dimension)] = 0
            largest[Int(dimension)] = 0
            copies[Int(dimension)] = 0
            // A node costs about as much as two rules.
            let gain = rules.count - worst
            guard gain > 1, gain * 64 >= rules.count else { continue }
            guard more <= copiesLeft else {
                isShortOfCopies = true
                continue
            }
            let score = Double(worst) * cost(of: covers.dimensions[Int(dimension)])
            if score < best?.score ?? .infinity { best = (dimension, score, more) }
        }
        copiesLeft -= best?.copies ?? 0
        return best?.dimension
    }

    private func cost(of dimension: Dimension) -> Double {
        let base =
            switch dimension.kind {
            case .hash: 1.0
            case .prefix: 1.1
            case .suffix: 1.2
            case .interval: 1.1
            case .headers, .cookies, .parameters: 2.0
            case .gram: 3.0
            case .longGram: 3.2
            }
        guard dimension.term != absent else { return base }
        return switch lowering.terms.field(of: dimension.term).kind {
        case .method, .host, .path, .port, .listener: base
        case .header: base * 1.3
        case .cookie, .query: base * 1.5
        case .url, .segments: base * 2
        default: base * 1.2
        }
    }

    /// In file order, the buckets by their first rules. Counted first, then filled.
    private mutating func partition(
        _ rules: ArraySlice<UInt32>, _ dimension: UInt32
    ) -> (buckets: Buckets, rest: [UInt32]) {
        var rest: [UInt32] = []
        var keys: [UInt32] = []
        for rule in rules {
            guard let cover = cover(of: rule, dimension) else {
                rest.append(rule)
                continue
            }
            for key in covers.keys(cover) {
                if keyCounts[Int(key)] == 0 {
                    keyBuckets[Int(key)] = UInt32(keys.count)
                    keys.append(key)
                }
                keyCounts[Int(key)] += 1
            }
        }
        var buckets = Buckets(
            keys: keys.map { covers.keys[Int($0)] }, counts: keys.map { Int(keyCounts[Int($0)]) })
        for rule in rules {
            guard let cover = cover(of: rule, dimension) else { continue }
            for key in covers.keys(cover) { buckets.add(rule, to: Int(keyBuckets[Int(key)])) }
        }
        for key in keys {
            keyCounts[Int(key)] = 0
            keyBuckets[Int(key)] = absent
        }
        if covers.dimensions[Int(dimension)].kind == .interval {
            Self.takeOutWide(&buckets, &rest)
        }
        return (buckets, rest)
    }

    private func cover(of rule: UInt32, _ dimension: UInt32) -> Cover? {
        for place in ruleCovers[Int(rule)] where covers.covers[place].dimension == dimension {
            return covers.covers[place]
        }
        return nil
    }
}

/// What the nodes on the way from the root have asked already.
struct BuildPath {
    private(set) var depth = 0
    private(set) var dimensions: [UInt32] = []
    private(set) var conditions: [UInt32] = []
    /// Keys that the request has.
    private(set) var keys: [CoverKey] = []

    func with(_ key: CoverKey) -> BuildPath {
        var path = self
        path.keys.append(key)
        return path
    }

    func without(_ dimension: UInt32) -> BuildPath {
        var path = self
        path.depth += 1
        path.dimensions.append(dimension)
        return path
    }

    func without(condition: UInt32) -> BuildPath {
        var path = self
        path.depth += 1
        path.conditions.append(condition)
        return path
    }
}
