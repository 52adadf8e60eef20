import RequestModel
import RuleSamples
import Testing

@testable import RuleLang

/// The comparison with the naive evaluator finds a fault in any kind of node: a tree is built, one
/// entry of its tables is changed, and generated requests must show it.
@Suite struct PlantedFaultTests {
    enum Fault: CaseIterable {
        case listForgetsARule, lowestTooHigh, restIsLost, hashLooksElsewhere
        case prefixEndIsLost, prefixIsLost, suffixEndIsLost, gramsAreLost
        case underIsLost, underIsPrefix
        case intervalBeginsLate, intervalChildIsLost
        case headerOfAnotherName, cookieOfAnotherName, parameterOfAnotherName
        case conditionIsLost, conditionOfAnother
    }

    @Test(arguments: Fault.allCases)
    func isFound(_ fault: Fault) throws {
        var planted = 0
        for seed in UInt64(0)..<90 {
            var wide = WideRuleSample(seed: seed)
            var mixed = RuleSetSample(seed: seed)
            let isWide = seed % 2 == 0
            let files = isWide ? RuleFiles(wide.text()) : mixed.ruleFiles()
            guard let comparison = TreeComparison(files) else { continue }
            let tree = DecisionTree.build(comparison.program)
            guard let broken = fault.plant(tree, seed) else { continue }
            planted += 1
            var requests = RequestSample(seed: seed, comparison.program)
            let builders = (0..<300).map { _ in requests.builder() }
            #expect(comparison.firstDisagreement(builders, tree) == nil)
            if comparison.firstDisagreement(builders, broken) != nil { return }
        }
        Issue.record("planted \(planted) times and never found")
    }

    /// A disagreement comes down to a rule or two and a short request.
    @Test func disagreementsShrink() throws {
        let text = """
            header.x-a == "1" -> deny
            path == "/a" and header.x-b == "2" -> deny
            path starts_with "/b" or header.x-c == "3" -> deny
            path under "/c" and (query.x == "1" or header.x-d) -> deny
            """
        var request = RequestBuilder()
        request.target = Array("/c/d?x=1&y=2".utf8)
        request.headers = [
            (Array("Host".utf8), Array("a".utf8)), (Array("X-Z".utf8), Array("long".utf8)),
        ]
        // Without its rests and lists, no tree finds anything.
        let check: Disagreement.Check = { files, request, budget in
            guard let comparison = TreeComparison(files, budget) else { return nil }
            let tree = DecisionTree.build(comparison.program)
            var storage = tree.storage
            storage.items = []
            for index in storage.nodes.indices { storage.nodes[index].b = 0 }
            let broken = DecisionTree(
                storage: storage, tables: tree.tables, names: tree.names,
                statistics: tree.statistics)
            return comparison.firstDisagreement([request], broken)
        }
        let found = try #require(check(RuleFiles(text), request, TreeBudget()))
        #expect(found.naive == .rule(RuleID(3)))
        let small = found.shrunk(check)
        #expect(small.naive == .rule(RuleID(0)))
        #expect(small.files.main.split(separator: "\n").count == 1)
        #expect(small.files.main.utf8.count < 30)
        #expect(small.request.target.count <= 4)
        #expect(small.request.headers.isEmpty)
    }
}

extension PlantedFaultTests.Fault {
    /// A copy of the tree with the fault; nil when it has no place for it.
    fileprivate func plant(_ tree: DecisionTree, _ seed: UInt64) -> DecisionTree? {
        var storage = tree.storage
        guard plant(&storage, seed) else { return nil }
        return DecisionTree(
            storage: storage, tables: tree.tables, names: tree.names, statistics: tree.statistics)
    }

