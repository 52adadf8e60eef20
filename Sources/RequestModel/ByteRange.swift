/// A half-open range of byte offsets into a buffer that somebody else owns, such as
/// `RequestView.bytes`. Offsets are 32 bits wide: no message head comes near 4 GiB.
@usableFromInline
package struct ByteRange: Hashable, Sendable {
    @usableFromInline package var start: UInt32
    @usableFromInline package var end: UInt32

    @inlinable package init(start: UInt32, end: UInt32) {
        self.start = start
        self.end = end
    }

    @inlinable package init(_ range: Range<Int>) {
        start = UInt32(range.lowerBound)
        end = UInt32(range.upperBound)
    }

    @inlinable package static var empty: ByteRange { ByteRange(start: 0, end: 0) }

    @inlinable package var count: Int { Int(end - start) }
    @inlinable package var isEmpty: Bool { start == end }
    @inlinable package var indices: Range<Int> { Int(start)..<Int(end) }
}
