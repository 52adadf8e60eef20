import RequestModel
import RuleSamples
import Testing

@testable import RuleLang

/// Quantities, addresses and the settings that come of them.
@Suite struct DeclarationValueTests {
    @Test(
        arguments: [
            ("250ms", 250), ("5s", 5_000), ("2m", 120_000), ("1h", 3_600_000), ("1d", 86_400_000),
            ("5", nil), ("s", nil), ("-5s", nil), ("5 s", nil), ("1.5s", nil), ("5S", nil),
            ("999999999999999d", nil),
        ] as [(String, Int?)])
    func durations(_ text: String, _ value: Int?) { #expect(Quantity.duration(text) == value) }

    @Test(
        arguments: [
            ("0", 0), ("64KiB", 65_536), ("1MiB", 1 << 20), ("2GiB", 2 << 30), ("1KB", nil),
            ("KiB", nil),
        ] as [(String, Int?)])
    func sizes(_ text: String, _ value: Int?) { #expect(Quantity.size(text) == value) }

    @Test(
        arguments: [
            ("0%", 0), ("5%", 500), ("2.5%", 250), ("2.05%", 205), ("100%", 10_000),
            ("100.00%", 10_000),
            ("100.01%", nil), ("2.555%", nil), (".5%", nil), ("5.%", nil), ("5", nil), ("-1%", nil),
        ] as [(String, Int?)])
    func shares(_ text: String, _ value: Int?) { #expect(Quantity.share(text) == value) }

    @Test(
        arguments: [
            ("0.0.0.0:80", "0.0.0.0 80"), ("[::1]:80", "::1 80"), (":80", "* 80"),
            ("a.example:80", "name a.example 80"), ("unix:/run/x", "unix /run/x"),
            ("[10.0.0.1]:80", nil), ("::1:80", nil), ("10.0.0.256:80", nil), ("a-.example:80", nil),
            ("10.0.0.1", nil), ("10.0.0.1:", nil), ("10.0.0.1:+80", nil), ("unix:", nil), ("", nil),
        ] as [(String, String?)])
    func addresses(_ text: String, _ expected: String?) {
        let parsed: String? =
            switch AddressText.parse(text) {
            case .ip(let ip, let port): "\(ip?.text ?? "*") \(port)"
            case .name(let name, let port): "name \(name) \(port)"
            case .unix(let path): "unix \(path)"
            case nil: nil
            }
        #expect(parsed == expected)
    }

    @Test func aListenersOwnSettingWinsOverDefaults() throws {
        let compiled = CompiledText(
            """
            listen :80 { empty_segments refuse }
            listen :81
            defaults { empty_segments keep  encoded_slash keep }
            """)
        let listeners = try #require(compiled.program?.listeners)
        #expect(listeners.map(\.policy.emptySegments) == [.refuse, .keep])
        #expect(listeners.map(\.policy.encodedSlash) == [.keep, .keep])
    }

    @Test func theReportSaysWhatIsDefault() throws {
        let compiled = CompiledText(
            """
            listen :80 as public { empty_segments merge }
            admin 127.0.0.1:9000
            timeouts { connect 1500ms }
            limits { head 64KiB }
            defaults { path_params strip }
            """)
        let report = settingsReport(try #require(compiled.program))
        func line(_ name: String) -> String? {
            report.first { $0.name == name }.map { "\($0.value)\($0.isDefault ? " default" : "")" }
        }
        #expect(line("admin") == "127.0.0.1:9000")
        #expect(line("timeouts.connect") == "1500ms")
        #expect(line("timeouts.request") == "unlimited default")
        #expect(line("limits.head") == "64KiB")
        #expect(line("limits.fields") == "100 default")
        #expect(line("workers") == "one a core default")
        #expect(line("listen.public.empty_segments") == "merge")
        #expect(line("listen.public.path_params") == "strip")
        #expect(line("listen.public.encoded_slash") == "refuse default")
        #expect(Set(report.map(\.name)).count == report.count)
    }
}
