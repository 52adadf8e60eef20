import Foundation
import Testing

@testable import RuleLang

/// Realistic files by use: each parses and checks, but for the words that arrive later.
@Suite struct ConfigurationTests {
    private static let folder = "Tests/RuleLangTests/Fixtures/configs"

    /// What is refused in which file; every other file has no finding.
    private static let later: [String: [String]] = [
        "03-": ["`assert` is not supported yet"],
        "04-": ["`retry` is not supported yet"],
        "07-": ["`assert` is not supported yet", "`assert` is not supported yet"],
        "11-": ["`balance` is not supported yet"],
        "23-": ["`balance` is not supported yet", "`sticky` is not supported yet"],
    ]

    @Test(arguments: Samples.files(in: folder, suffix: ".l7"))
    func check(_ url: URL) throws {
        let name = url.lastPathComponent
        let loader = ListedFiles(disk: DiskFiles(folder: url.deletingLastPathComponent()))
        let compilation = compile(name, loader: loader)
        let expected = Self.later.first { name.hasPrefix($0.key) }?.value ?? []
        #expect(compilation.diagnostics.map(\.message) == expected)
        guard expected.isEmpty else { return }
        let program = try #require(compilation.program)
        for result in runTests(program) {
            #expect(result.hasPassed, "\(name): \(result.test)")
        }
        let bytes = try Samples.bytes(url)
        let once = formatted(bytes)
        #expect(formatted(once) == once)
    }
}

/// Knows the one glob of the fixtures.
private struct ListedFiles: SourceLoader {
    let disk: DiskFiles

    func load(_ path: String, from: String?) -> Result<LoadedFile, LoadError> {
        disk.load(path, from: from)
    }

    func expand(_ pattern: String, from: String?) -> [String] {
        pattern == "rules.d/*.l7" ? ["rules.d/office.l7"] : [pattern]
    }
}
