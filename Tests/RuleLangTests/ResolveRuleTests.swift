import Testing

@testable import RuleLang

/// Rules: captures, actions, modifiers, templates.
@Suite struct ResolveRuleTests {
    static let rules: [(rule: String, findings: [String])] = [
        // Actions.
        ("tls -> pool a", []),
        ("tls -> pool b", ["E012@1:13"]),
        ("tls -> split c", []),
        ("tls -> split d", ["E012@1:14"]),
        ("tls -> redirect 302 \"/x\"", []),
        ("tls -> redirect 300 \"/x\"", ["T004@1:17"]),
        ("tls -> redirect 302 \"x\"", ["T008@1:21"]),
        ("tls -> redirect 302 \"//x\"", ["T008@1:21"]),
        ("tls -> redirect 302 \"/a b\"", ["T008@1:21"]),
        ("tls -> redirect 302 \"${header.x}\"", []),
        ("tls -> respond 199", ["T004@1:16"]),
        ("tls -> respond 204", []),
        ("tls -> respond 204 \"x\"", ["T004@1:20"]),
        ("tls -> deny 399", ["T004@1:13"]),
        ("tls -> deny 451", []),
        // Tables.
        ("$t -> pool $t.backend", []),
        ("not $t -> pool $t.backend", ["E028@1:17"]),
        ("tls or $t -> pool $t.backend", ["E028@1:20"]),
        ("$t and tls -> pool $t.nothing", ["E012@1:23"]),
        ("$t -> respond 200 \"${tier} ${host}\"", []),
        // Captures.
        ("path ~ \"^/(?<id>.)$\" -> respond 200 \"${id}\"", []),
        ("path matches \"/{id}\" -> respond 200 \"${id}\"", []),
        ("path ~ { \"^/(?<id>.)$\", \"^/x(?<id>.)$\" } -> respond 200 \"${id}\"", []),
        ("path ~ { \"^/(?<id>.)$\", \"^/x\" } -> respond 200 \"${id}\"", ["E028@1:51"]),
        ("path ~ \"(?<id>.)\" or host ~ \"(?<id>.)\" -> respond 200 \"${id}\"", []),
        ("path ~ \"(?<id>.)\" or tls -> respond 200 \"${id}\"", ["E028@1:44"]),
        ("path !~ \"(?<id>.)\" -> respond 200 \"${id}\"", ["E028@1:38"]),
        ("path ~ \"(?<id>.)\" and host ~ \"(?<id>.)\" -> respond 200 \"${id}\"", ["T006@1:23"]),
        ("path ~ \"(?<id>.)\" -> respond 200 \"${ib}\"", ["E012@1:37"]),
        ("@l -> respond 200 \"${id}\"", ["E028@1:22"]),
        // Templates.
        ("tls -> respond 200 \"${header.x else 'none'} ${?query} $$ ${split.c}\"", []),
        ("tls -> respond 200 \"${split.d}\"", ["E012@1:29"]),
        ("tls -> respond 200 \"${any(header.x)}\"", ["T003@1:23"]),
        ("tls -> respond 200 \"${tls}\"", ["T001@1:23"]),
        // Modifiers.
        ("tls -> pool a { set request.header.X-A = \"${path}\" }", []),
        ("tls -> pool a { set request.header.host = \"x\" }", ["T005@1:36"]),
        ("tls -> pool a { add response.header.connection = \"x\" }", ["T005@1:37"]),
        ("tls -> respond 426 { set response.header.upgrade = \"h2c\" }", []),
        ("tls -> respond 400 { set response.header.upgrade = \"h2c\" }", ["T005@1:42"]),
        ("tls -> pool a { remove request.header[\"x y\"] }", ["T008@1:39"]),
        ("tls -> pool a { set request.header.x = \"a\\nb\" }", ["T008@1:40"]),
        ("tls -> pool a { strip_prefix \"/api/\" }", []),
        ("tls -> pool a { strip_prefix \"api\" }", ["T001@1:30"]),
        ("tls -> pool a { rewrite path \"/x/${path}\" }", []),
        ("tls -> pool a { rewrite path \"x\" }", ["T008@1:30"]),
        ("tls -> pool a { rewrite path \"/x?y\" }", ["T008@1:30"]),
        ("tls -> pool a { rewrite path \"/a\\\\b\" }", ["T008@1:30"]),
        ("tls -> pool a { rewrite host \"a b\" }", ["T008@1:30"]),
        ("tls -> pool a { rewrite query \"?a\" }", ["T008@1:31"]),
        ("tls -> pool a { timeout 5s; timeout idle 1h; timeout first_byte 500ms }", []),
        ("tls -> pool a { timeout 0s }", ["T008@1:25"]),
        ("tls -> pool a { timeout 5 }", ["T008@1:25"]),
        ("tls -> pool a { timeout conect 5s }", ["S008@1:25"]),
        (
            "tls -> pool a { set response.cookie.s = \"1\" path \"/\" max_age 1h secure "
                + "http_only same_site lax }", []
        ),
        ("tls -> pool a { set response.cookie.s = \"1;2\" }", ["T008@1:41"]),
        ("tls -> pool a { set response.cookie.s = \"1\" same_site some }", ["T008@1:55"]),
        ("tls -> pool a { set response.cookie.s = \"1\" max_age 1ms }", ["T008@1:53"]),
        ("tls -> pool a { set response.cookie[\"s=\"] = \"1\" }", ["T008@1:37"]),
        ("tls -> pool a { use m }", []),
        ("tls -> pool a { use n }", ["E012@1:21"]),
        // Labels.
        ("x: tls -> deny; x: tls -> deny", ["T006@1:17"]),
        ("x: tls -> deny; when tls { x: else -> deny }", ["T006@1:28"]),
    ]

