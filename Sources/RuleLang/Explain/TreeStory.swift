package import Patterns
package import RequestModel

/// What the tree did for one request: the nodes it came to, by which keys, and the rules that it
/// verified there.
package struct TreeStory: Sendable {
    package struct Node: Sendable {
        /// `host is`; of a list, how many rules it has.
        package var asks: String
        /// The key of the node above that led here, or `rest`; absent at the root.
        package var key: String?
    }

    package struct Verified: Sendable {
        package var rule: RuleID
        package var truth: Truth
    }

    package var decision: Decision
    package var nodes: [Node]
    /// In the order in which they were asked.
    package var verified: [Verified]
    /// Of all tables that have a tree.
    package var ruleCount: Int

    package init(
        _ tree: DecisionTree, _ program: Program, _ table: RuleTableID,
        _ view: borrowing RequestView, _ scratch: PatternScratch
    ) {
        var evaluator = TreeEvaluator(tree, scratch: scratch)
        let (decision, events) = evaluator.trace(table, view)
        self.decision = decision
        ruleCount = tree.statistics.rules
        nodes = []
        verified = []
        let outline = TreeOutline(tree: tree, program: program)
        // By the node that a branch leads to: its labels, of the nodes that were visited.
        var labels: [UInt32: [String]] = [:]
        for event in events {
            switch event {
            case .node(let number):
                nodes.append(
                    Node(
                        asks: outline.question(of: number),
                        key: labels[number].map { Self.joined($0) }))
                for branch in outline.branches(of: number) {
                    guard case .node(let child) = branch.target else { continue }
                    labels[child, default: []].append(branch.label)
                }
            case .rule(let number, let truth):
                let rule = RuleID(Int(tree.storage.rules[Int(number)]))
                verified.append(Verified(rule: rule, truth: truth))
            }
        }
    }

    /// Several windows of a text lead to one node.
    private static func joined(_ labels: [String]) -> String {
        labels.count <= 4
            ? labels.joined(separator: " or ")
            : labels.prefix(4).joined(separator: " or ") + " or …"
    }
}

extension TreeStory {
    func text(_ program: Program) -> String {
        let rules = "\(TreeGraph.grouped(verified.count)) of \(TreeGraph.grouped(ruleCount))"
        let visited = nodes.count == 1 ? "1 node" : "\(nodes.count) nodes"
        var lines = ["the tree: \(visited) visited, \(rules) rules verified"]
        for node in nodes {
            lines.append("  " + (node.key.map { "\($0): " } ?? "") + node.asks)
        }
        for each in verified {
            lines.append("  verified \(program.place(of: each.rule)): \(Self.word(each.truth))")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    func json(_ program: Program) -> JSONValue {
        .object([
            (
                "nodes",
                .array(
                    nodes.map {
                        .object([("asks", .string($0.asks)), ("key", .optional($0.key))])
                    })
            ),
            (
                "verified",
                .array(
                    verified.map {
                        .object([
                            ("rule", .string(program.place(of: $0.rule))),
                            ("truth", .string(Self.word($0.truth))),
                        ])
                    })
            ), ("rules", .number(ruleCount)),
        ])
    }

    private static func word(_ truth: Truth) -> String {
        switch truth {
        case .yes: "true"
        case .no: "false"
        case .error: "error"
        }
    }
}
