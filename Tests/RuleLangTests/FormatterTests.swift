import Foundation
import Testing

@testable import RuleLang

func formatted(_ bytes: [UInt8]) -> [UInt8] {
    let parsed = parse(bytes, file: FileID(index: 0))
    return format(parsed, source: bytes)
}

func formatted(_ text: String) -> String {
    String(decoding: formatted(Array(text.utf8)), as: UTF8.self)
}

/// The tokens and comments of a text: what a formatter must not change.
private func words(_ bytes: [UInt8]) -> [String] {
    let parsed = parse(bytes, file: FileID(index: 0))
    let spans = parsed.tokens.map(\.token).filter { $0.kind != .semicolon }.map(\.span)
    return (spans + parsed.comments.map(\.span)).sorted { $0.start < $1.start }.map {
        String(decoding: bytes[$0.indices], as: UTF8.self).trimmingCharacters(in: .whitespaces)
    }
}

@Suite struct FormatterTests {
    @Test(arguments: Samples.files(in: "rules", suffix: ".l7"))
    func samplesAreCanonical(_ url: URL) throws {
        let bytes = try Samples.bytes(url)
        #expect(
            String(decoding: formatted(bytes), as: UTF8.self)
                == String(decoding: bytes, as: UTF8.self))
    }

    @Test(arguments: Samples.files(in: "Tests/RuleLangTests/Fixtures/format", suffix: ".in.l7"))
    func fixtures(_ url: URL) throws {
        let bytes = try Samples.bytes(url)
        let expected = try Samples.bytes(
            URL(fileURLWithPath: url.path.replacingOccurrences(of: ".in.l7", with: ".out.l7")))
        let once = formatted(bytes)
        #expect(
            String(decoding: once, as: UTF8.self) == String(decoding: expected, as: UTF8.self))
        #expect(formatted(once) == once)
        #expect(words(once) == words(bytes))
    }

    /// Whatever the white space between the tokens of a sample was, the result is canonical: it has
    /// the same tokens and does not change again.
    @Test(arguments: Samples.files(in: "rules", suffix: ".l7"))
    func idempotentAfterSqueezing(_ url: URL) throws {
        let bytes = try Samples.bytes(url)
        let squeezed = Array(
            String(decoding: bytes, as: UTF8.self).split(
                separator: "\n", omittingEmptySubsequences: false
            ).map { line in
                "    " + line.split(separator: " ").joined(separator: "   ")
            }.joined(separator: "\n").utf8)
        // Strings and comments with inner spaces change by the squeezing itself.
        let once = formatted(squeezed)
        #expect(words(once) == words(squeezed))
        #expect(formatted(once) == once)
    }
}
