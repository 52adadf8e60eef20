/// Texts that never change, in one piece of memory. A copy from it counts no reference, as one from
/// an array would that lies in another object.
@safe package final class TextArena: Sendable {
    // Nothing writes to it after `init`.
    nonisolated(unsafe) private let base: UnsafeMutableRawPointer
    private let count: Int

    package init(_ texts: [UInt8]) {
        count = texts.count
        unsafe base = .allocate(byteCount: max(1, count), alignment: 16)
        unsafe texts.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            unsafe base.copyMemory(from: start, byteCount: count)
        }
    }

    deinit { unsafe base.deallocate() }

    /// Where a range of the texts begins.
    @inline(__always)
    func start(of range: Range<Int>) -> UnsafeRawPointer {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        return unsafe UnsafeRawPointer(base) + range.lowerBound
    }
}

extension ByteBuffer {
    package mutating func append(_ texts: TextArena, in range: Range<Int>) {
        let size = range.upperBound &- range.lowerBound
        guard size > 0 else { return }
        guard hasRoom(for: size) else { return growAndAppend(texts, range) }
        let place = unsafe base.unsafelyUnwrapped + count
        count &+= size
        unsafe Self.copy(texts.start(of: range), to: place, size)
    }

    @inline(never)
    private mutating func growAndAppend(_ texts: TextArena, _ range: Range<Int>) {
        grow(range.count)
        append(texts, in: range)
    }
}

extension [UInt8] {
    package mutating func append(_ texts: TextArena, in range: Range<Int>) {
        unsafe append(
            contentsOf: UnsafeRawBufferPointer(start: texts.start(of: range), count: range.count))
    }
}
