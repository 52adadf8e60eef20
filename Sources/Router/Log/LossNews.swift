internal import Sockets

/// What the operator is told of lines that are lost: at once, and then once in a while.
struct LossNews {
    /// Why the last lines could not be written; nil: they did not fit into a ring.
    var problem: SystemError?
    private var told: UInt64 = 0
    private var toldAtNanoseconds: UInt64 = 0

    private static let pauseNanoseconds: UInt64 = 60_000_000_000

    /// The news at a moment, if there is any; `lost` is counted from the start.
    mutating func text(lost: UInt64, nowNanoseconds: UInt64) -> String? {
        guard lost > told else { return nil }
        guard told == 0 || nowNanoseconds - toldAtNanoseconds >= Self.pauseNanoseconds else {
            return nil
        }
        let count = lost - told
        let more = told > 0 ? "more " : ""
        let why = problem?.text ?? "the log is too slow"
        told = lost
        toldAtNanoseconds = nowNanoseconds
        problem = nil
        return "\(count) \(more)log line\(count == 1 ? " is" : "s are") lost: \(why)\n"
    }
}
