/// Some lines of a field section, by their number: a bit for each of the first 64. Of those behind
/// them every one is a member, as hardly any head has so many.
@usableFromInline
package struct LineSet: Sendable, Hashable {
    @usableFromInline var bits: UInt64

    @inlinable init(bits: UInt64) { self.bits = bits }

    /// None of the first 64 lines.
    @inlinable package static var none: LineSet { LineSet(bits: 0) }
    @inlinable package static var all: LineSet { LineSet(bits: .max) }

    @inlinable @inline(__always)
    package mutating func insert(_ line: Int) {
        bits |= line < 64 ? 1 &<< UInt64(truncatingIfNeeded: line) : 0
    }

    /// The members of a section of `count` lines, in their order.
    @inlinable @inline(__always)
    package func members(of count: Int) -> Members { Members(rest: bits, count: count) }

    @usableFromInline
    package struct Members: Sequence, IteratorProtocol {
        /// Those of the first 64 lines that are still to come.
        @usableFromInline var rest: UInt64
        @usableFromInline var later = 64
        @usableFromInline let count: Int

        @inlinable @inline(__always)
        init(rest: UInt64, count: Int) {
            self.rest = count < 64 ? rest & ((1 &<< UInt64(count)) &- 1) : rest
            self.count = count
        }

        @inlinable @inline(__always)
        package mutating func next() -> Int? {
            if rest != 0 {
                defer { rest &= rest &- 1 }
                return rest.trailingZeroBitCount
            }
            guard later < count else { return nil }
            defer { later &+= 1 }
            return later
        }
    }
}
