/// Bytes that a connection still has to send. Heads are built here, small bodies appended behind
/// them, and what the kernel did not take waits here; empty, it keeps its capacity unless it grew
/// beyond what a steady connection needs.
struct OutputQueue {
    private static let keptCapacity = 16 * 1024

    private(set) var bytes: [UInt8] = []
    private(set) var start = 0

    var isEmpty: Bool { start == bytes.count }
    var count: Int { bytes.count - start }
    var unsent: Range<Int> { start..<bytes.count }

    /// The buffer, for a head writer to append to.
    mutating func build(_ write: (inout [UInt8]) -> Void) {
        compact()
        write(&bytes)
    }

    mutating func append(_ more: some Sequence<UInt8>) {
        compact()
        bytes.append(contentsOf: more)
    }

    mutating func sent(_ count: Int) {
        start += count
        if isEmpty { removeAll() }
    }

    mutating func removeAll() {
        start = 0
        bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptCapacity)
    }

    private mutating func compact() {
        guard start > 0 else { return }
        bytes.removeSubrange(0..<start)
        start = 0
    }
}
