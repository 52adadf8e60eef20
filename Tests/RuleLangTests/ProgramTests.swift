import Foundation
import Testing

@testable import RuleLang

/// The tests that files carry themselves, through the naive evaluator.
@Suite struct ProgramTests {
    private func failures(_ program: Program) -> [String] {
        runTests(program).compactMap { result in
            guard case .failed(let expected, let got, let why) = result.verdict else { return nil }
            return "\(program.sources.place(of: result.request.span)): \(expected), \(got)\n\(why)"
        }
    }

    @Test(arguments: Samples.files(in: "rules", suffix: ".l7"))
    func samplesPass(_ url: URL) throws {
        let folder = Samples.root.appendingPathComponent("rules")
        let compilation = compile(url.lastPathComponent, loader: DiskFiles(folder: folder))
        let program = try #require(compilation.program)
        #expect(failures(program) == [])
        #expect(!program.tests.isEmpty)
        let findings = lint(LintInput(program: program, files: compilation.files))
        let serious = findings.filter { $0.code.severity != .note }
        #expect(serious.map(\.message) == [])
    }

    /// Every fenced `l7` block of the documents is a file that compiles and whose tests pass.
    @Test(arguments: ["grammar.md", "README.md", "docs/operations.md"])
    func documents(_ name: String) throws {
        let bytes = try Samples.bytes(Samples.root.appendingPathComponent(name))
        let blocks = Self.blocks(String(decoding: bytes, as: UTF8.self))
        #expect(!blocks.isEmpty)
        for (line, text) in blocks {
            let compilation = compile(
                "block", loader: OneFile(text: text))
            let renderer = DiagnosticRenderer(sources: compilation.sources, isColoured: false)
            let errors = compilation.diagnostics.map(renderer.render).joined()
            #expect(errors == "", "\(name):\(line)")
            if let program = compilation.program {
                #expect(failures(program) == [], "\(name):\(line)")
            }
        }
    }

    private static func blocks(_ text: String) -> [(line: Int, text: String)] {
        var blocks: [(Int, String)] = []
        var current: (Int, [Substring])?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            if line == "```l7" {
                current = (index + 1, [])
            } else if line.hasPrefix("```"), let block = current {
                blocks.append((block.0, block.1.joined(separator: "\n") + "\n"))
                current = nil
            } else {
                current?.1.append(line)
            }
        }
        return blocks
    }
}

/// A file that is text in a test.
struct OneFile: SourceLoader {
    let text: String

    func load(_ path: String, from: String?) -> Result<LoadedFile, LoadError> {
        guard from == nil else { return .failure(LoadError(message: "no such file or directory")) }
        return .success(LoadedFile(path: path, identity: path, bytes: Array(text.utf8)))
    }

    func expand(_ pattern: String, from: String?) -> [String] { [pattern] }
}
