import RequestModel
import Testing

@testable import RuleLang

/// Conditions: what is reported, where, and what is not.
@Suite struct ResolveConditionTests {
    static let sound: [String] = [
        "path == \"/api\"", "host == \"example.com\"", "header.X-Foo", "cookie.beta == \"1\"",
        "query.page != \"2\"", "query", "path.raw ^= \"/a//b\"", "path.segments[0] == \"api\"",
        "any(path.segments) == \"x\"", "len(path.segments) > 2", "lower(header.x) == \"foo\"",
        "lower(any(header.x)) in { \"a\", \"b\" }", "int(query.n) >= -5", "len(path) < 100",
        "method == GET", "method in { GET, HEAD }", "method != PROPFIND", "scheme == https",
        "http.version == 1.1", "http.version in { 2, 3 }", "http.upgrade == websocket",
        "http.upgrade == \"WebSocket\"", "port == 8080", "port in { 80, 443 }",
        "client.ip == 10.0.0.1", "client.ip == fd00::1", "client.ip in 10.0.0.0/8",
        "client.ip not in { 10.0.0.0/8, fd00::/8 }", "peer.port > 1024", "tls",
        "tls.client.verified", "tls.version == 1.3", "tls.sni == \"a.example\"",
        "now >= 2026-11-27T00:00:00Z", "now < 2026-11-27T00:00:00.5+02:00",
        "listener == public", "url ~ \"^https://\"", "path under \"/api/\"",
        "host under \"example.com\"", "path matches \"/u/{id}/{rest...}\"",
        "host matches \"{tenant}.example.com\"", "path $= { \".js\", \".css\" }",
        "header[\"x.y\"] *= \"z\"", "path !~ \"^/api\"", "path ~ { \"^/a\", \"^/b\" }",
        "path in { \"/a\", \"/b\" }", "path == { \"/a\", \"/b\" }", "not (tls or port == 80)",
        "path under \"/\"", "path == \"/a%2Fb%3B\" or tls".replacing("%2F", with: "%20"),
    ]

    @Test(arguments: sound)
    func isAccepted(_ condition: String) {
        let sample = ResolvedSample("\(condition) -> deny")
        #expect(sample.findings == [], "\(condition): \(sample.diagnostics.map(\.message))")
        #expect(sample.program.rules.count == 1)
    }