    private func plant(_ storage: inout TreeStorage, _ seed: UInt64) -> Bool {
        switch self {
        case .listForgetsARule:
            return change(&storage, seed, [.list]) { $0.b = max(1, $0.b) - 1 }
        case .lowestTooHigh:
            return change(&storage, seed, [.hash, .prefix, .gram, .interval]) {
                $0.lowest = absent - 1
            }
        case .restIsLost:
            let kinds = TreeNode.Kind.allCases.filter { $0 != .list }
            return change(&storage, seed, kinds) { $0.rest = absent }
        case .hashLooksElsewhere: return change(&storage, seed, [.hash]) { $0.b /= 2 }
        case .prefixEndIsLost: return cutTrie(&storage, seed, .prefix) { $0.exact = absent }
        case .prefixIsLost: return cutTrie(&storage, seed, .prefix) { $0.prefix = absent }
        case .suffixEndIsLost: return cutTrie(&storage, seed, .suffix) { $0.prefix = absent }
        case .underIsLost: return cutTrie(&storage, seed, .prefix) { $0.under = absent }
        case .underIsPrefix:
            return cutTrie(&storage, seed, .prefix) {
                if $0.prefix == absent { ($0.prefix, $0.under) = ($0.under, absent) }
            }
        case .headerOfAnotherName: return rename(&storage, seed, .headers)
        case .cookieOfAnotherName: return rename(&storage, seed, .cookies)
        case .parameterOfAnotherName: return rename(&storage, seed, .parameters)
        case .conditionIsLost: return change(&storage, seed, [.condition]) { $0.b = absent }
        case .conditionOfAnother:
            guard let other = storage.items.last else { return false }
            return change(&storage, seed, [.condition]) { $0.a = other.condition }
        case .gramsAreLost, .intervalBeginsLate, .intervalChildIsLost:
            return plantInTables(&storage, seed)
        }
    }

    private func plantInTables(_ storage: inout TreeStorage, _ seed: UInt64) -> Bool {
        let kind: TreeNode.Kind = self == .gramsAreLost ? .gram : .interval
        guard let node = some([kind], storage, seed) else { return false }
        let (start, count) = (Int(storage.nodes[node].a), Int(storage.nodes[node].b))
        switch self {
        case .gramsAreLost: storage.grams[start] = GramTable([], width: 4, stride: 1)
        case .intervalBeginsLate:
            guard count > 1 else { return false }
            storage.bounds[start + 1] += 1
        default:
            for index in start..<start + count { storage.boundChildren[index] = absent }
        }
        return true
    }

    private func some(
        _ kinds: [TreeNode.Kind], _ storage: TreeStorage, _ seed: UInt64
    ) -> Int? {
        let places = storage.nodes.indices.filter { kinds.contains(storage.nodes[$0].kind) }
        return places.isEmpty ? nil : places[Int(seed) % places.count]
    }

    private func change(
        _ storage: inout TreeStorage, _ seed: UInt64, _ kinds: [TreeNode.Kind],
        _ edit: (inout TreeNode) -> Void
    ) -> Bool {
        guard let node = some(kinds, storage, seed) else { return false }
        edit(&storage.nodes[node])
        return true
    }

    /// Changes every place of one trie.
    private func cutTrie(
        _ storage: inout TreeStorage, _ seed: UInt64, _ kind: TreeNode.Kind,
        _ edit: (inout TrieNode) -> Void
    ) -> Bool {
        guard let node = some([kind], storage, seed) else { return false }
        var open = [Int(storage.nodes[node].a)]
        while let place = open.popLast() {
            edit(&storage.trie[place])
            let here = storage.trie[place]
            open += (0..<Int(here.childCount)).map { Int(here.firstChild) + $0 }
        }
        return true
    }

    private func rename(
        _ storage: inout TreeStorage, _ seed: UInt64, _ kind: TreeNode.Kind
    ) -> Bool {
        guard let node = some([kind], storage, seed) else { return false }
        for index in 0..<Int(storage.nodes[node].b) {
            storage.presentChildren[Int(storage.nodes[node].a) + index].slot += 1
        }
        return true
    }
}