    static let declarations = """

        pool a { server 10.0.0.1:80 }
        split c { rest -> pool a }
        table t from "t.csv" key host
        let l = path ~ "^/(?<id>.)"
        modifiers m { set request.header.x = "${path}"; tag a = "b" }
        """

    @Test(arguments: rules)
    func findings(_ rule: String, _ findings: [String]) {
        let sample = ResolvedSample(rule + Self.declarations)
        #expect(sample.findings == findings, "\(sample.diagnostics.map(\.message))")
    }

    @Test func guardsGiveCaptures() throws {
        let sample = ResolvedSample(
            """
            when path matches "/{tenant}/{rest...}" {
              host ~ "(?<name>.)" or header.x ~ "-(?<name>.)" -> respond 200 "${name} ${tenant}"
              else -> respond 200 "${rest}"
            }
            """)
        #expect(sample.findings == [])
        let rule = try #require(sample.program.rules.first)
        #expect(rule.captures.map(\.name) == ["tenant", "rest", "name"])
        #expect(rule.captures.map { $0.sources.count } == [1, 1, 2])
        #expect(rule.captures[2].sources.map { $0.branches.count } == [1, 1])
        #expect(rule.captures[1].sources.map(\.part) == [.segments([1])])
        #expect(rule.guards.count == 1)
        let last = try #require(sample.program.rules.last)
        #expect(last.isElse)
        #expect(sample.program.sources.text(of: last.condition.span).elementsEqual("else".utf8))
        guard case .respond(200, .template(let template)) = rule.action else {
            Issue.record("the action is an answer")
            return
        }
        let places = template.pieces.compactMap { piece -> Int? in
            if case .capture(let index, _) = piece { return index }
            return nil
        }
        #expect(places == [2, 0])
    }

    @Test func bundlesAreExpandedAndTheirFaultsReportedOnce() {
        let sample = ResolvedSample(
            """
            modifiers outer { use inner; tag a = "1" }
            modifiers inner { set request.header.X-Y = "${id}"; timeout 0s }
            modifiers loop { use loop }
            path matches "/{id}" -> deny { use outer; use inner }
            tls -> deny { use inner }
            tls -> deny { use loop }
            """)
        #expect(sample.findings == ["E012@2:47", "T008@2:61", "T007@3:22"])
        let kinds = sample.program.rules[0].modifiers.map { modifier in
            switch modifier.kind {
            case .setHeader(.request, let name, _): String(decoding: name, as: UTF8.self)
            case .tag(let name, _): "tag \(name)"
            default: "other"
            }
        }
        #expect(kinds == ["x-y", "tag a", "x-y"])
    }

    @Test func cookieAttributesAreRendered() throws {
        let sample = ResolvedSample(
            """
            tls -> deny {
              set response.cookie.s = "1" path "/a" domain "Example.com" max_age 2m secure \
            http_only same_site strict
              strip_prefix "/api/"
            }
            """)
        #expect(sample.findings == [])
        let modifiers = try #require(sample.program.rules.first).modifiers
        guard case .setCookie(_, _, let attributes) = modifiers[0].kind,
            case .stripPrefix(let prefix) = modifiers[1].kind
        else {
            Issue.record("a cookie and a prefix")
            return
        }
        #expect(
            String(decoding: attributes, as: UTF8.self)
                == "; Path=/a; Domain=example.com; Max-Age=120; Secure; HttpOnly; SameSite=Strict")
        #expect(String(decoding: prefix, as: UTF8.self) == "/api")
    }

    @Test func codesAreDistinctAndExplained() {
        let codes = DiagnosticCode.typeCodes
        #expect(Set(codes.map(\.id)).count == codes.count)
        #expect(codes.allSatisfy { !$0.explanation.isEmpty && !$0.title.isEmpty })
    }
}
