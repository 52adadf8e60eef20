extension TreeGraph {
    /// For Graphviz (the DOT language).
    package var dot: String {
        func quoted(_ text: String) -> String {
            var result = ""
            for character in text {
                if character == "\"" || character == "\\" { result.append("\\") }
                result.append(character)
            }
            return result
        }
        var lines = [
            "digraph rules {", "  rankdir=LR;",
            "  node [shape=box, style=\"rounded,filled\", fontname=\"monospace\", fontsize=11];",
            "  edge [fontname=\"monospace\", fontsize=10];",
        ]
        for (number, box) in boxes.enumerated() {
            // `\l` ends a line that begins at the left.
            let label =
                box.lines.count == 1
                ? quoted(box.lines[0]) : box.lines.map { quoted($0) + "\\l" }.joined()
            lines.append("  n\(number) [label=\"\(label)\", fillcolor=\"\(box.kind.colour)\"];")
        }
        for arrow in arrows {
            let style = arrow.isRest ? ", style=dashed" : ""
            lines.append(
                "  n\(arrow.from) -> n\(arrow.to) [label=\"\(quoted(arrow.label))\"\(style)];")
        }
        return lines.joined(separator: "\n") + "\n}\n"
    }

    /// For Mermaid, a flowchart.
    package var mermaid: String {
        var lines = ["flowchart LR"]
        for (number, box) in boxes.enumerated() {
            let text = box.lines.map(Self.mermaidText).joined(separator: "<br/>")
            let shape = box.kind == .rules ? ("[\"", "\"]") : ("([\"", "\"])")
            lines.append("  n\(number)\(shape.0)\(text)\(shape.1)")
        }
        for arrow in arrows {
            let line = arrow.isRest ? "-.->" : "-->"
            lines.append(
                "  n\(arrow.from) \(line)|\"\(Self.mermaidText(arrow.label))\"| n\(arrow.to)")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Everything but plain characters as a numeric entity, which is how Mermaid quotes.
    private static func mermaidText(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            let isPlain =
                scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                || " ./-_:=,…*+".unicodeScalars.contains(scalar)
            if isPlain {
                result.unicodeScalars.append(scalar)
            } else {
                result += "#\(scalar.value);"
            }
        }
        return result
    }
}

extension TreeGraph.Box.Kind {
    var colour: String {
        switch self {
        case .question: "#e7f5ff"
        case .rules: "#f4fce3"
        case .summary: "#f1f3f5"
        }
    }
}
