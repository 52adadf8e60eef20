import Patterns
import Testing

private func read(_ pattern: String) -> RegexNode? { RegexReader.read([UInt8](pattern.utf8)) }

@Suite struct RegexReaderTests {
    /// What the reader says of a pattern is what the engine does with it: same start, same end,
    /// same
    /// groups, wherever the engine accepts the pattern and the reader reads it.
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func agreesWithTheEngine(seed: UInt64) throws {
        var generator = RandomPatterns(seed: seed)
        let scratch = PatternScratch()
        var (pairs, matches, unread, accepted) = (0, 0, 0, 0)
        while pairs < 8_000 {
            let text = generator.pattern()
            guard let pattern = try? CompiledPattern([UInt8](text.utf8)) else { continue }
            accepted += 1
            guard let node = read(text) else {
                unread += 1
                continue
            }
            #expect(node.hasNamedGroup == !pattern.captureNames.isEmpty, "\(text)")
            for _ in 0..<8 {
                let subject = generator.subject()
                let found = scratch.match(pattern, in: subject)
                var matcher = Backtracker(subject)
                let range = matcher.search(node)
                if case .error = found { continue }
                if matcher.gaveUp { continue }
                pairs += 1
                matches += found == .match ? 1 : 0
                let numbers = 1..<pattern.captureCount + 1
                guard range == scratch.capture(0),
                    numbers.map({ matcher.groups[$0] }) == numbers.map({ scratch.capture($0) })
                else {
                    Issue.record("\(text) in \(subject): \(String(describing: range))")
                    return
                }
            }
        }
        // The agreement is about something: many matches, and few patterns passed over.
        #expect(matches > pairs / 5 && matches < pairs * 19 / 20)
        #expect(unread < accepted / 10)
    }

    @Test(arguments: [
        ("", "()@0..<0"),
        ("ab", "a@0..<1 b@1..<2"),
        ("a|", "alt(a@0..<1, ()@2..<2)"),
        ("^/a$", "^@0..<1 /@1..<2 a@2..<3 $@3..<4"),
        ("\\.\\x41\\Qx.\\Ey", ".@0..<2 A@2..<6 x@8..<9 .@9..<10 y@12..<13"),
        ("(a)(?:b)(?<id>c)", "1(a@1..<2)@0..<3 :(b@6..<7)@3..<8 2id(c@14..<15)@8..<16"),
        ("(?n)(a)(?<id>c)", ":(a@5..<6)@4..<7 1id(c@13..<14)@7..<15"),
        ("a*b+?c{2,5}", "a@0..<1{0,}@0..<2 b@2..<3{1,}?@2..<5 c@5..<6{2,5}@5..<11"),
        ("(?U)a*b*?", "a@4..<5{0,}?@4..<6 b@6..<7{0,}@6..<9"),
        ("a(?#b)+", "a@0..<1{1,}@0..<7"),
        ("(?i)a1(?-i)b", "[Aa]@4..<5 1@5..<6 b@11..<12"),
        ("(?i:a|b)c", ":(alt([Aa]@4..<5, [Bb]@6..<7))@0..<8 c@8..<9"),
        ("(?i)[^a-y]", "206@4..<10"),
        (".\\d", "256@0..<1 [0123456789]@1..<3"),
        ("(?-s).", "255@5..<6"),
        ("(?x) a # b\n c", "a@5..<6 c@12..<13"),
        ("\\ba\\B", "\\b@0..<2 a@2..<3 \\B@3..<5"),
        ("a{,}", "a@0..<1 {@1..<2 ,@2..<3 }@3..<4"),
    ])
    func tree(_ pattern: String, _ expected: String) throws {
        #expect(try #require(read(pattern)).outline == expected)
        #expect(throws: Never.self) { try CompiledPattern([UInt8](pattern.utf8)) }
    }

    /// Not in the subset, each with an ordinary piece around it: nothing is half read.
    @Test(arguments: [
        "(a)\\1", "(a)\\g1", "(a)\\g{-1}", "(?<n>a)\\k<n>", "(?<n>a)(?P=n)", "a(?=b)", "a(?!b)",
        "(?<=a)b", "(?<!a)b", "(?>a)b", "a++b", "a*+", "a{2}+", "(?(?=a)b|c)", "(a)(?(1)b|c)",
        "(a(?R)?b)", "(a)(?1)", "(?|(a)|(b))", "a\\p{L}", "\\PL", "[\\p{L}]",
        // Text in PCRE2 10.42, quantifiers from 10.43 on.
        "a{,3}", "a{ 1 }", "a{1, 2}", "a{ ,3}",
    ])
    func opaque(_ pattern: String) {
        #expect(throws: Never.self) { try CompiledPattern([UInt8](pattern.utf8)) }
        #expect(read(pattern) == nil)
    }

    /// What the engine refuses is not read as something else.
    @Test(arguments: [
        "a(", "a)", "(?m)^a", "a\\Z", "(?C)a", "(*UTF)a", "[é]", "[a", "*a", "a\\", "$?a", "\\b+a",
        "a\\B?",
    ])
    func invalid(_ pattern: String) {
        #expect(read(pattern) == nil)
    }

    @Test(
        arguments: [
            ("abc", "abc"), ("a(?:b(c))", "abc"), ("", ""), ("\\Qa.b\\E", "a.b"), ("^a", nil),
            ("a.", nil), ("(?i)a", nil), ("(?i)1", "1"), ("a|b", nil), ("a?", nil),
        ] as [(String, String?)])
    func literal(_ pattern: String, _ expected: String?) throws {
        #expect(try #require(read(pattern)).literal == expected.map { [UInt8]($0.utf8) })
    }
}

extension RegexNode {
    /// A short text of the tree with every span.
    fileprivate var outline: String {
        switch kind {
        case .empty: place("()")
        case .byte(let byte): place(String(UnicodeScalar(byte)))
        case .set(let set): place(set.count > 10 ? "\(set.count)" : "[\(text(set))]")
        case .sequence(let parts): parts.map(\.outline).joined(separator: " ")
        case .alternation(let parts): "alt(\(parts.map(\.outline).joined(separator: ", ")))"
        case .repetition(let inner, let minimum, let maximum, let isLazy):
            place(
                "\(inner.outline){\(minimum),\(maximum.map(String.init) ?? "")}"
                    + (isLazy ? "?" : ""))
        case .group(let inner, let number, let name):
            place("\(number.map(String.init) ?? ":")\(name ?? "")(\(inner.outline))")
        case .start: place("^")
        case .end: place("$")
        case .boundary(let isNegated): place(isNegated ? "\\B" : "\\b")
        }
    }

    private func place(_ text: String) -> String { "\(text)@\(span)" }

    private func text(_ set: ByteSet) -> String { String(decoding: set.members, as: UTF8.self) }
}
