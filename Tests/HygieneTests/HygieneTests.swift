import Foundation
import RuleLang
import Testing

@Suite struct HygieneTests {
    /// Files over the soft limit; the number is their length when they were allowed. The list may
    /// only shrink.
    private static let longFiles: [String: Int] = [:]

    private func findings(_ check: (SwiftFile) -> [String]) throws -> [String] {
        let files = try Repository.swiftFiles()
        #expect(files.count > 50)
        return files.flatMap(check)
    }

    private func sample(_ text: String, path: String = "Sources/Router/Bad.swift") -> SwiftFile {
        SwiftFile(
            path: path,
            lines: text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
    }

    @Test func linesAreAtMost100Columns() throws {
        #expect(try findings(Check.lineWidth) == [])
        #expect(Check.lineWidth(sample(String(repeating: "x", count: 101))).count == 1)
    }

    @Test func functionsAreAtMost70Lines() throws {
        #expect(try findings(Check.functionLength) == [])
        let long = "    func f() {\n" + String(repeating: "        x()\n", count: 70) + "    }\n"
        #expect(Check.functionLength(sample(long)).count == 1)
        let failable = long.replacing("func f()", with: "init?(_ x: Int)")
        #expect(Check.functionLength(sample(failable)).count == 1)
    }

    @Test func filesAreAtMost400Lines() throws {
        #expect(try findings { Check.fileLength($0, allowed: Self.longFiles) } == [])
        let long = sample(String(repeating: "x\n", count: 401))
        #expect(Check.fileLength(long, allowed: [:]).count == 1)
        #expect(Check.fileLength(long, allowed: [long.path: 402]) == [])
        let longer = sample(String(repeating: "x\n", count: 601))
        #expect(Check.fileLength(longer, allowed: [longer.path: 602]).count == 1)
    }

    @Test func theListOfLongFilesShrinks() throws {
        let lengths = Dictionary(
            uniqueKeysWithValues: try Repository.swiftFiles().map { ($0.path, $0.lines.count) })
        for (path, length) in Self.longFiles {
            let now = try #require(lengths[path], "\(path) is gone: take it from the list")
            #expect(now > 400 && now <= length, "\(path) has \(now) lines, allowed are \(length)")
        }
    }

    @Test func librariesDoWithoutFoundation() throws {
        #expect(try findings(Check.foundation) == [])
        #expect(Check.foundation(sample("internal import Foundation")).count == 1)
    }

    @Test func unsafeCodeStaysInTheWrappers() throws {
        #expect(try findings(Check.unsafeCode) == [])
        #expect(Check.unsafeCode(sample("let x = unsafe p.pointee")).count == 1)
        #expect(Check.unsafeCode(sample("    unsafe(x)")).count == 1)
    }

    @Test func cModulesHaveOneImporter() throws {
        #expect(try findings(Check.cModules) == [])
        #expect(Check.cModules(sample("internal import CPCRE2")).count == 1)
    }

    @Test func librariesDoNotPrintOrExit() throws {
        #expect(try findings(Check.printing) == [])
        #expect(Check.printing(sample("    print(\"x\")")).count == 1)
        #expect(Check.printing(sample("    defer { exit(1) }")).count == 1)
        #expect(Check.printing(sample("    server.print(1)")) == [])
    }

    @Test func nothingIsLeftForLater() throws {
        #expect(try findings(Check.openEnds) == [])
        #expect(Check.openEnds(sample("// TO" + "DO: later")).count == 1)
    }

    @Test func linksLeadToFiles() throws {
        let documents =
            ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "grammar.md"]
            + Repository.paths(under: "docs", suffix: ".md")
        for document in documents {
            let folder = URL(fileURLWithPath: document, relativeTo: Repository.root)
                .deletingLastPathComponent()
            for link in Check.links(try Repository.text(document)) {
                let path = folder.appendingPathComponent(link).path
                #expect(FileManager.default.fileExists(atPath: path), "\(document): \(link)")
            }
        }
        #expect(Check.links("[a](b.md) [c](https://x/) [d](#e)") == ["b.md"])
    }

    @Test func codesAreUniqueAndDocumented() throws {
        let ids = allDiagnosticCodes.map(\.id)
        #expect(Set(ids).count == ids.count, "\(ids)")
        let path = Repository.root.appendingPathComponent("docs/diagnostics.md")
        if ProcessInfo.processInfo.environment["L7ROUTE_UPDATE"] == "1" {
            try Data(diagnosticsDocument().utf8).write(to: path)
        }
        #expect(try Repository.text("docs/diagnostics.md") == diagnosticsDocument())
        for code in allDiagnosticCodes {
            #expect(!code.explanation.isEmpty && !code.title.isEmpty)
        }
    }
}
