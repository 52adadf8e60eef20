import Patterns
import RuleSamples
import Testing

@testable import RuleLang

/// What regexes need, against PCRE2.
@Suite struct RegexRequirementTests {
    @Test(arguments: [
        ("^/api", ["^/api"], true), ("^/api$", ["=/api"], true), ("\\.png$", ["$.png"], true),
        ("^/(a|b)/", ["^/a/", "^/b/"], true), ("^/api(/|$)", ["^/api/", "=/api"], true),
        ("abc", ["abc"], true), (".*abc.*", ["abc"], true), ("^.*abc", ["abc"], true),
        ("^abc.*", ["^abc"], true), ("^abc.*$", ["^abc"], true), ("^a?b", ["^b", "^ab"], true),
        ("^a.*b$", ["^a & $b"], false), ("^/u/[0-9]+/x$", ["^/u/ & $/x"], false),
        ("(?i)^/api", ["^/api lower"], true), ("(?i)bot", ["bot lower"], true),
        ("[aA]b", ["ab lower"], false), ("^(abc)+$", ["^abc"], false), ("a{2}", ["aa"], true),
        ("a{2,}b", ["aa & b"], false), ("^$", ["="], true), ("", [""], true), (".*", [""], true),
        ("x|", [""], true), ("(?<id>ab)", ["ab"], true),
        ("\\bab\\b", ["ab"], false),
        ("^/(?:a|b[0-9]c)$", ["=/a", "^/b & $c"], false),
    ])
    func needs(_ pattern: String, _ expected: [String], _ isExact: Bool) throws {
        let requirement = try #require(RegexRequirement(Array(pattern.utf8)))
        #expect(
            requirement.alternatives.map { $0.map(Self.text).joined(separator: " & ") } == expected)
        #expect(requirement.isExact == isExact)
    }

    @Test(arguments: ["[0-9]+", "a*", "^[^/]+$", "(?!a)b", "(a)\\1", "a|[0-9]"])
    func nothingIsKnown(_ pattern: String) {
        #expect(RegexRequirement(Array(pattern.utf8)) == nil)
    }

    /// A choice for each part between two gaps, in lower case.
    @Test(arguments: [
        ("(?i)^.*(Foo|bar)x[^/]+(one|two)$", ["barx|foox", "one|two"]),
        ("; {0,2}(A1|B2|C3)x?", [";  a1|;  a1x|;  b2|;  b2x|;  c3|;  c3x|; a1|; a1x"]),
        ("a[0-9]{3}-end", ["a0|a1|a2|a3|a4|a5|a6|a7|a8|a9", "-end"]),
        ("(ab|c[0-9]+d)x", ["ab|c0|c1|c2|c3|c4|c5|c6"]), ("\\bKey\\b", ["key"]),
        ("(x|[0-9]*)y", []), ("(ab)+c", ["ab"]), ("(abc){2}", ["abcabc"]), ("a|bc", []),
        ("Client[ /][0-9]", ["client 0|client 1|client 2|client 3|client 4|client 5|client 6"]),
    ])
    func literals(_ pattern: String, _ expected: [String]) throws {
        let node = try #require(RegexReader.read(Array(pattern.utf8)))
        let choices = RequiredLiterals.choices(of: node).map { choice in
            choice.texts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "|")
        }
        for (choice, expected) in zip(choices, expected) {
            #expect(choice.hasPrefix(expected), "\(choices)")
        }
        #expect(choices.count >= expected.count, "\(choices)")
        #expect(!expected.isEmpty || choices.isEmpty, "\(choices)")
    }

    /// The choice whose texts the fewest other regexes share is the one to look for.
    @Test func rarest() throws {
        let patterns = (0..<9).map { "Android.*Zeta\($0)" }
        let choices = try patterns.map {
            RequiredLiterals.choices(of: try #require(RegexReader.read(Array($0.utf8))))
        }
        var counts = WindowCounts()
        for each in choices { counts.add(each) }
        let rarest = choices.map {
            counts.rarest($0)?.texts.map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(rarest == (0..<9).map { ["zeta\($0)"] })
    }

    private static func text(_ need: RegexRequirement.Need) -> String {
        let mark =
            switch need.kind {
            case .equals: "="
            case .hasPrefix: "^"
            case .hasSuffix: "$"
            case .contains: ""
            }
        return mark + String(decoding: need.text, as: UTF8.self) + (need.isFolded ? " lower" : "")
    }

    /// What matches is allowed; what an exact requirement allows matches.
    @Test(arguments: 0..<8)
    func generated(_ part: Int) throws {
        var random = SplitMix(UInt64(part) &* 7_919)
        let scratch = PatternScratch()
        var exact = 0
        var refused = 0
        for _ in 0..<400 {
            let source = Array(Self.pattern(&random, depth: 2).utf8)
            guard let pattern = try? CompiledPattern(source),
                let requirement = RegexRequirement(source)
            else { continue }
            exact += requirement.isExact ? 1 : 0
            for _ in 0..<25 {
                let subject = Self.subject(&random)
                let isAllowed = requirement.allows(subject)
                refused += isAllowed ? 0 : 1
                switch scratch.match(pattern, in: subject) {
                case .match:
                    #expect(isAllowed, "\(source) in \(subject)")
                    let isSure = requirement.isSureOfNoMatch(subject.span, 0..<subject.count)
                    #expect(!isSure, "\(source) in \(subject)")
                case .noMatch where requirement.isExact:
                    #expect(!isAllowed, "\(source) in \(subject)")
                case .noMatch, .error: break
                }
            }
        }
        #expect(exact > 50 && refused > 500)
    }

    /// The same for the regexes of generated files, which use more than the list below, with the
    /// texts that requests have there.
    @Test func ofGeneratedFiles() {
        var decided = 0
        var refused = 0
        for seed in UInt64(0)..<160 {
            var sample = RuleSetSample(seed: seed)
            let files = sample.ruleFiles()
            guard let program = CompiledText(files.main, files.others).program else { continue }
            var requests = RequestSample(seed: seed, program)
            let scratch = PatternScratch()
            for _ in 0..<25 {
                let view = requests.view()
                for case .test(let term, .regex(let ids)) in program.atoms {
                    for case .text(let subject) in term.values(in: view) {
                        for regex in ids.map({ program.patterns[$0] }) {
                            guard let requirement = regex.requirement else { continue }
                            let isAllowed = requirement.allows(subject)
                            decided += 1
                            refused += isAllowed ? 0 : 1
                            let match = scratch.match(regex.pattern, in: subject)
                            if case .match = match { #expect(isAllowed, "\(regex.source)") }
                            if case .noMatch = match, requirement.isExact {
                                #expect(!isAllowed, "\(regex.source)")
                            }
                        }
                    }
                }
            }
        }
        #expect(decided > 5_000 && refused > 1_000)
    }

    private static let atoms = [
        "a", "b", "c", "A", "/", "\\.", ".", "[ab]", "[aA]", "[0-9]", "ab", "^", "$", ".*", "(?i)",
        "(?-i)", "[^a]", "\\x61", "(?s)", "",
    ]

    private static func pattern(_ random: inout SplitMix, depth: Int) -> String {
        let count = random.chance(3) ? 2 : 1
        return (0..<count).map { _ in
            (0..<Int.random(in: 1...4, using: &random)).map { _ in
                var item = random.pick(atoms)
                if depth > 0, random.chance(4) {
                    item =
                        random.pick(["(", "(?:", "(?i:"])
                        + pattern(&random, depth: depth - 1) + ")"
                }
                return random.chance(4)
                    ? item + random.pick(["*", "+", "?", "{2}", "{1,2}", "*?", "{0}", "{9,}"])
                    : item
            }.joined()
        }.joined(separator: "|")
    }

    private static func subject(_ random: inout SplitMix) -> [UInt8] {
        (0..<Int.random(in: 0...6, using: &random)).map { _ in
            random.pick(Array("aaabbcAB/.1\n".utf8))
        }
    }
}
