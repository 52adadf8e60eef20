import Foundation
import Testing

@testable import RuleLang

/// The diagnostics of a text, rendered as a user sees them.
func parseErrors(_ bytes: [UInt8], name: String = "test.l7") -> String {
    var sources = SourceMap()
    let file = sources.add(SourceFile(name: name, bytes: bytes))
    let parsed = parse(bytes, file: file)
    let renderer = DiagnosticRenderer(sources: sources, isColoured: false)
    return parsed.diagnostics.map(renderer.render).joined(separator: "\n")
}

@Suite struct ParserTests {
    @Test(arguments: Samples.files(in: "rules", suffix: ".l7"))
    func samplesParse(_ url: URL) throws {
        #expect(parseErrors(try Samples.bytes(url)) == "")
    }
}
