import Testing

@testable import RuleLang

/// Whole files, compiled: what rules say of listeners, set files, tables and bundles.
@Suite struct ResolveFileTests {
    private struct Files: SourceLoader {
        var texts: [String: String]

        func load(_ path: String, from: String?) -> Result<LoadedFile, LoadError> {
            guard let text = texts[path] else {
                return .failure(LoadError(message: "there is no file `\(path)`"))
            }
            return .success(LoadedFile(path: path, identity: path, bytes: Array(text.utf8)))
        }

        func expand(_ pattern: String, from: String?) -> [String] { [pattern] }
    }

    private static let files = [
        "paths.txt": "# known\n/a\n\n  /b//c\n",
        "agents.txt": "(?i)bot\ncrawl(er\n",
        "blocks.txt": "10.0.0.0/8\n10.0.0.1/8\n",
        "tenants.csv": "name,tier\nfoo,gold\nbar,lead\n",
        "page.html": "<p>",
    ]

    private static func compiled(_ text: String) -> (Compilation, findings: [String]) {
        var texts = files
        texts["main.l7"] = text
        let compilation = compile("main.l7", loader: Files(texts: texts))
        let findings = compilation.diagnostics.map { diagnostic in
            let file = compilation.sources[diagnostic.span.file]
            let position = file.position(of: diagnostic.span.start)
            let place = file.name == "main.l7" ? "" : "\(file.name):"
            return "\(diagnostic.code.id)@\(place)\(position.line):\(position.column)"
        }
        return (compilation, findings)
    }

    static let cases: [(text: String, findings: [String])] = [
        ("listen 127.0.0.1:80 as public\nlistener == public -> deny", []),
        ("listen 127.0.0.1:80 as public\nlistener == pubic -> deny", ["E012@2:13"]),
        ("listen 127.0.0.1:80 { empty_segments keep }\npath == \"/a//b\" -> deny", []),
        (
            "listen 127.0.0.1:80 { empty_segments keep }\nlisten 127.0.0.1:81\n"
                + "path == \"/a//b\" -> deny",
            ["W026@3:9"]
        ),
        ("listen 127.0.0.1:80 { empty_segments keep }\npath matches \"/a//{x}\" -> deny", []),
        ("listen 127.0.0.1:80 { encoded_slash keep }\npath == \"/a%2Fb\" -> deny", []),
        ("set p = file \"paths.txt\"\npath in $p -> deny", ["W026@paths.txt:4:3"]),
        ("set p = file \"paths.txt\"\npath under $p -> deny", ["W026@paths.txt:4:3"]),
        ("set p = file \"blocks.txt\"\nclient.ip in $p -> deny", ["E024@blocks.txt:2:1"]),
        (
            "set p = regex file \"agents.txt\"\nheader.user-agent ~ $p -> deny",
            ["E015@agents.txt:2:6"]
        ),
        ("set p = regex file \"paths.txt\"\npath in $p -> deny", ["T012@1:5"]),
        (
            "table t from \"tenants.csv\" key path.segments[0]\n"
                + "$t -> respond 200 \"${name} ${tier}\"",
            []
        ),
        (
            "table t from \"tenants.csv\" key path.segments[0]\n"
                + "table u from \"tenants.csv\" key path.segments[0]\n"
                + "$t and $u -> respond 200 \"${name}\"", ["T006@3:8"]
        ),
        ("tls -> respond 200 file \"page.html\"", []),
        ("tls -> respond 200 file \"nothing.html\"", ["E014@1:25"]),
        ("defaults { use none }\ntls -> deny\nport == 80 -> deny", ["E012@1:16"]),
        ("modifiers m { timeout 0s }", ["T008@1:23"]),
        ("modifiers m { tag a = \"${id} ${header}\" }", ["E012@1:32"]),
        ("@a -> deny\nlet a = path == \"x\"", ["T001@2:17"]),
        ("path.segments[0] == \"/api\" -> deny", ["W026@1:21"]),
    ]

    @Test(arguments: cases)
    func findings(_ text: String, _ findings: [String]) {
        let (compilation, found) = Self.compiled(text)
        #expect(found == findings, "\(compilation.diagnostics.map(\.message))")
    }

    @Test func defaultsComeFirst() throws {
        let (compilation, findings) = Self.compiled(
            """
            defaults { use base }
            modifiers base { tag a = "base" }
            tls -> deny { tag a = "own" }
            """)
        #expect(findings == [])
        let rule = try #require(compilation.program?.rules.first)
        let values = rule.modifiers.map { modifier -> [UInt8] in
            guard case .tag(_, let template) = modifier.kind,
                case .text(let text)? = template.pieces.first
            else { return [] }
            return text
        }
        #expect(values == [Array("base".utf8), Array("own".utf8)])
    }
}
