/// Keeps what the operator is told of one thing apart: at once, and then at most once a minute.
struct NewsPause {
    /// 0 before the first news.
    private var toldAtNanoseconds: UInt64 = 0

    private static let nanoseconds: UInt64 = 60_000_000_000

    /// Whether news may be told now; if so, they count as told.
    mutating func mayTell(_ nowNanoseconds: UInt64) -> Bool {
        // What another thread has noted may be a little older than what was told last.
        guard
            toldAtNanoseconds == 0
                || nowNanoseconds > toldAtNanoseconds
                    && nowNanoseconds - toldAtNanoseconds >= Self.nanoseconds
        else { return false }
        toldAtNanoseconds = nowNanoseconds
        return true
    }
}
