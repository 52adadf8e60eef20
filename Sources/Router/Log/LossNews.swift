internal import Sockets

/// What the operator is told of lines that are lost: at once, and then once in a while.
struct LossNews {
    /// Why the last lines could not be written; nil: they did not fit into a ring.
    var problem: SystemError?
    private var told: UInt64 = 0
    private var pause = NewsPause()

    /// The news at a moment, if there is any; `lost` is counted from the start.
    mutating func text(lost: UInt64, nowNanoseconds: UInt64) -> String? {
        guard lost > told, pause.mayTell(nowNanoseconds) else { return nil }
        let count = lost - told
        let more = told > 0 ? "more " : ""
        let why = problem?.text ?? "the log is too slow"
        told = lost
        problem = nil
        return "\(count) \(more)log line\(count == 1 ? " is" : "s are") lost: \(why)\n"
    }
}
