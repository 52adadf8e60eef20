import Patterns
import TestSupport
import Testing

/// Regexes of Debian packages: each is read as the engine means it, or not at all.
@Suite struct RealPatternTests {
    @Test(
        .enabled(if: RealPatterns.hasAgents),
        arguments: ["user_agent_parsers", "os_parsers", "device_parsers"])
    func agents(_ list: String) throws {
        let patterns = try RealPatterns.list(list).map(\.pattern)
        #expect(patterns.count > 150)
        let outcome = try compare(patterns, accepted: patterns.count)
        // None of the lists looks around or back.
        #expect(outcome.read == patterns.count)
    }

    @Test(.enabled(if: RealPatterns.hasAttacks)) func attacks() throws {
        let patterns = try RealPatterns.attackPatterns()
        #expect(patterns.count > 200)
        // Some of them are not valid in bytes, or name what the language refuses.
        let outcome = try compare(patterns, accepted: patterns.count * 9 / 10)
        #expect(outcome.read > patterns.count * 3 / 4)
    }

    private func compare(
        _ patterns: [String], accepted: Int
    ) throws -> (read: Int, pairs: Int) {
        let scratch = PatternScratch()
        var random = SeededGenerator(seed: 7)
        var (read, pairs, matches, compiled) = (0, 0, 0, 0)
        for text in patterns {
            guard let pattern = try? CompiledPattern([UInt8](text.utf8)) else { continue }
            compiled += 1
            guard let node = RegexReader.read(pattern.source) else { continue }
            read += 1
            for _ in 0..<12 {
                var subject = node.sample(&random)
                if subject.count > 300 { continue }
                subject = changed(subject, &random)
                let found = scratch.match(pattern, in: subject)
                var matcher = Backtracker(subject)
                let range = matcher.search(node)
                if case .error = found { continue }
                if matcher.gaveUp { continue }
                pairs += 1
                matches += found == .match ? 1 : 0
                guard range == scratch.capture(0) else {
                    Issue.record("\(text) in \(subject): \(String(describing: range))")
                    return (read, pairs)
                }
            }
        }
        #expect(compiled >= accepted)
        #expect(pairs > read * 4 && matches > pairs / 4 && matches < pairs)
        return (read, pairs)
    }

    /// Half of the subjects stay what the pattern spells; the others lose or swap a byte.
    private func changed(_ subject: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var subject = [UInt8]("x ".utf8).prefix(Int.random(in: 0...2, using: &random)) + subject
        guard !subject.isEmpty, Bool.random(using: &random) else { return Array(subject) }
        let place = Int.random(in: subject.indices, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: subject.remove(at: place)
        case 1: subject[place] = subject[place].otherCase ?? 0x0A
        default: subject.insert(UInt8.random(in: 0...255, using: &random), at: place)
        }
        return Array(subject)
    }
}

extension RegexNode {
    /// Bytes that the node may match, anchors aside.
    func sample(_ random: inout SeededGenerator) -> [UInt8] {
        switch kind {
        case .empty, .start, .end, .boundary: return []
        case .byte(let byte): return [byte]
        case .set(let set): return set.members.randomElement(using: &random).map { [$0] } ?? []
        case .group(let inner, _, _): return inner.sample(&random)
        case .sequence(let parts): return parts.flatMap { $0.sample(&random) }
        case .alternation(let branches):
            return branches.randomElement(using: &random)?.sample(&random) ?? []
        case .repetition(let inner, let minimum, let maximum, _):
            let most = min(maximum ?? .max, minimum + 3)
            return (0..<Int.random(in: minimum...most, using: &random)).flatMap { _ in
                inner.sample(&random)
            }
        }
    }
}
