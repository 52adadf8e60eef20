import RequestModel
import RuleSamples
import Testing

@testable import RuleLang

/// `test` blocks: requests, facts and expectations as the program holds them.
@Suite struct DeclarationTestBlockTests {
    private static let head = """
        listen :80 as public
        listen :81 as ops -> rules ops
        tls -> deny
        rules ops { named: else -> deny }

        """

    static let cases: [(request: String, findings: [String])] = [
        ("GET / -> deny", []),
        ("GET https://a.example/x?y -> deny or no match", []),
        ("GET \"/a b\" -> refuse 400", []),
        ("GET \"api\" -> deny", ["T026@6:5"]),
        ("GET \"ftp://a/\" -> deny", ["T026@6:5"]),
        ("GET \"\" -> deny", ["T026@6:5"]),
        ("get / -> deny", ["T026@6:1"]),
        ("GET / { from nowhere } -> deny", ["T026@6:14"]),
        ("GET / { peer 10.0.0.256 } -> deny", ["T026@6:14"]),
        ("GET / { listener oops } -> deny", ["E012@6:18"]),
        ("GET / { http 1.2 } -> deny", ["T026@6:14"]),
        ("GET / { tls version 1.1 } -> deny", ["T026@6:21"]),
        ("GET / { at 2026-11-27 } -> deny", ["T026@6:12"]),
        ("GET / { at 2026-02-29T00:00:00Z } -> deny", ["T026@6:12"]),
        ("GET / { header x = \"a\\nb\" } -> deny", ["T026@6:20"]),
        ("GET / { header \"x y\" = \"a\" } -> deny", ["T026@6:16"]),
        ("GET / -> rule named", []),
        ("GET / -> rule nmaed", ["E012@6:15"]),
        ("GET / -> refuse 200", ["T026@6:17"]),
        ("GET / -> pool nothing", ["E012@6:15"]),
        ("GET / -> respond 200 \"${path}\"", ["T026@6:22"]),
    ]

    @Test(arguments: cases)
    func findings(_ request: String, _ findings: [String]) {
        let compiled = CompiledText("\(Self.head)test \"t\" {\n\(request)\n}")
        let messages = compiled.compilation.diagnostics.map(\.message)
        #expect(compiled.findings == findings, "\(messages)")
    }

    @Test func factsAreTheRequestOfTheTest() throws {
        let compiled = CompiledText(
            """
            test "t" {
              GET / {
                cookie a = "1"; header x-y = "2"; cookie b = "3"; from 10.0.0.1; http 2
                tls sni "a.example"; tls client "CN=x" verified; at 1970-01-01T00:00:01.5Z
              } -> no match
            }
            """)
        let request = try #require(compiled.program?.tests.first?.requests.first)
        let headers = request.headers.map { header in
            "\(String(decoding: header.name, as: UTF8.self)): "
                + String(decoding: header.value, as: UTF8.self)
        }
        #expect(headers == ["x-y: 2", "cookie: a=1; b=3"])
        #expect(request.facts.from == IPAddress(parsing: "10.0.0.1".utf8))
        #expect(request.facts.version == .http2)
        #expect(request.facts.now == 1_500)
        #expect(request.facts.tls?.sni == Array("a.example".utf8))
        #expect(request.facts.tls?.clientVerified == true)
    }

    @Test func testsSpeakOfTheirTable() throws {
        let compiled = CompiledText(
            """
            listen :80 as ops -> rules ops
            listen :81 as public
            test "top" { GET / -> deny; GET / { listener public } -> deny }
            rules ops {
              else -> deny
              test "inside" { GET / -> deny; GET / { listener public } -> deny }
            }
            """)
        let program = try #require(compiled.program)
        let tables = program.tests.map { $0.requests.map { program.ruleTables[$0.table].name } }
        #expect(tables == [["ops", "main"], ["ops", "ops"]])
        #expect(program.tests[1].requests[1].listener == ListenerID(1))
    }
}
