internal import Synchronization

/// A ring of log lines between one writing thread and one reading thread, without a lock.
/// A line that does not fit is lost whole and counted: a slow disk never slows traffic. What ends
/// with a newline is a line, also if a log format has several of them.
///
/// A writer that finds it empty begins at the start of the memory again, so that a ring that is
/// emptied often stays in the processor's cache however large it is.
@safe package final class ByteRing: Sendable {
    // Checked by hand: the writer touches only free bytes, the reader only written ones.
    nonisolated(unsafe) private let bytes: UnsafeMutableRawPointer
    private let capacity: Int
    /// Bytes ever written; only the writer stores it. It wraps like the index that it is.
    private let written = Atomic<Int>(0)
    /// Bytes ever read; only the reader stores it.
    private let taken = Atomic<Int>(0)
    /// Where the writer began anew last: what is before it was read, or skipped. Only the writer
    /// stores it, before the `written` that goes with it.
    private let origin = Atomic<Int>(0)
    private let losses = Atomic<UInt64>(0)

    /// `capacity` in bytes, a power of two.
    package init(capacity: Int) {
        precondition(capacity > 0 && capacity & (capacity - 1) == 0)
        self.capacity = capacity
        unsafe bytes = .allocate(byteCount: capacity, alignment: 64)
    }

    deinit {
        unsafe bytes.deallocate()
    }

    /// Lines that did not fit so far. Any thread.
    package var lost: UInt64 { losses.load(ordering: .relaxed) }

    /// Writes whole lines, with their newlines; false when there was no room for one of them, or
    /// for several, which are lost. The writing thread only.
    @discardableResult
    package func write(_ lines: borrowing ByteBuffer) -> Bool {
        put(lines, 0..<lines.count) || putEach(lines)
    }

    /// Writes those lines that find room.
    private func putEach(_ lines: borrowing ByteBuffer) -> Bool {
        var isComplete = true
        var start = 0
        while start < lines.count {
            let end = lines.firstIndex(of: 0x0a, from: start).map { $0 + 1 } ?? lines.count
            if !put(lines, start..<end) {
                losses.wrappingAdd(1, ordering: .relaxed)
                isComplete = false
            }
            start = end
        }
        return isComplete
    }

    private func put(_ lines: borrowing ByteBuffer, _ range: Range<Int>) -> Bool {
        var start = written.load(ordering: .relaxed)
        let used = start &- firstWaiting()
        guard range.count <= capacity - used else { return false }
        var offset = start & (capacity - 1)
        if used == 0, offset > 0 {
            start = start &+ (capacity - offset)
            offset = 0
            origin.store(start, ordering: .relaxed)
        }
        let head = min(range.count, capacity - offset)
        unsafe lines.withBytes(range) { source in
            guard let base = source.baseAddress else { return }
            unsafe (bytes + offset).copyMemory(from: base, byteCount: head)
            unsafe bytes.copyMemory(from: base + head, byteCount: range.count - head)
        }
        // Published at once, so the reader sees whole lines only.
        written.store(start &+ range.count, ordering: .releasing)
        return true
    }

    /// The first byte that waits, or `written` when none does.
    private func firstWaiting() -> Int {
        let taken = taken.load(ordering: .acquiring)
        let origin = origin.load(ordering: .relaxed)
        return origin &- taken > 0 ? origin : taken
    }

    /// What waits, from the index of its first byte to that behind its last one. The reading thread
    /// only.
    private var unread: (start: Int, count: Int) {
        let end = written.load(ordering: .acquiring)
        let start = firstWaiting()
        // The writer of an empty ring may have begun anew since.
        return (start, max(0, end &- start))
    }

    /// Bytes of lines that wait. The reading thread only.
    package var waiting: Int { unread.count }

    /// Writes lines that wait to a file, from where they are: as many bytes as lie in one piece and
    /// as the file takes in one call. Answers their number, and how many of them stand behind the
    /// last end of a line. The reading thread only.
    package func write(
        to descriptor: Descriptor
    ) -> Result<(count: Int, unended: Int), SystemError> {
        let (start, count) = unread
        let offset = start & (capacity - 1)
        let piece = min(count, capacity - offset)
        guard piece > 0 else { return .success((0, 0)) }
        switch unsafe Files.write(
            descriptor, UnsafeRawBufferPointer(start: bytes + offset, count: piece))
        {
        case .failure(let error): return .failure(error)
        case .success(let count):
            var unended = 0
            while unended < count,
                unsafe bytes.load(
                    fromByteOffset: offset + count - unended - 1, as: UInt8.self) != 0x0a
            {
                unended += 1
            }
            taken.store(start &+ count, ordering: .releasing)
            return .success((count, unended))
        }
    }

    /// Throws away what waits; answers how many lines, or ends of lines, that was. The reading
    /// thread only.
    package func discard() -> Int {
        var lines: [UInt8] = []
        read(into: &lines)
        return lines.count { $0 == 0x0a }
    }

    /// Appends all lines that wait to `output` and answers their bytes. The reading thread only.
    @discardableResult
    package func read(into output: inout [UInt8]) -> Int {
        let (start, count) = unread
        guard count > 0 else { return 0 }
        let offset = start & (capacity - 1)
        let head = min(count, capacity - offset)
        unsafe output.append(
            contentsOf: UnsafeRawBufferPointer(start: bytes + offset, count: head))
        unsafe output.append(
            contentsOf: UnsafeRawBufferPointer(start: bytes, count: count - head))
        taken.store(start &+ count, ordering: .releasing)
        return count
    }
}
