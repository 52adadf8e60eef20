import RequestModel

/// What the nodes of a tree ask and where they lead, in words.
struct TreeOutline {
    let tree: DecisionTree
    let program: Program

    struct Branch {
        enum Target {
            case node(UInt32)
            case summary(String)
        }

        var label: String
        var isRest: Bool
        var target: Target
    }

    private var storage: TreeStorage { tree.storage }

    private static let ruleLimit = 6

    func box(_ number: UInt32) -> TreeGraph.Box {
        let node = storage.nodes[Int(number)]
        return node.kind == .list
            ? TreeGraph.Box(kind: .rules, lines: rules(node))
            : TreeGraph.Box(kind: .question, lines: [question(of: number)])
    }

    /// One line for a drawing; of a list, how many rules it has.
    func question(of number: UInt32) -> String {
        let node = storage.nodes[Int(number)]
        let text =
            switch node.kind {
            case .list: "\(TreeGraph.grouped(Int(node.b))) rule\(node.b == 1 ? "" : "s") in order"
            case .hash: "\(name(node.term)) is"
            case .prefix: "\(name(node.term)) starts with"
            case .suffix: "\(name(node.term)) ends with"
            case .gram: "\(name(node.term)) holds"
            case .interval: "\(name(node.term)) from"
            case .headers: "has header"
            case .cookies: "has cookie"
            case .parameters: "has query parameter"
            case .condition: "a condition that all below share"
            }
        return TreeGraph.shownText(text.utf8)
    }

    private func rules(_ node: TreeNode) -> [String] {
        let items = storage.items[Int(node.a)..<Int(node.a + node.b)]
        var lines = items.prefix(Self.ruleLimit).map { item in
            let rule = RuleID(Int(storage.rules[Int(item.rule)]))
            let place = program.place(of: rule)
            let file = place[
                (place.lastIndex(of: "/").map(place.index(after:)) ?? place.startIndex)...]
            let words = (guards(of: rule) + program.line(of: rule)).split(
                separator: " ", omittingEmptySubsequences: true)
            let text = "\(file): \(words.joined(separator: " "))"
            return TreeGraph.shownText(text.utf8)
        }
        if items.count > Self.ruleLimit {
            lines.append("… \(TreeGraph.grouped(items.count - Self.ruleLimit)) more in order")
        }
        return lines
    }

    /// The `when`s around a rule: without them its `else` would look as if it held for everything.
    private func guards(of rule: RuleID) -> String {
        let texts = program.rules[rule].guards.map {
            String(decoding: program.sources.text(of: $0.span), as: UTF8.self)
                .replacing("\n", with: " ")
        }
        return texts.isEmpty ? "" : "when \(texts.joined(separator: " and ")): "
    }

    /// In the order of the keys; the rest last.
    func branches(of number: UInt32) -> [Branch] {
        let node = storage.nodes[Int(number)]
        var branches: [Branch] = []
        switch node.kind {
        case .list: break
        case .hash:
            let region = KeyRegion(base: node.a, mask: node.b)
            branches = sorted(tree.tables.keys.all(region).map { (bytes($0.key), $0.value) })
        case .prefix: branches = trie(node.a, fromEnd: false)
        case .suffix: branches = trie(node.a, fromEnd: true)
        case .gram: branches = sorted(storage.grams[Int(node.a)].all.map { ($0.gram, $0.child) })
        case .interval:
            for index in Int(node.a)..<Int(node.a + node.b)
            where storage.boundChildren[index] != absent {
                let bound = storage.bounds[index]
                branches.append(
                    branch(bound == .min ? "the lowest" : "\(bound)", storage.boundChildren[index]))
            }
        case .headers, .cookies, .parameters:
            let names = names(node.kind)
            let children = storage.presentChildren[Int(node.a)..<Int(node.a + node.b)]
            branches = sorted(children.map { (names[$0.slot] ?? [], $0.node) })
        case .condition: branches = [branch("holds", node.b)]
        }
        if node.rest != absent {
            branches.append(Branch(label: "rest", isRest: true, target: .node(node.rest)))
        }
        return branches
    }

    private func branch(_ label: String, _ node: UInt32) -> Branch {
        Branch(label: TreeGraph.shownText(label.utf8), isRest: false, target: .node(node))
    }

    private func sorted(_ children: [(key: [UInt8], node: UInt32)]) -> [Branch] {
        children.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map {
            let text = TreeGraph.shownText($0.key)
            return branch(text.isEmpty ? "(empty)" : text, $0.node)
        }
    }

