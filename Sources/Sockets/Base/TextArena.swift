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

    /// Lends a range of the texts.
    @inline(__always)
    func withBytes<R>(_ range: Range<Int>, _ body: (UnsafeRawBufferPointer) -> R) -> R {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        return unsafe body(
            UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
    }
}

extension ByteBuffer {
    package mutating func append(_ texts: TextArena, in range: Range<Int>) {
        guard !range.isEmpty else { return }
        reserve(range.count)
        unsafe texts.withBytes(range) { source in
            unsafe Self.copy(
                source.baseAddress.unsafelyUnwrapped, to: base.unsafelyUnwrapped + count,
                range.count)
        }
        count &+= range.count
    }
}

extension [UInt8] {
    package mutating func append(_ texts: TextArena, in range: Range<Int>) {
        unsafe texts.withBytes(range) { unsafe append(contentsOf: $0) }
    }
}