    static let faulty: [(condition: String, findings: [String])] = [
        // Names.
        ("hots == \"x\"", ["E012@1:1"]),
        ("header == \"x\"", ["E012@1:1"]),
        ("client == \"x\"", ["E012@1:1"]),
        ("client.address == \"x\"", ["E012@1:8"]),
        ("path.segment", ["E012@1:6"]),
        ("header.x.y", ["E012@1:1"]),
        ("header[\"x y\"]", ["T001@1:8"]),
        ("path.segments[-1] == \"x\"", ["T001@1:15"]),
        ("path[0]", ["E012@1:6"]),
        ("sni == \"x\"", ["E012@1:1"]),
        ("upper(path) == \"x\"", ["E012@1:1"]),
        ("@nothing", ["E012@1:2"]),
        ("$nothing", ["E012@1:2"]),
        ("path in $nothing", ["E012@1:10"]),
        // Functions.
        ("any(lower(header.x)) == \"a\"", ["T003@1:1"]),
        ("any(path) == \"/a\"", ["T003@1:1"]),
        ("len(port) == 1", ["T003@1:1"]),
        ("lower(method) == \"get\"", ["T003@1:1"]),
        ("path.segments == \"x\"", ["T003@1:1"]),
        // Operators.
        ("header.x under \"/a\"", ["T002@1:10"]),
        ("port ~ \"^8\"", ["T002@1:6"]),
        ("client.ip ^= \"10.\"", ["T002@1:11"]),
        ("tls == \"yes\"", ["T002@1:5"]),
        ("now == 2026-11-27T00:00:00Z", ["T002@1:5"]),
        ("header.x < 5", ["E027@1:10"]),
        ("client.ip > 10.0.0.1", ["E027@1:11"]),
        // Operands.
        ("path == \"api\"", ["T001@1:9"]),
        ("path == /api", ["T001@1:9"]),
        ("header.x == 5", ["T001@1:13"]),
        ("method == get", ["T001@1:11"]),
        ("method == \"GET\"", ["T001@1:11"]),
        ("method == GTE", ["T001@1:11"]),
        ("scheme == ftp", ["T001@1:11"]),
        ("http.version == 4", ["T001@1:17"]),
        ("port == \"80\"", ["T001@1:9"]),
        ("port == http", ["T001@1:9"]),
        ("client.ip == \"10.0.0.1\"", ["T001@1:14"]),
        ("client.ip == 10.0.0.0/8", ["T001@1:14"]),
        ("client.ip == 10.0.0.256", ["T001@1:14"]),
        ("client.ip in 10.0.0.1/8", ["E024@1:14"]),
        ("client.ip in { 10.0.0.0/33, fd00::/129, x }", ["E024@1:16", "E024@1:29", "E024@1:41"]),
        ("path in \"/a\"", ["T001@1:9"]),
        ("now < 2026-11-27", ["T001@1:7"]),
        ("now < 2026-02-30T00:00:00Z", ["T001@1:7"]),
        ("host == \"*.example.com\"", ["S005@1:9"]),
        ("host in { \"*.example.com\" }", ["S005@1:11"]),
        // Spelling.
        ("host == \"Example.com\"", ["W025@1:9"]),
        ("host == \"example.com:80\"", ["W025@1:9"]),
        ("host == \"example.com.\"", ["W025@1:9"]),
        ("host == \"exa mple\"", ["W026@1:9"]),
        ("path == \"/a//b\"", ["W026@1:9"]),
        ("path == \"/a/../b\"", ["W026@1:9"]),
        ("path == \"/a%2Fb\"", ["W026@1:9"]),
        ("path == \"/a?b=1\"", ["W026@1:9"]),
        ("path == \"/%7Ea\"", ["W026@1:9"]),
        ("path == \"/u/{id}\"", ["W026@1:9"]),
        ("path matches \"/a b/{x}\"", ["T009@1:16"]),
        ("path *= \"//\"", ["W026@1:9"]),
        ("lower(header.x) == \"Foo\"", ["W026@1:20"]),
        // Regexes: the very byte.
        ("path ~ \"^/(a\"", ["E015@1:11"]),
        ("path ~ { \"^/a\", \"b[\" }", ["E015@1:19"]),
        ("path ~ \"(?m)^x\"", ["E015@1:11"]),
        ("path ~ \"^/(?<host>x)\"", ["T010@1:14"]),
        // Patterns.
        ("path matches \"u/{id}\"", ["T001@1:14"]),
        ("path matches \"/u-{id}\"", ["T009@1:16"]),
        ("path matches \"/{id}/{id}\"", ["T009@1:21"]),
        ("path matches \"/{rest...}/x\"", ["T009@1:16"]),
        ("path matches \"/a/{$}\"", ["T009@1:18"]),
        ("path matches \"/{host}\"", ["T010@1:16"]),
        ("path matches \"/a/../b\"", ["T009@1:18"]),
        ("host matches \"{x}..com\"", ["T009@1:19"]),
    ]

    @Test(arguments: faulty)
    func isReported(_ condition: String, _ findings: [String]) {
        let sample = ResolvedSample("\(condition) -> deny")
        #expect(sample.findings == findings, "\(sample.diagnostics.map(\.message))")
    }

