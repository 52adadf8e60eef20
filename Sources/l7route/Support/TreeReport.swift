internal import RuleLang
internal import Sockets

/// `check --stats`: what the rules became.
struct TreeReport {
    private let statistics: TreeStatistics
    private let buildMilliseconds: Int
    /// Of lookup tables.
    private let rows: Int

    init(_ program: Program) {
        rows = program.tables.reduce(0) { $0 + $1.rowByKey.count }
        let start = Clocks.monotonicNanoseconds()
        statistics = DecisionTree.build(program).statistics
        buildMilliseconds = Int((Clocks.monotonicNanoseconds() - start) / 1_000_000)
    }

    var json: JSONValue {
        .object([
            ("rules", .number(statistics.rules)), ("tableRows", .number(rows)),
            ("nodes", .number(statistics.nodes)),
            ("nodesByKind", .object(kinds.map { ($0.key, .number($0.value)) })),
            ("depth", .number(statistics.depth)), ("bytes", .number(statistics.bytes)),
            ("buildMilliseconds", .number(buildMilliseconds)),
            ("residualRules", .number(statistics.residualRules)),
            ("residueByReason", .object(residue.map { ($0.name, .number($0.count)) })),
        ])
    }

    var text: String {
        var lines = [("rules", "\(statistics.rules)")]
        if rows > 0 { lines.append(("table rows", "\(rows)")) }
        lines.append(("nodes", "\(statistics.nodes)"))
        lines += kinds.map { ("  \($0.key)", "\($0.value)") }
        lines += [
            ("depth", "\(statistics.depth)"),
            ("bytes", "\(statistics.bytes)\(bytesPerRule)"),
            ("built in", "\(buildMilliseconds) ms"),
            ("residual rules", "\(statistics.residualRules)\(share)"),
        ]
        lines += residue.map { ("  \($0.name)", "\($0.count)") }
        let width = lines.map(\.0.count).max() ?? 0
        return lines.map { name, value in
            name + String(repeating: " ", count: width - name.count + 2) + value + "\n"
        }.joined()
    }

    private var kinds: [(key: String, value: Int)] {
        statistics.nodesByKind.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    }

    /// Rules that stand in a list which is walked in order, and why.
    private var residue: [(name: String, count: Int)] {
        statistics.residueByReason.map { reason, count in
            (reason.rawValue + (reason.code.map { " (\($0))" } ?? ""), count)
        }.sorted { $0.0 < $1.0 }
    }

    private var bytesPerRule: String {
        let count = statistics.rules + rows
        guard count > 0 else { return "" }
        return " (\(statistics.bytes / count) a \(rows > 0 ? "rule or row" : "rule"))"
    }

    private var share: String {
        guard statistics.rules > 0, statistics.residualRules > 0 else { return "" }
        return " (\(statistics.residualRules * 100 / statistics.rules) %: tried in order)"
    }
}
