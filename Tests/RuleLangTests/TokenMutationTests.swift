import Foundation
import RuleSamples
import Testing

@testable import RuleLang

/// Deleting or changing any one token of any sample gives no crash, and spans inside the file.
@Suite struct TokenMutationTests {
    private static let replacements = [
        "", "}", "{", "(", ")", "->", "\"", "\"x", "and", "not", "else", "${", "$", "@", "x", "5%",
        ":", ";", "\n", "\u{e9}", "rules", "pool", "~", "0",
    ]

    private func check(_ bytes: [UInt8], _ what: @autoclosure () -> String) {
        let parsed = parse(bytes, file: FileID(index: 0))
        for diagnostic in parsed.diagnostics {
            for span in [diagnostic.span] + diagnostic.labels.map(\.span) {
                #expect(span.start <= span.end && Int(span.end) <= bytes.count, "\(what())")
            }
            for edit in diagnostic.fixIt?.edits ?? [] {
                #expect(Int(edit.span.end) <= bytes.count, "\(what())")
            }
        }
        var sources = SourceMap()
        _ = sources.add(SourceFile(name: "x", bytes: bytes))
        let renderer = DiagnosticRenderer(sources: sources, isColoured: false)
        for diagnostic in parsed.diagnostics { _ = renderer.render(diagnostic) }
        guard parsed.diagnostics.isEmpty else { return }
        let once = format(parsed, source: bytes)
        #expect(formatted(once) == once, "\(what())")
    }

    @Test(arguments: Samples.files(in: "rules", suffix: ".l7"))
    func oneTokenChanged(_ url: URL) throws {
        let bytes = try Samples.bytes(url)
        let tokens = parse(bytes, file: FileID(index: 0)).tokens
        for (index, record) in tokens.enumerated() {
            let range = record.token.span.indices
            let replacement = Self.replacements[index % Self.replacements.count]
            for text in ["", replacement] {
                var changed = bytes
                changed.replaceSubrange(range, with: Array(text.utf8))
                check(changed, "\(url.lastPathComponent): token \(index) became `\(text)`")
            }
        }
    }

    @Test(arguments: Samples.files(in: "rules", suffix: ".l7"))
    func cutAtEveryByte(_ url: URL) throws {
        let bytes = try Samples.bytes(url)
        for end in stride(from: 0, to: bytes.count, by: 7) {
            check(Array(bytes[..<end]), "\(url.lastPathComponent) cut at \(end)")
        }
    }

    /// What is missing behind the last byte of a file is shown inside of it.
    @Test(arguments: ["(?i", "(", "a(b", "[a", "\\", "(?<n"])
    func aRegexEndsWithItsFile(_ regex: String) {
        let text = "let r = header.user-agent ~ \"\(regex)"
        let compilation = CompiledText(text).compilation
        #expect(!compilation.diagnostics.isEmpty)
        for diagnostic in compilation.diagnostics {
            #expect(diagnostic.span.start <= diagnostic.span.end)
            #expect(Int(diagnostic.span.end) <= text.utf8.count, "\(diagnostic.code.id)")
        }
    }
}
