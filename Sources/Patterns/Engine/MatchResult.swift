/// What a search of one subject gives. A limit is never "no match": a rule that denies what a
/// pattern finds would otherwise let through whoever makes the search expensive enough.
package enum MatchResult: Hashable, Sendable {
    case match
    case noMatch
    case error(PatternLimit)
}

/// The limit that ended a search before it had an answer.
package enum PatternLimit: Hashable, Sendable {
    /// `MatchLimits.steps`.
    case steps
    /// `MatchLimits.depth`; only where patterns are interpreted.
    case depth
    /// `MatchLimits.heapKiB`; only where patterns are interpreted.
    case heap
    /// `MatchLimits.jitStackKiB`.
    case jitStack
    /// No memory, or a state of the engine that should not exist: its own code.
    case engine(Int32)
}

/// Limits of one search. The engine counts a step each time it goes back to try another way.
package struct MatchLimits: Hashable, Sendable {
    package var steps: UInt32
    package var depth: UInt32
    package var heapKiB: UInt32
    package var jitStackKiB: Int

    package init(
        steps: UInt32 = 100_000, depth: UInt32 = 10_000, heapKiB: UInt32 = 8_192,
        jitStackKiB: Int = 512
    ) {
        self.steps = steps
        self.depth = depth
        self.heapKiB = heapKiB
        self.jitStackKiB = jitStackKiB
    }
}
