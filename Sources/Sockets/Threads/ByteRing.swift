internal import Synchronization

/// A ring of log lines between one writing thread and one reading thread, without a lock.
/// A line that does not fit is lost whole and counted: a slow disk never slows traffic.
@safe package final class ByteRing: Sendable {
    // Checked by hand: the writer touches only free bytes, the reader only written ones.
    nonisolated(unsafe) private let bytes: UnsafeMutableRawPointer
    private let capacity: Int
    /// Bytes ever written; only the writer stores it. It wraps like the index that it is.
    private let written = Atomic<Int>(0)
    /// Bytes ever read; only the reader stores it.
    private let taken = Atomic<Int>(0)
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
        let start = written.load(ordering: .relaxed)
        let used = start &- taken.load(ordering: .acquiring)
        guard range.count <= capacity - used else { return false }
        let offset = start & (capacity - 1)
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

    /// Bytes of lines that wait. The reading thread only.
    package var waiting: Int {
        written.load(ordering: .acquiring) &- taken.load(ordering: .relaxed)
    }

    /// Writes lines that wait to a file, from where they are: as many bytes as lie in one piece and
    /// as the file takes in one call. Answers their number, and how many of them stand behind the
    /// last end of a line. The reading thread only.
    package func write(
        to descriptor: Descriptor
    ) -> Result<(count: Int, unended: Int), SystemError> {
        let start = taken.load(ordering: .relaxed)
        let offset = start & (capacity - 1)
        let piece = min(written.load(ordering: .acquiring) &- start, capacity - offset)
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
        let start = taken.load(ordering: .relaxed)
        let count = written.load(ordering: .acquiring) &- start
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
