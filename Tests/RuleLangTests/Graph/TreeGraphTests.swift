import RuleSamples
import Testing

@testable import RuleLang

@Suite struct TreeGraphTests {
    private func graph(_ text: String, limit: Int = 60) throws -> TreeGraph {
        let program = try #require(CompiledText(text).program)
        let tree = DecisionTree.build(program)
        return try #require(TreeGraph(tree, program, Program.mainTable, limit: limit))
    }

    /// Enough rules by host that they are not a mere list.
    private static let hosts = (0..<8).map { "host == \"h\($0).example\" -> deny" }
        .joined(separator: "\n")

    @Test func dot() throws {
        let text = try graph(Self.hosts + "\npath == \"/x\" -> respond 204\n").dot
        #expect(text.hasPrefix("digraph rules {\n"))
        #expect(text.contains("n0 [label=\"host is\""))
        #expect(text.contains("-> n1 [label=\"h0.example\"];"))
        #expect(text.contains("label=\"main.l7:9: path == \\\"/x\\\" -> respond 204\""))
        #expect(text.contains("[label=\"rest\", style=dashed];"))
        #expect(text.hasSuffix("}\n"))
    }

    @Test func mermaid() throws {
        let text = try graph(Self.hosts).mermaid
        let lines = text.split(separator: "\n")
        #expect(lines.first == "flowchart LR")
        #expect(lines.contains("  n0([\"host is\"])"))
        #expect(lines.contains("  n0 -->|\"h0.example\"| n1"))
        #expect(lines.contains("  n1[\"main.l7:1: host == #34;h0.example#34; -#62; deny\"]"))
    }

    /// An `else` in a `when` does not hold for everything.
    @Test func guards() throws {
        let text =
            "when host == \"a.example\" {\n  when method == GET {\n    else -> deny\n  }\n}\n"
        let boxes = try graph(text).boxes
        #expect(
            boxes.map(\.lines)
                == [["main.l7:3: when host == \"a.example\" and method == GET: else -> deny"]])
    }

    @Test func svg() throws {
        let text = try graph(Self.hosts).svg
        #expect(text.hasPrefix("<svg "))
        #expect(text.hasSuffix("</svg>\n"))
        #expect(text.contains(">h7.example</text>"))
        #expect(text.contains("host == &quot;h7.example&quot; -&gt; deny</text>"))
    }

    /// Keys are bytes that an author, or a table's file, may choose at will.
    @Test(arguments: [
        "\\\"]); drop", "<script>&amp;", "a|b{c}", "\u{202e}evil", "x\u{1b}[31m", "–é]]",
        "a\\nb", "\u{7f}",
    ])
    func hostileKeys(_ key: String) throws {
        let escaped = key.unicodeScalars.map {
            $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)"
        }.joined()
        let rules =
            Self.hosts.replacing("host ==", with: "header.x ==")
            + "\nheader.x == \"\(escaped)\" -> deny\n"
        guard let program = CompiledText(rules).program else { return }
        let tree = DecisionTree.build(program)
        let graph = try #require(TreeGraph(tree, program, Program.mainTable, limit: 60))
        for line in graph.boxes.flatMap(\.lines) + graph.arrows.map(\.label) {
            #expect(!line.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F })
            #expect(!line.unicodeScalars.contains { $0.value == 0x202E })
        }
        // Each label is one string of its format.
        for line in graph.dot.split(separator: "\n") where line.contains("label=") {
            let quotes = line.replacing("\\\\", with: "").replacing("\\\"", with: "")
                .filter { $0 == "\"" }.count
            #expect(quotes % 2 == 0, "\(line)")
        }
        for line in graph.mermaid.split(separator: "\n").dropFirst() {
            #expect(line.filter { $0 == "\"" }.count == 2, "\(line)")
        }
        #expect(!graph.svg.contains("<script"))
    }

    @Test func largeTreesAreSummarised() throws {
        let rules = (0..<5_000).map {
            "host == \"h\($0 % 50)\" and path under \"/p/\($0)\" -> deny"
        }
        let graph = try graph(rules.joined(separator: "\n"), limit: 40)
        #expect(graph.boxes.count < 120)
        let summaries = graph.boxes.filter { $0.kind == .summary }.flatMap(\.lines)
        #expect(summaries.contains { $0.hasSuffix(" nodes") })
        #expect(graph.arrows.contains { $0.label.hasPrefix("… ") && $0.label.hasSuffix(" more") })
        // Hash tables are seeded anew for each tree; the drawing is the same.
        let again = try self.graph(rules.joined(separator: "\n"), limit: 40)
        #expect(again.dot == graph.dot)
    }

    /// Trees with nodes of every kind can be drawn.
    @Test func everyKind() throws {
        var words: Set<String> = []
        for seed in UInt64(0)..<40 {
            var sample = WideRuleSample(seed: seed)
            let graph = try graph(sample.text(), limit: 400)
            for box in graph.boxes where box.kind == .question {
                words.insert(String(box.lines[0].split(separator: " ").last ?? ""))
            }
            #expect(graph.arrows.allSatisfy { $0.from < $0.to })
            #expect(graph.arrows.count == graph.boxes.count - 1)
        }
        for word in ["is", "with", "holds", "from", "header", "cookie", "share"] {
            #expect(words.contains(word), "\(words.sorted())")
        }
    }

    @Test func emptyFile() throws {
        #expect(try graph("pool a { server 127.0.0.1:1 }\n").boxes.map(\.lines) == [["no rules"]])
    }
}
