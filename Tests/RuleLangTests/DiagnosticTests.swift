import Foundation
import Testing

@testable import RuleLang

/// Golden files: a source, and every finding exactly as a user sees it. `L7ROUTE_UPDATE=1 swift
/// test`
/// writes them anew.
@Suite struct DiagnosticTests {
    private static let folder = "Tests/RuleLangTests/Fixtures/diagnostics"

    @Test(arguments: Samples.files(in: folder, suffix: ".l7"))
    func golden(_ url: URL) throws {
        let rendered = findings(url.lastPathComponent, in: url.deletingLastPathComponent())
        let golden = url.deletingPathExtension().appendingPathExtension("txt")
        if ProcessInfo.processInfo.environment["L7ROUTE_UPDATE"] == "1" {
            try Data(rendered.utf8).write(to: golden)
        }
        let expected = String(decoding: try Samples.bytes(golden), as: UTF8.self)
        #expect(rendered == expected)
    }

    /// Where each mistake of the ten-mistake files stands, and what it is; nothing else is found.
    @Test(arguments: [
        (
            "ten-mistakes-shop.l7",
            [
                "3:36 S008", "5:43 E024", "8:16 E012", "10:6 S005", "11:14 E015", "12:11 T001",
                "13:13 T001", "14:19 S005", "14:23 E012", "15:31 S003", "16:37 S001",
            ]
        ),
        (
            "ten-mistakes-syntax.l7",
            [
                "2:19 T023", "3:20 T022", "4:10 S008", "5:41 S001", "6:20 S001", "7:1 S007",
                "8:9 S005", "8:9 T001", "9:13 E012", "10:16 T009", "11:32 E034", "12:9 S008",
            ]
        ),
        (
            "ten-mistakes-names.l7",
            [
                "1:32 E012", "3:6 T006", "4:7 E021", "4:56 E012", "6:10 T007", "8:31 T004",
                "11:69 E028", "12:7 T001", "13:10 E027", "14:47 T005", "15:5 E012", "17:34 S011",
                "19:34 E012",
            ]
        ),
    ])
    func tenMistakes(_ name: String, _ expected: [String]) {
        let folder = Samples.root.appendingPathComponent(Self.folder)
        let compilation = compile(name, loader: DiskFiles(folder: folder))
        let found = compilation.diagnostics.map { diagnostic in
            let place = compilation.sources[diagnostic.span.file].position(
                of: diagnostic.span.start)
            return "\(place.line):\(place.column) \(diagnostic.code.id)"
        }
        #expect(found == expected)
    }
}
