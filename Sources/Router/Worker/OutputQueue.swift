internal import Sockets

/// Bytes that the kernel did not take: empty, and without memory, on a connection that keeps up.
struct OutputQueue {
    private(set) var bytes: [UInt8] = []
    private(set) var start = 0

    var isEmpty: Bool { start == bytes.count }
    var count: Int { bytes.count - start }
    var unsent: Range<Int> { start..<bytes.count }

    mutating func append(_ more: [UInt8], _ range: Range<Int>) {
        guard !range.isEmpty else { return }
        compact()
        bytes.append(contentsOf: more[range])
    }

    mutating func append(_ more: borrowing ByteBuffer, _ range: Range<Int>) {
        guard !range.isEmpty else { return }
        compact()
        more.copy(range, to: &bytes)
    }

    mutating func sent(_ count: Int) {
        start += count
        if isEmpty { removeAll() }
    }

    mutating func removeAll() {
        start = 0
        if !bytes.isEmpty { bytes = [] }
    }

    private mutating func compact() {
        guard start > 0 else { return }
        bytes.removeSubrange(0..<start)
        start = 0
    }
}
