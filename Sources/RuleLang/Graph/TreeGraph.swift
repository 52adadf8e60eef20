/// A decision tree as boxes and arrows, for a drawing: all of a small one, the upper part of a
/// large one with the rest in figures. The same tree always gives the same drawing.
package struct TreeGraph: Sendable {
    package struct Box: Sendable {
        package enum Kind: Sendable {
            /// Asks for a value.
            case question
            /// Rules that are verified in file order.
            case rules
            /// Stands for what is not drawn.
            case summary
        }

        package var kind: Kind
        /// One or more, none of them longer than `textLimit` characters, without control
        /// characters.
        package var lines: [String]
    }

    package struct Arrow: Sendable {
        package var from: Int
        package var to: Int
        package var label: String
        /// Leads to the rules that have no key at the box it comes from.
        package var isRest: Bool
    }

    /// Parents stand before their children; the first one is the root.
    package private(set) var boxes: [Box] = []
    package private(set) var arrows: [Arrow] = []

    /// Characters of a line.
    package static let textLimit = 80
    /// Keys of a box that are drawn when there are more.
    static let keyLimit = 8

    /// The tree of a table that a listener or a test names, with at most about `limit` boxes. nil
    /// for a table that no one asks.
    package init?(_ tree: DecisionTree, _ program: Program, _ table: RuleTableID, limit: Int) {
        guard table.index < tree.storage.roots.count,
            let root = tree.storage.roots[table.index]
        else { return nil }
        let source = TreeOutline(tree: tree, program: program)
        guard root != absent else {
            boxes.append(Box(kind: .summary, lines: ["no rules"]))
            return
        }
        // Level by level, so that what is left out is what lies deep.
        var open = [(node: root, box: addBox(source.box(root)))]
        var index = 0
        while index < open.count {
            let (node, box) = open[index]
            index += 1
            let branches = source.branches(of: node)
            for branch in Self.shown(branches, source) {
                switch branch.target {
                case .node(let child):
                    guard boxes.count < limit else {
                        let summary = Box(kind: .summary, lines: [source.summary([child])])
                        add(branch, from: box, to: addBox(summary))
                        continue
                    }
                    let next = addBox(source.box(child))
                    add(branch, from: box, to: next)
                    open.append((child, next))
                case .summary(let text):
                    add(branch, from: box, to: addBox(Box(kind: .summary, lines: [text])))
                }
            }
        }
    }

    private mutating func addBox(_ box: Box) -> Int {
        boxes.append(box)
        return boxes.count - 1
    }

    private mutating func add(_ branch: TreeOutline.Branch, from: Int, to: Int) {
        arrows.append(Arrow(from: from, to: to, label: branch.label, isRest: branch.isRest))
    }

    /// The first keys and one branch for all others; the rest comes last.
    private static func shown(
        _ branches: [TreeOutline.Branch], _ source: TreeOutline
    ) -> [TreeOutline.Branch] {
        let keyed = branches.filter { !$0.isRest }
        guard keyed.count > keyLimit + 1 else { return branches }
        let hidden = keyed[keyLimit...]
        let nodes = hidden.compactMap { branch -> UInt32? in
            if case .node(let node) = branch.target { node } else { nil }
        }
        let more = TreeOutline.Branch(
            label: "… \(grouped(hidden.count)) more", isRest: false,
            target: .summary(source.summary(nodes)))
        return keyed[..<keyLimit] + [more] + branches.filter(\.isRest)
    }

    /// `12,345`
    static func grouped(_ number: Int) -> String {
        var text = ""
        for (index, digit) in String(number).reversed().enumerated() {
            if index > 0, index % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return String(text.reversed())
    }

    /// One line for a drawing: what cannot be shown is escaped, what is too long is cut.
    static func shownText(_ bytes: some Collection<UInt8>) -> String {
        var text = ""
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            let isInvisible =
                (0x200B...0x200F).contains(scalar.value)
                || (0x2028...0x202E).contains(scalar.value) || scalar.value == 0xFEFF
            if isControl || isInvisible {
                text += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                text.unicodeScalars.append(scalar)
            }
            if text.count >= textLimit { return text.prefix(textLimit - 1) + "…" }
        }
        return text
    }
}
