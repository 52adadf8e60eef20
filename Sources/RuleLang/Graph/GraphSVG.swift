extension TreeGraph {
    /// A drawing from left to right: each box beside the middle of its children.
    package var svg: String {
        var drawing = Drawing(self)
        return drawing.svg()
    }

    private struct Drawing {
        let graph: TreeGraph
        private var children: [[Int]]
        private var x: [Int]
        private var y: [Int]
        private var nextY = margin

        private static let margin = 20
        private static let lineHeight = 16
        /// Of the monospace font, a little more than most have.
        private static let characterWidth = 7.3
        private static let padding = 8
        private static let gap = 12

        init(_ graph: TreeGraph) {
            self.graph = graph
            children = Array(repeating: [], count: graph.boxes.count)
            for arrow in graph.arrows { children[arrow.from].append(arrow.to) }
            x = Array(repeating: Self.margin, count: graph.boxes.count)
            y = Array(repeating: 0, count: graph.boxes.count)
        }

        private func width(_ text: String) -> Int {
            Int(Double(text.count) * Self.characterWidth) + 1
        }

        private func width(_ box: Int) -> Int {
            (graph.boxes[box].lines.map(width).max() ?? 0) + 2 * Self.padding
        }

        private func height(_ box: Int) -> Int {
            graph.boxes[box].lines.count * Self.lineHeight + 2 * Self.padding - 4
        }

        /// Columns as wide as their widest box and the longest label behind it.
        private mutating func placeColumns() {
            var depth = Array(repeating: 0, count: graph.boxes.count)
            for arrow in graph.arrows { depth[arrow.to] = depth[arrow.from] + 1 }
            let count = (depth.max() ?? 0) + 1
            var boxes = Array(repeating: 0, count: count)
            var labels = Array(repeating: 0, count: count)
            for box in graph.boxes.indices {
                boxes[depth[box]] = max(boxes[depth[box]], width(box))
            }
            for arrow in graph.arrows {
                labels[depth[arrow.from]] = max(labels[depth[arrow.from]], width(arrow.label))
            }
            var start = [Self.margin]
            for column in 0..<count {
                start.append(start[column] + boxes[column] + labels[column] + 48)
            }
            for box in graph.boxes.indices { x[box] = start[depth[box]] }
        }

        /// The middle of the box, below everything that has been placed.
        private mutating func placeRows(_ box: Int) -> Int {
            let top = nextY
            let middles = children[box].map { placeRows($0) }
            let middle: Int
            if let first = middles.first, let last = middles.last {
                middle = max((first + last) / 2, top + height(box) / 2)
            } else {
                middle = top + height(box) / 2
            }
            y[box] = middle
            nextY = max(nextY, middle + height(box) / 2 + Self.gap)
            return middle
        }

        mutating func svg() -> String {
            placeColumns()
            _ = placeRows(0)
            let right = graph.boxes.indices.map { x[$0] + width($0) }.max() ?? 0
            let (allWidth, allHeight) = (right + Self.margin, nextY + Self.margin)
            var parts = [
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(allWidth)\" "
                    + "height=\"\(allHeight)\" viewBox=\"0 0 \(allWidth) \(allHeight)\" "
                    + "font-family=\"monospace\" font-size=\"12\">",
                "<rect width=\"\(allWidth)\" height=\"\(allHeight)\" fill=\"#ffffff\"/>",
            ]
            parts += graph.arrows.map(arrow)
            parts += graph.boxes.indices.map(box)
            return parts.joined(separator: "\n") + "\n</svg>\n"
        }

        /// A curve from the right of one box to the left of another, its label before the latter.
        private func arrow(_ arrow: Arrow) -> String {
            let (fromX, fromY) = (x[arrow.from] + width(arrow.from), y[arrow.from])
            let (toX, toY) = (x[arrow.to], y[arrow.to])
            let labelX = toX - width(arrow.label) - 10
            let bend = fromX + min(40, max(8, (labelX - fromX) / 2))
            let dash = arrow.isRest ? " stroke-dasharray=\"5 4\"" : ""
            return "<path d=\"M\(fromX) \(fromY)C\(bend) \(fromY) \(bend) \(toY) "
                + "\(max(bend, labelX - 4)) \(toY)H\(toX)\" fill=\"none\" "
                + "stroke=\"#868e96\"\(dash)/>\n"
                + "<rect x=\"\(labelX - 3)\" y=\"\(toY - 9)\" width=\"\(width(arrow.label) + 6)\" "
                + "height=\"18\" fill=\"#ffffff\"/>\n"
                + "<text x=\"\(labelX)\" y=\"\(toY + 4)\" fill=\"#495057\">"
                + "\(Self.escaped(arrow.label))</text>"
        }

        private func box(_ box: Int) -> String {
            let (left, top) = (x[box], y[box] - height(box) / 2)
            var text =
                "<rect x=\"\(left)\" y=\"\(top)\" width=\"\(width(box))\" "
                + "height=\"\(height(box))\" rx=\"5\" fill=\"\(graph.boxes[box].kind.colour)\" "
                + "stroke=\"#adb5bd\"/>"
            for (index, line) in graph.boxes[box].lines.enumerated() {
                let baseline = top + Self.padding + 10 + index * Self.lineHeight
                text +=
                    "\n<text x=\"\(left + Self.padding)\" y=\"\(baseline)\" fill=\"#212529\" "
                    + "xml:space=\"preserve\">\(Self.escaped(line))</text>"
            }
            return text
        }

        private static func escaped(_ text: String) -> String {
            var result = ""
            for character in text {
                switch character {
                case "&": result += "&amp;"
                case "<": result += "&lt;"
                case ">": result += "&gt;"
                case "\"": result += "&quot;"
                default: result.append(character)
                }
            }
            return result
        }
    }
}
