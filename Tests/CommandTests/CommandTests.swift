import Foundation
import Testing

private let card = "path ~ \"^/api\" and cookie.beta -> pool beta\n"
private let pools = "pool beta { server 127.0.0.1:9 }\n"

@Suite struct CommandTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var arguments: [String]
        var input = ""
        var status: Int32
        /// Each must be in standard output or standard error.
        var says: [String] = []
        var testDescription: String { arguments.joined(separator: " ") }
    }

    static let cases: [Case] = [
        Case(arguments: ["check", "-"], input: card + pools, status: 0),
        Case(arguments: ["check", "rules/canary.l7"], status: 0),
        Case(
            arguments: ["check", "-"], input: "path = \"/a\" -> pool b\n", status: 1,
            says: ["-:1:6", "S005", "-:1:21", "E012", "2 errors"]),
        Case(
            arguments: ["check", "--format", "json", "-"], input: "else -> pool b\n", status: 1,
            says: [#""code":"E012""#, #""line":1,"column":14"#, #""errors":1"#]),
        Case(arguments: ["check", "missing.l7"], status: 2, says: ["missing.l7", "no such file"]),
        Case(arguments: ["check"], status: 2, says: ["file"]),
        Case(arguments: ["chek", "x"], status: 2, says: ["`chek`", "did you mean `check`?"]),
        Case(arguments: ["x"], status: 2, says: ["there are check, "]),
        Case(arguments: ["check", "--bad", "x"], status: 2, says: ["--bad"]),
        Case(
            arguments: ["check", "--settings", "-"], input: "timeouts { connect 2s }\n",
            status: 0, says: ["timeouts.connect", "2s", "(default)"]),
        Case(
            arguments: ["check", "--strict", "-"], input: card + pools, status: 1,
            says: ["W035"]),
        Case(
            arguments: ["lint", "-"],
            input: "# l7: allow W035 because the rest is 404\n" + card
                + "# l7: allow W020 because /api-v2 too\n" + pools,
            status: 1, says: ["W020"]),
        Case(
            arguments: ["fmt", "-"], input: "else->respond   404\n", status: 0,
            says: ["else -> respond 404\n"]),
        Case(arguments: ["fmt", "--check", "rules/canary.l7", "rules/cors.l7"], status: 0),
        Case(arguments: ["fmt", "-"], input: "else respond\n", status: 2, says: ["left alone"]),
        Case(
            arguments: ["test", "rules/canary.l7", "rules/tenants.l7"], status: 0,
            says: ["passed"]),
        Case(
            arguments: ["test", "-"],
            input: card + pools + "test \"t\" { GET /api { header cookie = \"notbeta=1\" } "
                + "-> pool beta }\n",
            status: 1,
            says: ["FAIL -:3 t", "expected  pool beta", "got       no match", "is absent"]),
        Case(
            arguments: ["test", "-"],
            input: card + pools + "test \"t\" { GET /api { header cookie = \"a=2\"; "
                + "header cookie = \"beta=1\" } -> pool beta }\n",
            status: 0, says: ["1 passed"]),
        Case(
            arguments: ["test", "-"],
            input: "now > 2026-01-01T00:00:00Z -> deny\ntest \"t\" { GET / -> deny }\n",
            status: 1, says: ["`now`"]),
        Case(
            arguments: ["explain", "-", "GET", "/api/x", "-H", "Cookie: beta=1"],
            input: card + pools, status: 0,
            says: [
                "decided by -:1", "pool: beta", "the tree: 1 node visited, 1 of 1 rules verified",
                "  1 rule in order\n", "  verified -:1: true",
            ]),
        Case(
            arguments: ["explain", "-", "GET", "/b/7", "-H", "Host: h7.example"],
            input: (0..<20).map {
                "host == \"h\($0 % 9).example\" and path == \"/b/\($0)\" -> deny\n"
            }
            .joined() + "path ends_with \"7\" -> deny\n",
            status: 0,
            says: [
                "decided by -:8", "  path ends with\n", "  …7: 1 rule in order",
                "  /b/7 alone: 1 rule in order", "  verified -:21: true",
                "  verified -:8: true", "2 of 21 rules verified",
            ]),
        Case(
            arguments: ["explain", "-", "GET", "/api/x", "-H", "Cookie: notbeta=1", "--json"],
            input: card + pools, status: 0,
            says: [
                #""decision":"no_match""#, #""because":"cookie.beta""#, #""actual":"absent""#,
                #""verified":[{"rule":"-:1","truth":"false"}]"#,
            ]),
        Case(
            arguments: ["explain", "-", "GET", "/a%2fb"], input: card + pools, status: 0,
            says: ["refused", "400", "path_encoded_slash"]),
        Case(
            arguments: ["explain", "-", "GET", "/", "--from", "nowhere"], input: card + pools,
            status: 2, says: ["not an address"]),
        Case(
            arguments: ["check", "--stats", "-"], input: card + pools, status: 0,
            says: ["rules", "nodes", "residual rules"]),
        Case(
            arguments: ["check", "--stats", "--format", "json", "-"], input: card + pools,
            status: 0, says: ["\"rules\":1", "\"residualRules\":0"]),
        Case(
            arguments: ["check", "--stats", "-"],
            input: (0..<9).map { "path != \"/\($0)\" -> deny\n" }.joined(), status: 0,
            says: ["residual rules   9 (100 %: tried in order)", "no key (P037)  9"]),
        Case(
            arguments: ["check", "--stats", "-"],
            input: (0..<9).map { "path == \"/a\" and host != \"h\($0)\" -> deny\n" }.joined()
                + "else -> deny\n", status: 0,
            says: [
                "rules                       10", "residual rules              9 (90 %",
                "nothing tells them apart  9",
            ]),
        Case(
            arguments: ["lint", "-"],
            input: (0..<9).map { "path != \"/\($0)\" -> deny\n" }.joined(),
            status: 1, says: ["P037", "-:9:1"]),
        Case(
            arguments: ["graph", "-"], input: card + pools, status: 0,
            says: ["<svg ", "-:1", "cookie.beta -&gt; pool beta", "</svg>"]),
        Case(
            arguments: ["graph", "-", "--format", "mermaid"], input: card + pools, status: 0,
            says: ["flowchart LR"]),
        Case(
            arguments: ["graph", "-", "--table", "other"], input: card + pools, status: 2,
            says: ["no rules named other"]),
        Case(
            arguments: ["graph", "-"], input: "else -> pool none\n", status: 1,
            says: ["error["]),
        Case(
            arguments: ["graph", "-", "-o", "/nonexistent/tree.svg"], input: card + pools,
            status: 2, says: ["/nonexistent/tree.svg"]),
        Case(
            arguments: ["serve", "-"], input: card + pools, status: 2, says: ["no `listen`"]),
        Case(
            arguments: ["serve", "-"],
            input: "listen 127.0.0.1:0 { tls { certificate \"c\" key \"k\" } }\nelse -> deny\n",
            status: 2, says: ["cannot read `c`"]),
        Case(
            arguments: ["reload", "--admin", "127.0.0.1:1"], status: 2,
            says: ["cannot reach the router"]),
        Case(arguments: ["reload"], status: 2, says: ["--admin"]),
        Case(arguments: ["--version"], status: 0, says: ["0.1.0"]),
    ]

    @Test(arguments: cases) func command(_ test: Case) throws {
        let outcome = try Tool.run(test.arguments, input: test.input)
        let all = outcome.output + outcome.errors
        #expect(outcome.status == test.status, "\(all)")
        for text in test.says { #expect(all.contains(text), "\(all)") }
    }

    @Test(arguments: [
        "check", "fmt", "test", "explain", "lint", "graph", "serve", "reload", "demo",
    ])
    func helpHasExamples(_ command: String) throws {
        let outcome = try Tool.run([command, "--help"])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("EXAMPLES"))
        #expect(outcome.output.contains("l7route \(command)"))
    }

    @Test func coloursOnlyWhenAsked() throws {
        let escape = "\u{1b}["
        let plain = try Tool.run(["check", "-"], input: "else -> pool b\n")
        #expect(!plain.output.contains(escape))
        let forced = try Tool.run(
            ["check", "--color", "always", "-"], input: "else -> pool b\n")
        #expect(forced.output.contains(escape))
    }
}

@Suite struct ServeTests {
    /// The card's rule over the wire, with real curl, in front of a second router as upstream.
    @Test func cardOverTheWire() throws {
        let upstream = try RunningRouter(
            "listen 127.0.0.1:0\nelse -> respond 200 \"beta ${method} ${path}\\n\"", listeners: 1)
        defer { _ = upstream.stop() }
        let router = try RunningRouter(
            card + "listen 127.0.0.1:0\npool beta { server 127.0.0.1:\(upstream.ports[0]) }",
            listeners: 1)
        let url = "http://127.0.0.1:\(router.ports[0])"
        let cases: [([String], String)] = [
            (["-b", "beta=1", "\(url)/api/items"], "beta GET /api/items\n"),
            (["-b", "notbeta=1", "\(url)/api/items"], "no rule matches\n"),
            (["-H", "Cookie: a=2", "-H", "Cookie: beta=1", "\(url)/api"], "beta GET /api\n"),
            (["-b", "beta=1", "\(url)/other"], "no rule matches\n"),
            (["-b", "beta=1", "-d", "x=1", "\(url)/api/post"], "beta POST /api/post\n"),
            (["-b", "beta=1", "--path-as-is", "\(url)/x/../api"], "beta GET /api\n"),
        ]
        for (arguments, expected) in cases {
            #expect(try Tool.curl(arguments).output == expected, "\(arguments)")
        }
        let refused = try Tool.curl(["-i", "-b", "beta=1", "\(url)/api%2fx"]).output
        #expect(refused.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        #expect(router.stop() == 0)

        let lines = try router.logLines()
        #expect(lines.count == cases.count + 1)
        let first = try #require(lines.first { $0["pool"] as? String == "beta" })
        #expect((first["at"] as? String)?.hasSuffix("rules.l7:1") == true)
        #expect(first["server"] as? String == "127.0.0.1:\(upstream.ports[0])")
        #expect(first["status"] as? Int == 200)
        #expect(lines.contains { $0["reason"] as? String == "path_encoded_slash" })
        #expect(lines.contains { $0["reason"] as? String == "no_match" })
    }

    @Test func secondRouterOnOnePortFailsClearly() throws {
        let first = try RunningRouter("listen 127.0.0.1:0\nelse -> deny", listeners: 1)
        defer { _ = first.stop() }
        let outcome = try Tool.run(
            ["serve", "-"], input: "listen 127.0.0.1:\(first.ports[0])\nelse -> deny\n")
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("address already in use"))
    }
}
