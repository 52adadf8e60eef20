/// Looks for exponential ambiguity: a position from which one text leads back to it in two ways
/// (Weber and Seidl 1991, "EDA"). Each time the text is repeated, the ways double, and a
/// backtracking engine tries all of them when what follows does not match.
///
/// Two walks over the automaton side by side: from (q, q) by some (p, r) with p and r different, or
/// by an edge that stands for two ways, and back to (q, q).
struct PumpSearch {
    private let automaton: PositionAutomaton
    private let count: Int
    /// Steps that are left: the search is quadratic, and gives up rather than take long.
    private var budget = 3_000_000

    init(_ automaton: PositionAutomaton) {
        self.automaton = automaton
        count = automaton.sets.count
    }

    /// A position and the text that leads from it back to it in two ways.
    mutating func find() -> (position: Int, pump: [UInt8])? {
        for position in 0..<count {
            if let pump = pump(at: position) { return (position, pump) }
            if budget <= 0 { return nil }
        }
        return nil
    }

    /// A pair of positions, and whether the walks have already parted.
    private struct State: Hashable {
        var left: Int
        var right: Int
        var hasParted: Bool
    }

    private mutating func pump(at position: Int) -> [UInt8]? {
        let start = State(left: position, right: position, hasParted: false)
        let goal = State(left: position, right: position, hasParted: true)
        var previous: [State: (state: State, byte: UInt8)] = [:]
        var open = [start]
        var index = 0
        while index < open.count {
            let state = open[index]
            index += 1
            for one in automaton.edges[state.left] {
                for other in automaton.edges[state.right] {
                    budget -= 1
                    if budget <= 0 { return nil }
                    let shared = automaton.sets[one.target] & automaton.sets[other.target]
                    guard !shared.isEmpty else { continue }
                    let isSame = state.left == state.right && one == other
                    let parts = one.target != other.target || (isSame && one.isMultiple)
                    let next = State(
                        left: one.target, right: other.target,
                        hasParted: state.hasParted || parts)
                    guard next != start, previous[next] == nil else { continue }
                    previous[next] = (state, shared.usualMember)
                    if next == goal { return word(to: goal, from: start, previous) }
                    open.append(next)
                }
            }
        }
        return nil
    }

    private func word(
        to goal: State, from start: State, _ previous: [State: (state: State, byte: UInt8)]
    ) -> [UInt8] {
        var word: [UInt8] = []
        var at = goal
        while at != start, let step = previous[at] {
            word.append(step.byte)
            at = step.state
        }
        return word.reversed()
    }
}
