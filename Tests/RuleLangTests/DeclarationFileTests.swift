import RuleSamples
import Testing

@testable import RuleLang

/// Included files, set files and CSV tables.
@Suite struct DeclarationFileTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var files: [String: String]
        var findings: [String]
        var testDescription: String { "\(text) \(files)" }

        init(_ text: String, _ files: [String: String], _ findings: [String]) {
            self.text = text
            self.files = files
            self.findings = findings
        }
    }

    static let includes = [
        Case("include \"a.l7\"\n@x -> deny", ["a.l7": "let x = tls"], []),
        Case("include \"no/*.l7\"", [:], []),
        // A file is missing: what it may declare is not asked for.
        Case("include \"a.l7\"\n@x -> deny", [:], ["E014@1:9"]),
        Case("include \"a.l7\"\ninclude \"a.l7\"", ["a.l7": ""], ["E014@2:9"]),
        Case("include \"main.l7\"", [:], ["E014@1:9"]),
        Case(
            "include \"a.l7\"", ["a.l7": "include \"b.l7\"", "b.l7": "\ninclude \"a.l7\""],
            ["E014@b.l7:2:9"]),
        Case(
            "include \"d/a.l7\"", ["d/a.l7": "include \"b.l7\"", "d/b.l7": "use no"],
            [
                "E012@d/b.l7:1:5"
            ]),
        Case(
            "pool p { server a:80 }\ninclude \"a.l7\"", ["a.l7": "pool p { server b:80 }"],
            [
                "T006@a.l7:1:6"
            ]),
    ]

    private static let byHost = "table t from \"t.csv\" key host\n"

    static let tables = [
        Case(byHost, ["t.csv": "\u{feff}name,tier\r\na.example,\"x, \"\"y\"\"\"\r\n"], []),
        Case(byHost, [:], ["E014@1:14"]),
        Case(byHost, ["t.csv": ""], ["T024@t.csv:1:1"]),
        Case(byHost, ["t.csv": "name\na\n"], ["T024@t.csv:1:1"]),
        Case(byHost, ["t.csv": "name,tier,tier\n"], ["T024@t.csv:1:1"]),
        Case(byHost, ["t.csv": "name,9lives\n"], ["T024@t.csv:1:1"]),
        Case(byHost, ["t.csv": "host,tier\n"], []),
        Case(byHost, ["t.csv": "name,path\n"], ["T024@t.csv:1:1"]),
        Case(byHost, ["t.csv": "name,tier-\n"], ["T024@t.csv:1:1"]),
        Case(byHost, ["t.csv": "name,tier\na\n\nb,1,2\n"], ["T024@t.csv:2:1", "T024@t.csv:4:1"]),
        Case(byHost, ["t.csv": "name,tier\nA.example.,1\na.example,2\n"], ["T024@t.csv:3:1"]),
        Case(byHost, ["t.csv": "name,tier\na,\"x\"y\n"], ["T024@t.csv:2:1"]),
        Case(byHost, ["t.csv": "name,tier\na,\"x\ny\n"], ["T024@t.csv:2:1"]),
        Case(
            byHost + "$t -> pool $t.backend\npool good { server a:80 }",
            ["t.csv": "name,backend\na,good\nb,goof\n"], ["E012@t.csv:3:1"]),
        Case(
            "table t from \"t.csv\" key path\n", ["t.csv": "p,q\n/a/../b,1\n/b,2\n"],
            ["T024@t.csv:3:1"]),
        Case("table t from \"t.csv\" key path\n", ["t.csv": "p,q\nb,2\n"], ["T024@t.csv:2:1"]),
    ]

    @Test(arguments: includes + tables)
    func findings(_ sample: Case) {
        let compiled = CompiledText(sample.text, sample.files)
        let messages = compiled.compilation.diagnostics.map(\.message)
        #expect(compiled.findings == sample.findings, "\(messages)")
    }

    @Test func includedTwiceNamesTheFirstPlace() throws {
        let compiled = CompiledText(
            "include \"a.l7\"\ninclude \"*.txt\"\ninclude \"a.l7\"",
            [
                "a.l7": "", "b.txt": "",
            ])
        let diagnostic = try #require(compiled.compilation.diagnostics.first)
        #expect(diagnostic.labels.map { compiled.place(of: $0.span) } == ["1:9"])
    }

    @Test func includedItemsStandAtTheInclude() throws {
        let compiled = CompiledText(
            "one: tls -> deny\ninclude \"*.inc\"\nfour: else -> deny",
            ["b.inc": "three: tls -> deny", "a.inc": "two: tls -> deny"])
        let program = try #require(compiled.program)
        #expect(program.rules.map(\.label) == ["one", "two", "three", "four"])
    }

    @Test func setFileLinesKeepTheirPlaces() throws {
        let loader = TextFiles(texts: ["s.txt": "# names\n\n  a b \r\nc"])
        var resolver = Resolver(loader: loader)
        let source = SourceFile(name: "main.l7", bytes: Array("set s = file \"s.txt\"".utf8))
        let parsed = parse(source.bytes, file: resolver.program.sources.add(source))
        guard case .set(let set)? = parsed.syntax.items.first else {
            Issue.record("the set was not parsed")
            return
        }
        let read = resolver.setFileElements(set)
        let elements = try #require(read)
        #expect(elements.map { String(decoding: $0.bytes, as: UTF8.self) } == ["a b", "c"])
        let texts = elements.map { Array(resolver.program.sources.text(of: $0.span)) }
        #expect(texts == elements.map(\.bytes))
    }

    @Test func tableRowsHaveCanonicalKeys() throws {
        let compiled = CompiledText(
            Self.byHost, ["t.csv": "name,tier\nA.Example.,\"x, \"\"y\"\"\r\nz\"\n"])
        let table = try #require(compiled.program?.tables.first)
        #expect(table.columns == ["name", "tier"])
        #expect(table.rows == [[Array("a.example".utf8), Array("x, \"y\"\r\nz".utf8)]])
        #expect(table.rowByKey == [[Array("a.example".utf8)]: 0])
    }
}
