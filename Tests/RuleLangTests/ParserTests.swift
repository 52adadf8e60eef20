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

    /// RFC 3629, section 4: the least and greatest of each length, and U+FFFD itself.
    @Test(arguments: [
        [0xc2, 0x80], [0xdf, 0xbf], [0xe0, 0xa0, 0x80], [0xed, 0x9f, 0xbf], [0xef, 0xbf, 0xbd],
        [0xef, 0xbf, 0xbf], [0xf0, 0x90, 0x80, 0x80], [0xf4, 0x8f, 0xbf, 0xbf],
    ])
    func commentsHoldUTF8(_ sequence: [UInt8]) {
        #expect(parseErrors(Array("# a".utf8) + sequence + Array("b\n".utf8)) == "")
    }

    /// Cut off (with anything behind), too long, surrogates, above U+10FFFF.
    @Test(arguments: [
        [0x80], [0xc2], [0xc0, 0x80], [0xe0, 0x9f, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82],
        [0xf0, 0x8f, 0x80, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xf0, 0x9f, 0x98], [0xf2, 0x9a, 0x8d],
        [0xf5, 0x80, 0x80, 0x80],
    ])
    func commentsHoldNothingElse(_ sequence: [UInt8]) {
        let expected = "this byte is not valid UTF-8"
        #expect(parseErrors(Array("# a".utf8) + sequence + Array("b\n".utf8)).contains(expected))
        #expect(parseErrors(Array("# a".utf8) + sequence).contains(expected))
    }
}
