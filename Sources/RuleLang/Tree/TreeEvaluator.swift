package import Patterns
package import RequestModel

/// Decides requests by a tree. One for each worker: what it writes to is allocated once and used
/// again, so that a steady stream of requests allocates nothing.
package struct TreeEvaluator: ~Copyable {
    private let storage: TreeStorage
    private let tables: AtomTables
    private let scratch: PatternScratch
    private var reader: FieldReader
    /// Values of shared conditions: generation and, in the lower two bits, a `Truth`.
    private var memo: [UInt32]
    /// The request for which a node was visited last, where one may be reached twice.
    private var visited: [UInt32]
    private var generation: UInt32 = 0
    /// The first rule so far that is true or an error.
    private var best: UInt32 = absent
    private var bestIsError = false
    /// What `trace` notes; otherwise nothing is.
    private var isTracing = false
    private var events: [Event] = []

    /// In the order in which they happen.
    enum Event {
        case node(UInt32)
        /// In the order of all rules, with what it was found to be.
        case rule(UInt32, Truth)
    }

    package init(_ tree: DecisionTree, scratch: PatternScratch) {
        storage = tree.storage
        tables = tree.tables
        self.scratch = scratch
        reader = FieldReader(
            terms: tree.storage.terms, names: tree.names, tables: tree.tables)
        memo = [UInt32](repeating: 0, count: tree.storage.sharedConditions)
        visited = [UInt32](repeating: 0, count: tree.storage.nodes.count)
    }

    /// Whether the last decision asked for `now`.
    package var hasReadNow: Bool { reader.hasReadNow }

    /// The first rule in file order that is true or an error. The table is the main one or one that
    /// a listener or a test names.
    package mutating func decide(
        _ table: RuleTableID, _ view: borrowing RequestView
    ) -> Decision {
        let previous = generation
        generation = reader.begin()
        if generation < previous { forgetStamps() }
        best = absent
        bestIsError = false
        guard let root = storage.roots[table.index] else {
            preconditionFailure("no listener and no test names this table")
        }
        visit(root, view)
        guard best != absent else { return .noMatch }
        let rule = RuleID(Int(storage.rules[Int(best)]))
        return bestIsError ? .error(rule, .regexLimit) : .rule(rule)
    }

    /// Decides, and tells the nodes that were visited and the rules that were verified.
    mutating func trace(
        _ table: RuleTableID, _ view: borrowing RequestView
    ) -> (Decision, [Event]) {
        isTracing = true
        events = []
        let decision = decide(table, view)
        isTracing = false
        return (decision, events)
    }

    /// Generations begin anew, once in a billion requests.
    private mutating func forgetStamps() {
        for index in memo.indices { memo[index] = 0 }
        for index in visited.indices { visited[index] = 0 }
    }

    // MARK: - Nodes

    private mutating func visit(_ start: UInt32, _ view: borrowing RequestView) {
        var number = start
        while number != absent {
            let node = storage.nodes[Int(number)]
            guard node.lowest < best else { return }
            if isTracing { events.append(.node(number)) }
            switch node.kind {
            case .list: walk(node, view)
            case .hash, .interval:
                // The rest first where it may hold the earlier rule.
                let isRestLate = node.rest == absent || storage.lowest(node.rest) > node.lowest
                if !isRestLate { visit(node.rest, view) }
                let found = reader.read(node.term, view)
                for index in found {
                    let child = child(node, reader.values[index], view)
                    visit(child, view, maybeTwice: found.count > 1)
                }
                if !isRestLate { return }
            case .prefix, .suffix:
                let found = reader.read(node.term, view)
                for index in found {
                    visitTrie(node, reader.values[index], view, maybeTwice: found.count > 1)
                }
            case .gram:
                for index in reader.read(node.term, view) {
                    visitGrams(node, reader.values[index], view)
                }
            case .headers, .cookies, .parameters: visitPresent(node, view)
            case .condition:
                if truth(node.a, view) != .no { visit(node.b, view) }
            }
            number = node.rest
        }
    }

    /// The same value a thousand times must not cost a thousand visits.
    @inline(__always)
    private mutating func visit(
        _ node: UInt32, _ view: borrowing RequestView, maybeTwice: Bool
    ) {
        guard node != absent else { return }
        if maybeTwice {
            if visited[Int(node)] == generation { return }
            visited[Int(node)] = generation
        }
        visit(node, view)
    }

    private mutating func walk(_ node: TreeNode, _ view: borrowing RequestView) {
        var index = Int(node.a)
        let end = index &+ Int(node.b)
        while index < end {
            let item = storage.items[index]
            guard item.rule < best else { return }
            let truth = truth(item.condition, view)
            if isTracing { events.append(.rule(item.rule, truth)) }
            if truth != .no {
                best = item.rule
                bestIsError = truth == .error
                return
            }
            index &+= 1
        }
    }

    // Not `mutating` for what it writes: a borrow of so large a struct is a copy of it.
    private mutating func child(
        _ node: TreeNode, _ value: LoweredValue, _ view: borrowing RequestView
    ) -> UInt32 {
        let region = KeyRegion(base: node.a, mask: node.b)
        switch value.kind {
        case .text:
            guard node.kind == .hash else { return absent }
            return tables.keys.find(region, view.bytes, value.range, tables.literals)
        case .derived:
            guard node.kind == .hash else { return absent }
            return tables.keys.find(region, reader.arena, value.range, tables.literals)
        case .number:
            return node.kind == .interval ? storage.intervalChild(node, value.number) : absent
        case .v4, .v6, .flag: return absent
        }
    }

    private mutating func visitTrie(
        _ node: TreeNode, _ value: LoweredValue, _ view: borrowing RequestView,
        maybeTwice: Bool
    ) {
        guard value.isText else { return }
        let fromEnd = node.kind == .suffix
        let separator = fromEnd ? UInt8(ascii: ".") : UInt8(ascii: "/")
        let range = value.range
        var place = node.a
        var position = 0
        while true {
            let here = storage.trie[Int(place)]
            guard here.lowest < best else { return }
            // The byte that led here is known: a label of one byte is not looked at again.
            if here.labelCount > 1 {
                guard hasLabel(here, value, position, fromEnd: fromEnd, view) else { return }
            }
            position &+= Int(here.labelCount)
            guard position < range.count else {
                return visitKeys(here, isEnd: true, isUnder: true, view, maybeTwice: maybeTwice)
            }
            let next = fromEnd ? range.upperBound &- 1 &- position : range.lowerBound &+ position
            let byte = value.kind == .derived ? reader.arena[next] : view.bytes[next]
            if here.endsKeys {
                let isUnder = byte == separator
                visitKeys(here, isEnd: false, isUnder: isUnder, view, maybeTwice: maybeTwice)
            }
            place = storage.child(of: here, byte)
            if place == absent { return }
        }
    }

    /// Whether a value goes on with a trie node's label behind `position` bytes.
    private mutating func hasLabel(
        _ here: TrieNode, _ value: LoweredValue, _ position: Int, fromEnd: Bool,
        _ view: borrowing RequestView
    ) -> Bool {
        let range = value.range
        let offset = Int(here.labelOffset)
        let count = Int(here.labelCount)
        guard position &+ count <= range.count else { return false }
        let start =
            fromEnd ? range.upperBound &- position &- count : range.lowerBound &+ position
        return value.kind == .derived
            ? Bytes.equal(reader.arena, at: start, tables.literals, offset, count)
            : Bytes.equal(view.bytes, at: start, tables.literals, offset, count)
    }

    /// Of a value that ends at a trie node, or goes on with a separator there or something else.
    private mutating func visitKeys(
        _ here: TrieNode, isEnd: Bool, isUnder: Bool, _ view: borrowing RequestView,
        maybeTwice: Bool
    ) {
        if isEnd { visit(here.exact, view, maybeTwice: maybeTwice) }
        if isUnder { visit(here.under, view, maybeTwice: maybeTwice) }
        visit(here.prefix, view, maybeTwice: maybeTwice)
    }

    private mutating func visitGrams(
        _ node: TreeNode, _ value: LoweredValue, _ view: borrowing RequestView
    ) {
        guard value.isText else { return }
        var place = 0
        while node.lowest < best {
            let child =
                value.kind == .derived
                ? storage.grams[Int(node.a)].next(reader.arena, value.range, &place)
                : storage.grams[Int(node.a)].next(view.bytes, value.range, &place)
            guard child != absent else { return }
            visit(child, view, maybeTwice: true)
        }
    }

    private mutating func visitPresent(_ node: TreeNode, _ view: borrowing RequestView) {
        switch node.kind {
        case .headers:
            reader.indexHeaders(view)
            for index in 0..<reader.presentHeaders.count {
                visit(storage.presentChild(node, reader.presentHeaders[index]), view)
            }
        case .cookies:
            reader.splitCookies(view)
            for index in 0..<reader.cookies.present.count {
                visit(storage.presentChild(node, reader.cookies.present[index]), view)
            }
        default:
            reader.splitQuery(view)
            for index in 0..<reader.parameters.present.count {
                visit(storage.presentChild(node, reader.parameters.present[index]), view)
            }
        }
    }

    // MARK: - Conditions

    private mutating func truth(_ number: UInt32, _ view: borrowing RequestView) -> Truth {
        let node = storage.conditions[Int(number)]
        if node.isShared {
            let known = memo[Int(number)]
            if known >> 2 == generation { return Self.truth(known & 3) }
        }
        var result: Truth
        switch node.kind {
        case .no: result = .no
        case .yes: result = .yes
        case .atom: result = truth(storage.atoms[Int(node.first)], view)
        case .not: result = !truth(node.first, view)
        case .all:
            result = .yes
            for index in Int(node.first)..<Int(node.first &+ node.count) {
                let part = truth(storage.children[index], view)
                if part == .yes { continue }
                result = part
                if part == .no { break }
            }
        case .any:
            result = .no
            for index in Int(node.first)..<Int(node.first &+ node.count) {
                let part = truth(storage.children[index], view)
                if part == .no { continue }
                result = part
                if part == .yes { break }
            }
        }
        if node.isShared { memo[Int(number)] = generation << 2 | UInt32(result.rawValue) }
        return result
    }

    private static func truth(_ bits: UInt32) -> Truth {
        bits == 0 ? .no : bits == 1 ? .yes : .error
    }

    private mutating func truth(_ atom: LoweredAtom, _ view: borrowing RequestView) -> Truth {
        if atom.code == .row { return hasRow(tables.lookups[Int(atom.offset)], view) ? .yes : .no }
        let found = reader.read(atom.term, view)
        if atom.code == .present { return found.isEmpty ? .no : .yes }
        var result = Truth.no
        for index in found {
            let truth = truth(atom, reader.values[index], view)
            if truth == .yes { return .yes }
            if truth == .error { result = .error }
        }
        return result
    }

    /// Of one value. Here and below `mutating` is not for what is written: a borrow of so large a
    /// struct is a copy of it.
    @inline(__always)
    private mutating func truth(
        _ atom: LoweredAtom, _ value: LoweredValue, _ view: borrowing RequestView
    ) -> Truth {
        let holds: Bool
        switch value.kind {
        case .text:
            if atom.code == .regex { return matches(atom, view.bytes, value.range) }
            holds = tables.textHolds(atom, view.bytes, value.range)
        case .derived:
            if atom.code == .regex { return matches(atom, reader.arena, value.range) }
            holds = tables.textHolds(atom, reader.arena, value.range)
        case .number, .v4, .v6, .flag: holds = tables.otherHolds(atom, value)
        }
        return holds ? .yes : .no
    }

    /// Of a regex.
    private mutating func matches(
        _ atom: LoweredAtom, _ bytes: [UInt8], _ range: Range<Int>
    ) -> Truth {
        let pattern = Int(atom.offset)
        let requirement = tables.requirements[pattern]
        if let requirement, !requirement.allows(bytes.span, range) { return .no }
        switch scratch.match(tables.patterns[pattern], in: bytes, range: range) {
        case .match: return .yes
        case .noMatch: return .no
        case .error:
            let isSure = requirement?.isSureOfNoMatch(bytes.span, range) ?? false
            return isSure ? .no : .error
        }
    }

    private mutating func hasRow(_ table: LoweredTable, _ view: borrowing RequestView) -> Bool {
        guard let key = reader.readKey(table, view) else { return false }
        let row =
            key.kind == .derived
            ? tables.keys.find(table.keys, reader.arena, key.range, tables.literals)
            : tables.keys.find(table.keys, view.bytes, key.range, tables.literals)
        return row != absent
    }
}
