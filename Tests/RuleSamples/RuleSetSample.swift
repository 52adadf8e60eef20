/// A main file and those that it names.
package struct RuleFiles: Sendable, Hashable {
    package var main: String
    /// Set files, tables, bodies and included files by name.
    package var others: [String: String]

    package init(_ main: String, _ others: [String: String] = [:]) {
        self.main = main
        self.others = others
    }
}

/// A file of rules from the whole grammar, over few constants: whatever a condition may say and
/// whatever names, guards and reaches a rule. `GeneratorCoverageTests` holds it to the language.
package struct RuleSetSample {
    var random: SplitMix
    /// Few rules are lists, more make every kind of node.
    let size: Int
    var files: [String: String] = [:]
    var usedSets: Set<String> = []
    var usedLookups: Set<Int> = []
    /// Of the listeners, which are the only ones that may be compared with.
    var listenerNames: [String] = []
    /// `rules r0 { }` and so on; each may use those behind it.
    var ruleBlocks = 0
    /// Captures of the present rule.
    var captured = 0
    private var lets = 0
    private var labels = 0

    package init(seed: UInt64) {
        random = SplitMix(seed)
        size = random.pick([3, 8, 20, 60])
    }

    package mutating func ruleFiles() -> RuleFiles {
        ruleBlocks = random.between(0...3)
        var items = listenDeclarations() + settings()
        for _ in 0..<random.between(0...5) {
            captured = 0
            items.append("let l\(lets) =\(space())\(condition(depth: 2))")
            lets += 1
        }
        items += statements(size, depth: 2, block: nil)
        for block in 0..<ruleBlocks {
            let inner = statements(random.between(1...6), depth: 1, block: block)
            items.append("rules r\(block) {\n\(inner.joined(separator: "\n"))\n}")
        }
        items += actionDeclarations() + lookupDeclarations() + setDeclarations()
        if random.chance(2) { items.append("else -> respond 404") }
        if random.chance(6) { items = include(items) }
        return RuleFiles(dressed(items.joined(separator: "\n") + "\n"), files)
    }

    /// Some items in the middle go to a file of their own, which a pattern may name.
    private mutating func include(_ items: [String]) -> [String] {
        let start = random.between(0...items.count - 1)
        let end = random.between(start + 1...items.count)
        files["part.l7"] = items[start..<end].joined(separator: "\n") + "\n"
        let line = "include \"\(random.pick(["part.l7", "part*.l7", "par*"]))\""
        return items[..<start] + [line] + items[end...]
    }

    // MARK: - Statements

    /// `block`: the number of the block that they are in.
    private mutating func statements(_ count: Int, depth: Int, block: Int?) -> [String] {
        var lines: [String] = []
        let outer = captured
        for _ in 0..<count {
            captured = outer
            let later = (block ?? -1) + 1
            if depth > 0, random.chance(12) {
                let guardText = condition(depth: 1)
                let inner = statements(random.between(1...6), depth: depth - 1, block: block)
                lines.append("when \(guardText) {\n\(inner.joined(separator: "\n"))\n}")
            } else if later < ruleBlocks, random.chance(15) {
                lines.append("use r\(random.between(later...ruleBlocks - 1))")
            } else {
                lines.append(rule(isTop: block == nil && depth == 2))
            }
            if lines.count > 1, random.chance(40), !lines[lines.count - 2].hasSuffix("remark") {
                let last = lines.removeLast()
                lines[lines.count - 1] += "; \(last)"
            }
            if random.chance(30) { lines[lines.count - 1] += " # a remark" }
        }
        captured = outer
        return lines
    }

    private mutating func rule(isTop: Bool) -> String {
        var label = ""
        if random.chance(8) {
            labels += 1
            label = "rule-\(labels): "
        }
        if !isTop, random.chance(20) { return "\(label)else -> deny" }
        var captures: [String] = []
        var row: String?
        var parts: [String] = []
        switch random.between(0...11) {
        case 0:
            parts.append("path matches \"/u/{c_\(labels)}/{d...}\"")
            captures = ["c_\(labels)", "d"]
        case 1:
            parts.append("(path ~ \"^/api/(?<c>\\w+)\" or host matches \"{c}.example.com\")")
            captures = ["c"]
        case 2:
            let name = lookup()
            row = name
            parts.append("$\(name)")
        default: break
        }
        // Narrow rules let requests come to the later ones.
        for _ in 0..<random.between(0...3) { parts.append(atom()) }
        parts.append(condition(depth: 2))
        var text = label + parts[0]
        for part in parts.dropFirst() { text += connective("and") + part }
        return "\(text)\(connective("->"))\(action(captures: captures, row: row))"
    }

    // MARK: - Conditions

    private mutating func condition(depth: Int) -> String {
        if depth > 0 {
            switch random.between(0...9) {
            case 0...3:
                let first = condition(depth: depth - 1)
                return parenthesised(
                    first + connective("and") + condition(depth: depth - 1))
            case 4...5:
                // The ways of an `or` may capture the same names.
                let start = captured
                let first = condition(depth: depth - 1)
                let most = captured
                captured = start
                let second = condition(depth: depth - 1)
                captured = max(captured, most)
                return parenthesised(first + connective("or") + second)
            case 6: return "not " + parenthesised(condition(depth: depth - 1))
            case 7 where random.chance(3): return "not not \(atom())"
            default: break
            }
        }
        if lets > 0, random.chance(12) { return "@l\(random.between(0...lets - 1))" }
        return atom()
    }
}
