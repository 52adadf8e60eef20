import TestSupport

/// Patterns of the regular subset, and subjects that some of them find something in.
struct RandomPatterns {
    private var random: SeededGenerator
    private var names = 0

    private static let atoms = [
        "a", "b", "B", "c", "1", "/", "-", "_", " ", "#", "é", ".", ".", "\\.", "\\/", "\\d", "\\D",
        "\\w", "\\W", "\\s", "\\S", "\\h", "\\H", "\\v", "\\V", "\\N", "\\n", "\\t", "\\x61",
        "\\x{62}", "\\xE9", "\\141", "\\061", "\\o{61}", "\\ca", "\\e", "[ab]", "[^ab]", "[a-c]",
        "[^/]", "[]a]", "[^]a]", "[a-]", "[-a]", "[\\w-]", "[[:alpha:]]", "[[:^digit:]_]",
        "[[:upper:]]", "[[:punct:]]", "[\\x80-\\xFF]", "[\\]\\\\]", "[\\Qa-c\\E]", "[[.]", "[a[:b]",
        "[.]", "[$^]", "\\Qa.b\\E", "\\Q*\\E", "\\Q\\E", "{", "{a", "a{,2}", "]", "}", "^", "$",
        "\\A", "\\z", "\\b", "\\B", "(?#x)", "(?i)", "(?-i)", "(?s)", "(?-s)", "(?x)", "(?-x)",
        "(?n)", "(?U)",
        "(?^)", "(?i-s)", "()", "(|a)", "(?:)",
    ]
    private static let quantifiers = [
        "*", "+", "?", "{2}", "{1,2}", "{0,1}", "{2,}", "{0}", "*?", "+?", "??", "{1,2}?", "{2,}?",
    ]
    private static let openers = [
        "(", "(", "(?:", "(?:", "(?i:", "(?s-i:", "(?x:", "(?-s:", "(?^:", "(?n:", "(?U:",
    ]
    private static let subjectBytes: [[UInt8]] = [
        [UInt8]("a".utf8), [UInt8]("b".utf8), [UInt8]("c".utf8), [UInt8]("A".utf8),
        [UInt8]("1".utf8), [UInt8]("/".utf8), [UInt8](".".utf8), [UInt8]("-".utf8),
        [UInt8]("_".utf8), [UInt8]("é".utf8), [0xE9], [0x0A], [0x20], [0x01], [UInt8]("]".utf8),
        [UInt8]("{".utf8), [UInt8]("#".utf8),
    ]

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func pattern() -> String {
        names = 0
        return alternatives(depth: 3)
    }

    mutating func subject() -> [UInt8] {
        // Half of the subjects come from few bytes, so that repetitions have something to repeat.
        let kinds = Bool.random(using: &random) ? 3 : Self.subjectBytes.count
        return (0..<Int.random(in: 0...7, using: &random)).flatMap { _ in
            Self.subjectBytes[Int.random(in: 0..<kinds, using: &random)]
        }
    }

    private mutating func alternatives(depth: Int) -> String {
        let count = chance(of: 4) ? Int.random(in: 2...3, using: &random) : 1
        return (0..<count).map { _ in sequence(depth: depth) }.joined(separator: "|")
    }

    private mutating func sequence(depth: Int) -> String {
        (0..<Int.random(in: 0...3, using: &random)).map { _ in quantified(depth: depth) }.joined()
    }

    private mutating func quantified(depth: Int) -> String {
        let item = atom(depth: depth)
        return chance(of: 3) ? item + Self.quantifiers.randomElement(using: &random)! : item
    }

    private mutating func atom(depth: Int) -> String {
        guard depth > 0, chance(of: 3) else { return Self.atoms.randomElement(using: &random)! }
        let inner = alternatives(depth: depth - 1)
        if chance(of: 6) {
            names += 1
            return "(?<n\(names)>\(inner))"
        }
        return Self.openers.randomElement(using: &random)! + inner + ")"
    }

    private mutating func chance(of count: Int) -> Bool {
        Int.random(in: 0..<count, using: &random) == 0
    }
}