    private func bytes(_ text: LiteralText) -> [UInt8] {
        Array(tree.tables.literals[Int(text.offset)..<Int(text.offset + text.length)])
    }

    /// The keys of a trie: whole values, and beginnings or ends with an ellipsis.
    private func trie(_ start: UInt32, fromEnd: Bool) -> [Branch] {
        var branches: [Branch] = []
        var open = [(place: start, text: [UInt8]())]
        while let (place, before) = open.popLast() {
            let here = storage.trie[Int(place)]
            let offset = Int(here.labelOffset)
            let label = Array(tree.tables.literals[offset..<offset + Int(here.labelCount)])
            let text = fromEnd ? label + before : before + label
            let shown = TreeGraph.shownText(text)
            if here.exact != absent { branches.append(branch("\(shown) alone", here.exact)) }
            for child in [here.under, here.prefix] where child != absent {
                branches.append(branch(fromEnd ? "…\(shown)" : "\(shown)…", child))
            }
            for child in (0..<here.childCount).reversed() {
                open.append((here.firstChild + child, text))
            }
        }
        return branches
    }

    private func names(_ kind: TreeNode.Kind) -> [UInt32: [UInt8]] {
        if kind == .headers {
            return Dictionary(
                uniqueKeysWithValues: program.headers.names.enumerated().map {
                    (UInt32($0.offset), $0.element)
                })
        }
        let region = kind == .cookies ? tree.names.cookieSlots : tree.names.querySlots
        return Dictionary(
            uniqueKeysWithValues: tree.tables.keys.all(region).map { ($0.value, bytes($0.key)) })
    }

    private func name(_ number: UInt32) -> String {
        let term = storage.terms[Int(number)]
        let text: String
        switch term.kind {
        case .header: text = "header." + named(program.headers.names, term.argument)
        case .cookie: text = "cookie." + named(names(.cookies), term.argument)
        case .query: text = "query." + named(names(.parameters), term.argument)
        case .wholeQuery: text = "query"
        case .rawPath: text = "path.raw"
        case .segments: text = "path.segments"
        case .segment: text = "path.segments[\(term.argument)]"
        case .segmentCount: text = "len(path.segments)"
        case .httpVersion: text = "http.version"
        case .httpUpgrade: text = "http.upgrade"
        case .clientIP: text = "client.ip"
        case .clientPort: text = "client.port"
        case .peerIP: text = "peer.ip"
        case .peerPort: text = "peer.port"
        case .tlsSNI: text = "tls.sni"
        case .tlsVersion: text = "tls.version"
        case .tlsALPN: text = "tls.alpn"
        case .tlsClientSubject: text = "tls.client.subject"
        case .tlsClientVerified: text = "tls.client.verified"
        case .lower: return "lower(\(name(term.argument)))"
        case .length: return "len(\(name(term.argument)))"
        case .integer: return "int(\(name(term.argument)))"
        case .bits: return "the bits of \(name(term.argument))"
        case .path, .method, .scheme, .host, .port, .url, .listener, .tls, .now:
            text = "\(term.kind)"
        }
        return term.isAny ? "any(\(text))" : text
    }

    private func named(_ names: [[UInt8]], _ slot: UInt32) -> String {
        String(decoding: names[Int(slot)], as: UTF8.self)
    }

    private func named(_ names: [UInt32: [UInt8]], _ slot: UInt32) -> String {
        String(decoding: names[slot] ?? [], as: UTF8.self)
    }

    /// `12 rules in 3 nodes`, of all that can be reached.
    func summary(_ roots: [UInt32]) -> String {
        var seen: Set<UInt32> = []
        var rules: Set<UInt32> = []
        var open = roots
        while let number = open.popLast() {
            guard number != absent, seen.insert(number).inserted else { continue }
            let node = storage.nodes[Int(number)]
            if node.kind == .list {
                for item in storage.items[Int(node.a)..<Int(node.a + node.b)] {
                    rules.insert(item.rule)
                }
            }
            for branch in branches(of: number) {
                if case .node(let child) = branch.target { open.append(child) }
            }
        }
        let nodes = seen.count
        return "\(TreeGraph.grouped(rules.count)) rule\(rules.count == 1 ? "" : "s") in "
            + "\(TreeGraph.grouped(nodes)) node\(nodes == 1 ? "" : "s")"
    }
}
