import Patterns
import Testing

@testable import Patterns

/// Patterns whose backtracking is exponential are found with a subject that shows it, and no
/// others.
@Suite struct BacktrackingTests {
    @Test(arguments: [
        "^(a+)+$", "(a+)+b", "^(a|aa)+$", "^(a|a)*$", "^(a*)*b", "^([a-z]+)*$", "^(\\d+)+x",
        "^/api/(\\w+/?)+$", "(x+x+)+y", "^(([a-z])+.)+[A-Z]([a-z])+$", "^(a|[ab])+$",
        "(?i)^(A+)+$", "^(?:a?){3}(?:a+)+c", "^(.*)*,$", "^((ab)+)+$", "([^/]+/?)+!$",
        "^(a+|b+|ab)+$", "^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}$",
    ])
    func exponential(_ text: String) throws {
        let pattern = try CompiledPattern(Array(text.utf8))
        let witness = try #require(Backtracking.witness(pattern, steps: 100_000))
        // As the router would run it.
        let scratch = PatternScratch(limits: MatchLimits(steps: 100_000))
        #expect(scratch.match(pattern, in: witness.subject) == .error(.steps))
        #expect(witness.subject.count < 500)
    }

    @Test(arguments: [
        "^/api", "^/api(/|$)", "^(a|b)+$", "^(ab|cd)*$", "[a-z]+[0-9]+", "^a*b*c*$",
        "(?i)bot|crawl",
        "^/u/(\\d+)/orders/(\\d+)$", "^[^/]+/[^/]+$", "\\.(png|css|js)$", "^(a+b)+$", "^(/[^/]+)+$",
        "^([a-z]+,)*[a-z]+$", "a{2,5}", "^(foo|bar|baz)+$", "", ".*", "^.*a.*b.*$", "(a+)b",
        // Opaque to the reader, or atomic: no claim.
        "^(?>a+)+$", "^(a++)+$", "^(?=a)(a+)+$", "(a)\\1",
    ])
    func harmless(_ text: String) throws {
        let pattern = try CompiledPattern(Array(text.utf8))
        #expect(Backtracking.witness(pattern, steps: 100_000) == nil)
    }

    /// What the search claims is always true: random patterns, most of them harmless.
    @Test func randomPatterns() throws {
        var random = RandomPatterns(seed: 16)
        var found = 0
        for _ in 0..<1_500 {
            let text = random.pattern()
            guard let pattern = try? CompiledPattern(Array(text.utf8)),
                let witness = Backtracking.witness(pattern, steps: 20_000)
            else { continue }
            found += 1
            let scratch = PatternScratch(limits: MatchLimits(steps: 20_000))
            #expect(scratch.match(pattern, in: witness.subject) == .error(.steps), "\(text)")
        }
        #expect(found > 0)
    }
}
