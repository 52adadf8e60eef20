import Patterns
import Testing

/// Searches `subject` for `pattern` with limits of the default size.
func search(_ pattern: String, _ subject: [UInt8]) throws -> MatchResult {
    PatternScratch().match(try CompiledPattern([UInt8](pattern.utf8)), in: subject)
}

private struct Case: Sendable {
    var pattern: String
    var subject: [UInt8]
    var isMatch: Bool

    init(_ pattern: String, _ subject: String, _ isMatch: Bool) {
        self.init(pattern, [UInt8](subject.utf8), isMatch)
    }

    init(_ pattern: String, _ subject: [UInt8], _ isMatch: Bool) {
        self.pattern = pattern
        self.subject = subject
        self.isMatch = isMatch
    }
}

@Suite struct CompiledPatternTests {
    @Test(arguments: [
        Case("^/api", "/api/items", true),
        Case("^/api", "/v1/api", false),
        Case("api", "/v1/api/x", true),
        // `$` is the very end, in every mode there is.
        Case("a$", "a", true),
        Case("a$", "a\n", false),
        Case("a\\z", "a\n", false),
        Case("^b", "a\nb", false),
        Case("a$", "a\nb", false),
        // A dot is any byte.
        Case("^a.b$", "a\nb", true),
        Case("^a.b$", [0x61, 0x00, 0x62], true),
        Case("^a.b$", [0x61, 0xFF, 0x62], true),
        Case("^(?-s:.)$", "\n", false),
        // Bytes, not characters.
        Case("^.$", "é", false),
        Case("^..$", "é", true),
        Case("é", "café", true),
        Case("^[\\x80-\\xFF]+$", [0xC3, 0x28, 0xFF, 0x80].filter { $0 >= 0x80 }, true),
        Case("\\x00", [1, 0, 2], true),
        // Case folds by ASCII alone.
        Case("(?i)^ANDROID$", "aNdRoId", true),
        Case("(?i)É", "é", false),
        Case("^\\w$", [0xE9], false),
        Case("", "", true),
        Case("^$", "", true),
        Case("^$", "x", false),
        Case("(?(?=a)ab|cd)", "cd", true),
    ])
    fileprivate func search_(_ test: Case) throws {
        #expect(try search(test.pattern, test.subject) == (test.isMatch ? .match : .noMatch))
    }

    @Test func subjectsAreRanges() throws {
        let scratch = PatternScratch()
        let bytes = [UInt8]("GET /api HTTP".utf8)
        let pattern = try CompiledPattern([UInt8]("^(?<all>/(api))$".utf8))
        #expect(scratch.match(pattern, in: bytes) == .noMatch)
        #expect(scratch.match(pattern, in: bytes, range: 4..<8) == .match)
        #expect(scratch.capture(0) == 4..<8)
        #expect(scratch.capture(2) == 5..<8)
        #expect(scratch.match(pattern, in: bytes, range: 4..<7) == .noMatch)
        // What is outside of the range is not there.
        let behind = try CompiledPattern([UInt8]("(?<= )/|\\b$".utf8))
        #expect(scratch.match(behind, in: bytes, range: 4..<5) == .noMatch)
        let empty = try CompiledPattern([UInt8]("^$".utf8))
        #expect(scratch.match(empty, in: bytes, range: 13..<13) == .match)
        #expect(scratch.capture(0) == 13..<13)
        #expect(scratch.match(pattern, in: bytes.span.extracting(4..<8)) == .match)
        #expect(scratch.capture(1) == 0..<4)
        #expect(scratch.match(empty, in: Span<UInt8>()) == .match)
    }

    @Test func captures() throws {
        let scratch = PatternScratch()
        let pattern = try CompiledPattern([UInt8]("^(?<b>x)?(y)(?<a>z|)$".utf8))
        #expect(pattern.captureCount == 3)
        #expect(pattern.captureNames.map(\.name) == ["b", "a"])
        #expect(pattern.captureNames.map(\.number) == [1, 3])
        #expect(scratch.match(pattern, in: [UInt8]("y".utf8)) == .match)
        #expect(scratch.capture(0) == 0..<1)
        #expect(scratch.capture(1) == nil)
        #expect(scratch.capture(2) == 0..<1)
        #expect(scratch.capture(3) == 1..<1)
        #expect(scratch.capture(4) == nil)
        #expect(scratch.capture(-1) == nil)
        #expect(scratch.match(pattern, in: [UInt8]("n".utf8)) == .noMatch)
        #expect(scratch.capture(0) == nil)
    }

    @Test func manyCaptures() throws {
        let scratch = PatternScratch()
        let many = try CompiledPattern([UInt8](String(repeating: "(.)", count: 300).utf8))
        #expect(scratch.match(many, in: [UInt8](repeating: 7, count: 300)) == .match)
        #expect(scratch.capture(300) == 299..<300)
    }

    @Test func stepLimitIsAnError() throws {
        let hostile = [UInt8](repeating: UInt8(ascii: "a"), count: 40) + [UInt8(ascii: "b")]
        #expect(try search("^(a+)+$", hostile) == .error(.steps))
        let pattern = try CompiledPattern([UInt8]("^(a+)+$".utf8))
        let few = PatternScratch(limits: MatchLimits(steps: 10))
        #expect(few.match(pattern, in: hostile) == .error(.steps))
        // The same scratch still answers what it can.
        #expect(few.match(pattern, in: [UInt8]("aaa".utf8)) == .match)
    }

    @Test func stackLimitIsAnError() throws {
        let pattern = try CompiledPattern([UInt8]("^(?:a|(b)c)*d".utf8))
        try #require(pattern.isJITCompiled)
        let subject = [UInt8](repeating: UInt8(ascii: "a"), count: 2_000_000)
        #expect(PatternScratch().match(pattern, in: subject) == .error(.jitStack))
    }
}
