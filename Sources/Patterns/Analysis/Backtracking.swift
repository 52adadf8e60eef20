/// A subject on which a pattern backtracks without end, found by analysis and confirmed by a search
/// with the engine.
package struct BacktrackingWitness: Hashable, Sendable {
    package var prefix: [UInt8]
    package var pump: [UInt8]
    /// How often the pump stands in the subject.
    package var count: Int
    package var suffix: [UInt8]

    /// The whole subject.
    package var subject: [UInt8] {
        prefix + (0..<count).flatMap { _ in pump } + suffix
    }
}

package enum Backtracking {
    /// A subject of at most some hundred bytes on which a search with `steps` ends by its limit,
    /// because the ways to try double with a few bytes more. nil: none was found, which proves
    /// nothing for patterns outside of the regular subset or with more than 200 places.
    package static func witness(
        _ pattern: CompiledPattern, steps: UInt32
    ) -> BacktrackingWitness? {
        guard let node = RegexReader.read(pattern.source),
            let automaton = PositionAutomaton(node)
        else { return nil }
        var search = PumpSearch(automaton)
        guard let (position, pump) = search.find(),
            let prefix = automaton.word(from: automaton.first, to: { $0 == position })
        else { return nil }
        let scratch = PatternScratch(limits: MatchLimits(steps: steps))
        for suffix in suffixes(automaton, position) {
            for count in [8, 12, 16, 20, 24, 28, 32, 40, 56] where count * pump.count <= 400 {
                let witness = BacktrackingWitness(
                    prefix: prefix, pump: pump, count: count, suffix: suffix)
                guard case .error(.steps) = scratch.match(pattern, in: witness.subject) else {
                    continue
                }
                if isExponential(pattern, witness) { return witness }
            }
        }
        return nil
    }

    /// A polynomial search would need several times the length for sixteen times the steps.
    private static func isExponential(
        _ pattern: CompiledPattern, _ witness: BacktrackingWitness
    ) -> Bool {
        let scratch = PatternScratch(limits: MatchLimits(steps: 1_600_000))
        var longer = witness
        longer.count += 8 + witness.count / 4
        guard case .error(.steps) = scratch.match(pattern, in: longer.subject) else { return false }
        return true
    }

    /// What may come behind the pump so that the search fails late: a byte that does not fit, and
    /// behind it what the pattern goes on with, since the engine looks for required bytes first.
    private static func suffixes(_ automaton: PositionAutomaton, _ position: Int) -> [[UInt8]] {
        let next = automaton.edges[position].map(\.target)
        let isLast = { automaton.last.contains($0) }
        let rest = automaton.word(from: next, to: isLast) ?? []
        let whole = automaton.word(from: automaton.first, to: isLast) ?? []
        let breakers: [[UInt8]] = [
            [], [UInt8(ascii: "!")], [UInt8(ascii: " ")], [UInt8(ascii: "~")],
            [UInt8(ascii: "a")], [UInt8(ascii: "0")], [0], [0xFF],
        ]
        var seen: Set<[UInt8]> = []
        var found: [[UInt8]] = []
        for tail in [[], rest, whole] {
            for breaker in breakers {
                for suffix in [breaker + tail, tail + breaker]
                where seen.insert(suffix).inserted {
                    found.append(suffix)
                }
            }
        }
        return found
    }
}
