/// How large a tree may become before what is left is walked in order.
package struct TreeBudget: Sendable, Hashable {
    /// For each rule; a program with few rules gets at least `minimumNodes`.
    package var nodesPerRule = 8
    package var minimumNodes = 4_096
    /// Of nodes, lists and tries, for each rule.
    package var bytesPerRule = 300
    package var minimumBytes = 4 << 20
    /// How often rules with several keys may be filed beyond the first time, for each rule.
    package var copiesPerRule = 8
    package var minimumCopies = 65_536
    /// Keys that are looked at while fields are compared, for each rule: what stands for time here,
    /// so that one file always gives one tree. Large files take 30 to 60.
    package var workPerRule = 400
    package var minimumWork = 4_000_000
    /// Splits on one way from the root.
    package var depth = 24
    /// Rules that are walked rather than split further.
    package var listLength = 6

    package init() {}
}

/// What became of the rules, for `check --stats`.
package struct TreeStatistics: Sendable, Hashable {
    /// Why a rule stands in a list that is longer than the budget's `listLength`.
    package enum Residue: String, Sendable, Hashable, CaseIterable {
        /// No field has a small set of values of which the rule needs one.
        case noKey = "no key"
        /// Nothing is known of what a regex of the rule needs.
        case opaqueRegex = "opaque regex"
        /// An `or` or a set has more values than a rule is filed under.
        case tooManyKeys = "too many keys"
        /// One look into a table of its own, however many rows it has.
        case lookup = "lookup in a table"
        /// All rules of the list need the same values, or each a value of another field.
        case notApart = "nothing tells them apart"
        /// The tree is as large or deep as it may be.
        case budget

        /// The lint that says so of a rule.
        package var code: String? {
            switch self {
            case .noKey: "P037"
            case .opaqueRegex: "P038"
            case .tooManyKeys: "P039"
            case .lookup, .notApart, .budget: nil
            }
        }
    }

    /// A rule that is tried in order with others.
    package struct Residual: Sendable, Hashable {
        package var rule: RuleID
        package var reason: Residue
    }

    /// Of the tables that have a tree, `use`d ones counted where they are used.
    package var rules = 0
    package var nodes = 0
    package var nodesByKind: [String: Int] = [:]
    /// The most nodes on one way from a root.
    package var depth = 0
    /// All arrays; PCRE2's code is not counted.
    package var bytes = 0
    /// Each rule once for each place in the order, however many lists it stands in.
    package var residuals: [Residual] = []

    package var residualRules: Int { residuals.count }
    package var residueByReason: [Residue: Int] {
        residuals.reduce(into: [:]) { $0[$1.reason, default: 0] += 1 }
    }

    package init() {}
}

/// A program's rules as trees, one for each table that a listener or a test names: for every
/// request the same decision as the naive evaluator's, at a cost that hardly grows with the number
/// of rules. Immutable, shared by all workers.
package final class DecisionTree: Sendable {
    package let statistics: TreeStatistics
    let storage: TreeStorage
    let tables: AtomTables
    let names: FieldNames

    init(
        storage: TreeStorage, tables: AtomTables, names: FieldNames, statistics: TreeStatistics
    ) {
        self.storage = storage
        self.tables = tables
        self.names = names
        self.statistics = statistics
    }

    /// Never fails: what does not fit the budget is walked in order.
    package static func build(
        _ program: Program, budget: TreeBudget = TreeBudget()
    ) -> DecisionTree {
        var random = SystemRandomNumberGenerator()
        return build(program, budget: budget, KeyHash(using: &random))
    }

    private static func build(
        _ program: Program, budget: TreeBudget, _ hash: KeyHash
    ) -> DecisionTree {
        var lowering = Lowering(program, hash)
        var walks: [(table: Int, rules: [LoweredRule])] = []
        for table in tables(of: program) {
            walks.append((table.index, RuleWalk(table, &lowering).rules))
        }
        lowering.expressions.markShared(walks.flatMap { $0.rules.map(\.condition) })
        let count = walks.reduce(0) { $0 + $1.rules.count }
        var builder = TreeBuilder(lowering, budget: budget, ruleCount: count)
        builder.storage.roots = [UInt32?](repeating: nil, count: program.ruleTables.count)
        for walk in walks {
            builder.storage.roots[walk.table] = builder.add(walk.rules)
        }
        return builder.finish(program)
    }

    /// Those that are asked: the main one, the listeners' and the tests'.
    private static func tables(of program: Program) -> [RuleTableID] {
        var seen: Set<RuleTableID> = []
        let named =
            program.listeners.map(\.table)
            + program.tests.flatMap { $0.requests.map(\.table) }
        return ([Program.mainTable] + named).filter {
            $0.index < program.ruleTables.count && seen.insert($0).inserted
        }
    }
}
