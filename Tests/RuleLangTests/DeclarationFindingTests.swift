import RuleSamples
import Testing

@testable import RuleLang

/// Declarations and settings that are wrong: what is reported, and where.
@Suite struct DeclarationFindingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var findings: [String]
        var testDescription: String { text }

        init(_ text: String, _ findings: [String]) {
            self.text = text
            self.findings = findings
        }
    }

    static let listeners = [
        Case("listen 127.0.0.1:80\nlisten [::1]:80\nlisten :81\nlisten unix:/run/l7", []),
        Case("listen localhost:80", ["T023@1:8"]),
        Case("listen [127.0.0.1]:80", ["T023@1:8"]),
        Case("listen 127.0.0.1:65536", ["T023@1:8"]),
        Case("listen :80 as a\nlisten :80 as b", ["T006@2:8"]),
        Case("listen :80 as a\nlisten :81 as a", ["T006@2:15"]),
        Case("listen :0 as a\nlisten :0 as b", []),
        Case("listen :80 -> rules nowhere", ["E012@1:21"]),
        Case("listen :80 { encoded_slash kept }", ["T022@1:28"]),
        Case("listen :80 { encoded_slash }", ["T022@1:14"]),
        Case("listen :80 { path_params strip; path_params keep }", ["T006@1:33"]),
        Case("listen :80 { proxy_protocol from { 10.0.0.0/8 } }", ["S009@1:14"]),
        Case("listen :80 { tls { certificate \"c\" } }", ["T022@1:14"]),
        Case(
            "listen :80 { tls { certificate \"c\" certificate \"d\" key \"k\" } }", ["T006@1:36"]),
        Case(
            "listen :80 { tls { certificate \"c\" key \"k\" client_verify required } }",
            ["T022@1:18"]),
        Case(
            "listen :80 { tls { certificate \"c\" key \"k\" client_ca \"a\" } }", ["T022@1:18"]),
    ]

    static let pools = [
        Case("pool p { server a.internal:80 weight 0 backup drain  server unix:/s }", []),
        Case("pool p { server :80 }", ["T023@1:17"]),
        Case("pool p { server 10.0.0.1:0 }", ["T023@1:17"]),
        Case("pool p { server 10.0.0.1:80 weight 65536 }", ["T022@1:29"]),
        Case("pool p { server 10.0.0.1:80 weight }", ["T022@1:29"]),
        Case("pool p { server 10.0.0.1:80 wieght 3 }", ["S008@1:29"]),
        Case("pool p { server 10.0.0.1:80 weight 1 weight 2 }", ["T006@1:38"]),
        Case("pool p { server 10.0.0.1:80 backup backup }", ["T006@1:36"]),
        Case("pool p { server 10.0.0.1:80  server 10.0.0.1:80 }", ["T006@1:37"]),
        Case("pool p { server a:80 }\npool p { server b:80 }", ["T006@2:6"]),
    ]

    static let settings = [
        Case("timeouts { connect 5s  request 0s }", []),
        Case("timeouts { connect 5 }", ["T022@1:20"]),
        Case("timeouts { connect 0s }", ["T022@1:20"]),
        Case("timeouts { connect 366d }", ["T022@1:20"]),
        Case("timeouts { connect 1s  connect 2s }", ["T006@1:24"]),
        Case("timeouts { connect 1s }\ntimeouts { connect 2s }", ["T006@2:12"]),
        Case("limits { head 64KiB  body 0 }", []),
        Case("limits { head 64KB }", ["T022@1:15"]),
        Case("limits { head 1 }", ["T022@1:15"]),
        Case("limits { fields 1000000 }", ["T022@1:17"]),
        Case("log { to file \"a.log\"  format combined  redact query { \"t\" } }", []),
        Case("log { to printer }", ["T022@1:10"]),
        Case("log { format jsn }", ["T022@1:14"]),
        Case("log { redact query { \"a\" }\nredact query { \"b\" } }", ["T006@2:1"]),
        Case("log { redact header { \"a\" } }", ["T022@1:7"]),
        Case("log { redact query $nothing }", ["E012@1:21"]),
        Case("let a = tls\nlog { redact query $a }", ["T012@2:21"]),
        Case("trusted_proxies { 10.0.0.0/8, fd00::/8 } header forwarded", []),
        Case("trusted_proxies { 10.0.0.1/8 }", ["E024@1:19"]),
        Case("trusted_proxies { 10.0.0.0/8 } header via", ["T022@1:32"]),
        Case("admin nowhere:1", ["T023@1:7"]),
        Case("workers 0", ["T022@1:9"]),
        Case("workers 2\nworkers 3", ["T006@2:1"]),
        Case("defaults { empty_segments merged }", ["T022@1:27"]),
    ]

    static let splits = [
        Case("split s { 2.25% -> deny; 97.75% -> close }", []),
        Case("split s { 0% -> deny; rest -> close }", []),
        Case("split s { 50% -> deny; 49% -> close }", ["E021@1:7"]),
        Case("split s { 50% -> deny; 51% -> close }", ["E021@1:7"]),
        Case("split s { 60% -> deny; 60% -> close; rest -> respond 200 }", ["E021@1:7"]),
        Case("split s { rest -> deny; rest -> close }", ["E021@1:25"]),
        Case("split s { 100% -> deny; rest -> close }", ["W045@1:25"]),
        Case("split s { 101% -> deny; rest -> close }", ["T025@1:11"]),
        Case("split s { 5% -> deny; rest -> deny }", ["T025@1:23"]),
        Case("split s { a: 5% -> deny; b: rest -> deny }", []),
        Case("split s { a: 5% -> deny; a: rest -> close }", ["T025@1:26"]),
        Case(
            "split s { 5% -> split t; rest -> deny }\nsplit t { 5% -> split s; rest -> deny }",
            ["T007@1:11", "T007@2:11"]),
        Case("split s by cookie.x else client.ip { rest -> deny }", []),
        Case("split s sticky cookie c for 0s { rest -> deny }", ["T022@1:29"]),
    ]

    static let names = [
        Case("let a = @b\nlet b = @a\n@a -> deny", ["T007@2:10"]),
        Case("let a = not @a", ["T007@1:14"]),
        Case("let a = tls\nset a = { \"x\" }", ["T006@2:5"]),
        Case("rules a { use b }\nrules b { use a }", ["T007@1:15", "T007@2:15"]),
        Case("rules a { when tls { use a } }", ["T007@1:26"]),
        Case("rules a { else -> deny }\nrules a { else -> deny }", ["T006@2:7"]),
        Case("@b -> deny\nlet a = tls\nlet b = @a", []),
    ]

    @Test(arguments: listeners + pools + settings + splits + names)
    func findings(_ sample: Case) {
        let compiled = CompiledText(sample.text)
        let messages = compiled.compilation.diagnostics.map(\.message)
        #expect(compiled.findings == sample.findings, "\(messages)")
        let isClean = sample.findings.allSatisfy { $0.hasPrefix("W") }
        #expect((compiled.program != nil) == isClean)
    }
}