    static let corrections: [(condition: String, corrected: String)] = [
        ("path == \"api\"", "path == \"/api\""),
        ("path == /api", "path == \"/api\""),
        ("method == \"GET\"", "method == GET"),
        ("method == get", "method == GET"),
        ("port in { \"80\" }", "port in { 80 }"),
        ("client.ip == 10.0.0.0/8", "client.ip in 10.0.0.0/8"),
        ("client.ip != 10.0.0.0/8", "client.ip not in 10.0.0.0/8"),
        ("path in \"/a\"", "path == \"/a\""),
        ("host == \"*.example.com\"", "host under \"example.com\""),
        ("host == \"Example.com:80\"", "host == \"example.com\""),
        ("path == \"/a//b\"", "path == \"/a/b\""),
        ("path == \"/caf\u{e9} x\"", "path == \"/caf%C3%A9%20x\""),
        ("any(lower(header.x)) == \"a\"", "lower(any(header.x)) == \"a\""),
        ("header.x.y == \"1\"", "header[\"x.y\"] == \"1\""),
    ]

    @Test(arguments: corrections)
    func safeFixItsGiveSoundText(_ condition: String, _ corrected: String) {
        let sample = ResolvedSample("\(condition) -> deny")
        #expect(sample.corrected == "\(corrected) -> deny")
        #expect(ResolvedSample(sample.corrected).findings == [])
    }

    static let tests: [(condition: String, test: RuleLang.Test)] = [
        ("path == \"/a/./b\"", .equals(Array("/a/b".utf8))),
        ("host == \"Example.COM.\"", .equals(Array("example.com".utf8))),
        ("path under \"/api/\"", .under([Array("/api".utf8)])),
        ("path under \"/\"", .under([[]])),
        ("host under \".Example.com\"", .under([Array("example.com".utf8)])),
        ("path ^= \"/a/.\"", .hasPrefix([Array("/a/.".utf8)])),
        ("path.raw == \"/a//b\"", .equals(Array("/a//b".utf8))),
        ("http.upgrade == \"WebSocket\"", .equals(Array("websocket".utf8))),
        ("now < 1970-01-02T00:00:00.25+01:00", .number(.less, 82_800_250)),
        (
            "path matches \"/a/{x}/{y...}\"",
            .matches([
                SegmentPattern(
                    separator: .slash, parts: [.literal(Array("a".utf8)), .one("x"), .rest("y")])
            ])
        ),
        (
            "host matches \"{t}.Example.com\"",
            .matches([
                SegmentPattern(
                    separator: .dot,
                    parts: [
                        .one("t"), .literal(Array("example".utf8)), .literal(Array("com".utf8)),
                    ])
            ])
        ),
    ]

    @Test(arguments: tests)
    func operandsAreCanonical(_ condition: String, _ test: RuleLang.Test) {
        let sample = ResolvedSample("\(condition) -> deny")
        guard case .test(_, let found)? = sample.atoms.first else {
            Issue.record("no atom: \(sample.diagnostics.map(\.message))")
            return
        }
        #expect(found == test)
    }

    @Test func negativeOperatorsShareTheAtom() {
        let sample = ResolvedSample(
            """
            method == GET -> deny
            method != GET -> deny
            method in { GET, HEAD } -> deny
            method not in { HEAD, GET } -> deny
            header.X-A -> deny
            header.x-a -> deny
            """)
        #expect(sample.findings == [])
        #expect(sample.atoms.count == 3)
        #expect(sample.program.headers.names == [Array("x-a".utf8)])
        guard case .not = sample.program.rules[1].condition.kind else {
            Issue.record("`!=` is the complement of `==`")
            return
        }
    }

    @Test func namedSetsAreTypedAtEachUse() {
        let sample = ResolvedSample(
            """
            set ports = { 80, 443 }
            set inner = { 10.0.0.0/8, 192.168.0.1/16 }
            let low = port in $ports
            @low -> deny
            path in $ports -> deny
            method in $ports -> deny
            client.ip in $inner -> deny
            client.ip not in $inner -> deny
            $ports -> deny
            path in $low -> deny
            @ports -> deny
            path ~ $ports -> deny
            """)
        #expect(
            sample.findings == [
                // Text needs quotes (twice: both elements), no methods, then the block.
                "T001@1:15", "T001@1:15", "T001@1:19", "T001@1:19", "E024@2:27", "T012@9:1",
                "T012@10:9", "T012@11:1", "T012@12:8",
            ])
    }
}
