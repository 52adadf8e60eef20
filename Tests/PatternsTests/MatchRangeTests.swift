import Patterns
import Testing

/// Where a pattern matches, and what its groups hold: nil for no match, an inner nil for a group
/// that took no part.
private struct RangeCase: Sendable, CustomTestStringConvertible {
    var pattern: String
    var subject: [UInt8]
    var groups: [Range<Int>?]?

    init(_ pattern: String, _ subject: String, _ groups: [Range<Int>?]?) {
        self.init(pattern, bytes: [UInt8](subject.utf8), groups)
    }

    init(_ pattern: String, bytes: [UInt8], _ groups: [Range<Int>?]?) {
        self.pattern = pattern
        subject = bytes
        self.groups = groups
    }

    var testDescription: String { "\(pattern) in \(subject)" }
}

/// A name and a number for each named group.
private struct NameCase: Sendable, CustomTestStringConvertible {
    var pattern: String
    var names: [String]
    var numbers: [Int]

    init(_ pattern: String, _ names: [String], _ numbers: [Int]) {
        self.pattern = pattern
        self.names = names
        self.numbers = numbers
    }

    var testDescription: String { pattern }
}

@Suite struct MatchRangeTests {
    @Test(arguments: [
        // A search takes the leftmost match, then the first alternative.
        RangeCase("b+", "abbbc", [1..<4]),
        RangeCase("b+?", "abbbc", [1..<2]),
        RangeCase("a|ab", "xab", [1..<2]),
        RangeCase("ab|a", "xab", [1..<3]),
        RangeCase("", "abc", [0..<0]),
        RangeCase("$", "abc", [3..<3]),
        RangeCase("x*", "abc", [0..<0]),
        RangeCase("x", "", nil),
        RangeCase("x", "abc", nil),
        // Anchors.
        RangeCase("c$", "c\nc", [2..<3]),
        RangeCase("c$", "c\n", nil),
        RangeCase("\\Ac", "bc", nil),
        // A dot takes newlines and bytes that are no characters.
        RangeCase("a.+c", "a\n\nc", [0..<4]),
        RangeCase("a..c", bytes: [0x61, 0x80, 0xFF, 0x63], [0..<4]),
        RangeCase("\\xFF", bytes: [0x80, 0xFF], [1..<2]),
        RangeCase("[^a]", bytes: [0x61, 0x80], [1..<2]),
        RangeCase("é", "cafés", [3..<5]),
        // Groups.
        RangeCase("(a)(b)?(c)", "xac", [1..<3, 1..<2, nil, 2..<3]),
        RangeCase("(a)|(b)", "b", [0..<1, nil, 0..<1]),
        RangeCase("(a|b)+", "abba", [0..<4, 3..<4]),
        RangeCase("(?<id>\\d+)/(?:x|(y))", "/17/x", [1..<5, 1..<3, nil]),
        RangeCase("(a*)$", "b", [1..<1, 1..<1]),
        // Not regular, but searched like everything else.
        RangeCase("(a|b)\\1", "abb", [1..<3, 1..<2]),
        RangeCase("(?<=/)a++(?!b)", "a/aa", [2..<4]),
    ])
    fileprivate func groups(_ test: RangeCase) throws {
        let pattern = try CompiledPattern([UInt8](test.pattern.utf8))
        let scratch = PatternScratch()
        let result = scratch.match(pattern, in: test.subject)
        guard let groups = test.groups else {
            #expect(result == .noMatch)
            return
        }
        try #require(result == .match)
        #expect((0..<groups.count).map { scratch.capture($0) } == groups)
        #expect(pattern.captureCount == groups.count - 1)
        // The same within a larger array.
        let framed = [0x61, 0x62] + test.subject + [0x61, 0x63]
        let inner = 2..<2 + test.subject.count
        #expect(scratch.match(pattern, in: framed, range: inner) == .match)
        let moved = groups.map { $0.map { $0.lowerBound + 2..<$0.upperBound + 2 } }
        #expect((0..<groups.count).map { scratch.capture($0) } == moved)
    }

    @Test(arguments: [
        NameCase("a", [], []),
        NameCase("(a)(b)", [], []),
        NameCase("(?<id>a)", ["id"], [1]),
        NameCase("(x)(?<b>a)(?'a'b)(?P<c_1>c)", ["b", "a", "c_1"], [2, 3, 4]),
        NameCase("(?n)(x)(?<only>a)", ["only"], [1]),
        NameCase("(?<outer>(?<inner>a))", ["outer", "inner"], [1, 2]),
    ])
    fileprivate func names(_ test: NameCase) throws {
        let pattern = try CompiledPattern([UInt8](test.pattern.utf8))
        #expect(pattern.captureNames.map(\.name) == test.names)
        #expect(pattern.captureNames.map(\.number) == test.numbers)
    }

    /// The number of steps decides, not luck: enough of them and the same search has an answer.
    @Test func stepsAreTheCallers() throws {
        let pattern = try CompiledPattern([UInt8]("(?:a|aa)+$".utf8))
        let subject = [UInt8](repeating: UInt8(ascii: "a"), count: 14) + [UInt8(ascii: "b")]
        let few = PatternScratch(limits: MatchLimits(steps: 100))
        let many = PatternScratch(limits: MatchLimits(steps: 10_000_000))
        #expect(few.match(pattern, in: subject) == .error(.steps))
        #expect(few.capture(0) == nil)
        #expect(many.match(pattern, in: subject) == .noMatch)
        #expect(MatchLimits().steps == 100_000)
    }
}
