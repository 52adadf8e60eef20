/// Eight bytes at a time in one word, the first one lowest: a test of all of them takes what a test
/// of one byte with its bounds check takes. Each answer is the high bit of the bytes for which it
/// holds, exactly: no byte borrows from its neighbour.
package enum ByteLanes {
    /// The eight bytes from `offset` on. The load is unsafe behind a check because eight checked
    /// loads cost more than the tests save (canonical paths and hosts: 1,200 instructions a request
    /// byte by byte, 500 so).
    @inlinable @inline(__always)
    package static func word(_ bytes: [UInt8], _ offset: Int) -> UInt64 {
        precondition(offset >= 0 && offset <= bytes.count &- 8)
        return unsafe bytes.withUnsafeBytes { room in
            UInt64(
                littleEndian: unsafe room.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
    }

    /// Bytes that are between `low` and `high`, both below 0x80. The additions are on seven bits
    /// each, so that none carries into the next byte.
    @inlinable @inline(__always)
    package static func within(_ word: UInt64, _ low: UInt8, _ high: UInt8) -> UInt64 {
        let seven = word & ~highs
        let notBelow = seven &+ ones &* UInt64(0x80 - low)
        let above = seven &+ ones &* UInt64(0x7F - high)
        return notBelow & ~above & ~word & highs
    }

    /// Bytes that are `byte`.
    @inlinable @inline(__always)
    package static func equal(_ word: UInt64, _ byte: UInt8) -> UInt64 {
        let difference = word ^ ones &* UInt64(byte)
        return ~(difference & ~highs &+ ~highs | difference) & highs
    }

    /// A to Z as a to z; bytes from 0x80 on stay.
    @inlinable @inline(__always)
    package static func lowercase(_ word: UInt64) -> UInt64 {
        word | within(word, 0x41, 0x5A) >> 2
    }

    /// Letters in either case, and digits.
    @inlinable @inline(__always)
    package static func alphanumeric(_ word: UInt64) -> UInt64 {
        within(lowercase(word), 0x61, 0x7A) | within(word, 0x30, 0x39)
    }

    @inlinable package static var ones: UInt64 { 0x0101_0101_0101_0101 }
    @inlinable package static var highs: UInt64 { 0x8080_8080_8080_8080 }
}
