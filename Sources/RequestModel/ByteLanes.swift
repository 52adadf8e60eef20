internal import CLanes

/// Eight bytes at a time in one word, the first one lowest: a test of all of them takes what a test
/// of one byte with its bounds check takes. Each answer is the high bit of the bytes for which it
/// holds, exactly: no byte borrows from its neighbour.
@usableFromInline
package enum ByteLanes {
    /// The eight bytes from `offset` on. The load is unsafe behind a check because eight checked
    /// loads cost more than the tests save.
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

    /// The number that eight decimal digits spell, the first one lowest; nil if a byte is no digit.
    @inlinable @inline(__always)
    package static func decimal(_ word: UInt64) -> UInt64? {
        let digits = word ^ (ones &* 0x30)
        guard (digits &+ ones &* 0x76 | digits) & highs == 0 else { return nil }
        // Digits to pairs, pairs to fours, fours to the whole.
        let pairs = (digits &* 10 &+ digits >> 8) & 0x00ff_00ff_00ff_00ff
        let fours = (pairs &* 100 &+ pairs >> 16) & 0x0000_ffff_0000_ffff
        return (fours &* 10_000 &+ fours >> 32) & 0xffff_ffff
    }

    /// A to Z as a to z; bytes from 0x80 on stay.
    @inlinable @inline(__always)
    package static func lowercase(_ word: UInt64) -> UInt64 {
        word | within(word, 0x41, 0x5A) >> 2
    }

    @inlinable package static var ones: UInt64 { 0x0101_0101_0101_0101 }
    @inlinable package static var highs: UInt64 { 0x8080_8080_8080_8080 }
}

/// Up to sixteen bytes of an array at a time. Answers have a bit a byte, the first one lowest
/// (decision 14).
struct ByteBlock {
    static let width = 16

    private let block: clanes_block
    /// A bit for each byte that is asked for.
    let all: UInt32

    /// The bytes of `start..<end`, or the first sixteen of them.
    @inline(__always)
    init(_ bytes: [UInt8], _ start: Int, _ end: Int) {
        precondition(start >= 0 && start < end && end <= bytes.count)
        if start <= bytes.count &- Self.width {
            block = unsafe bytes.withUnsafeBytes { room in
                unsafe room.loadUnaligned(fromByteOffset: start, as: clanes_block.self)
            }
        } else {
            block = Self.last(bytes, start)
        }
        let count = UInt32(truncatingIfNeeded: min(end &- start, Self.width))
        all = (1 &<< count) &- 1
    }

    /// Bytes that are `byte`.
    @inline(__always)
    func equal(_ byte: UInt8) -> UInt32 { clanes_equal(block, byte) & all }

    /// Bytes from `low` to `high`.
    @inline(__always)
    func within(_ low: UInt8, _ high: UInt8) -> UInt32 { clanes_within(block, low, high) & all }

    /// Letters in either case.
    @inline(__always)
    var letters: UInt32 {
        clanes_within(block | clanes_block(repeating: 0x20), 0x61, 0x7A) & all
    }

    /// Less than a block at the end of an array.
    @inline(never)
    private static func last(_ bytes: [UInt8], _ start: Int) -> clanes_block {
        var block = clanes_block()
        for index in start..<bytes.count { block[index - start] = bytes[index] }
        return block
    }

    /// The first place of `byte` in `start..<end`; `end` if there is none.
    @inline(__always)
    static func first(_ byte: UInt8, _ bytes: [UInt8], _ start: Int, _ end: Int) -> Int {
        var place = start
        while place < end {
            let found = ByteBlock(bytes, place, end).equal(byte)
            if found != 0 { return place &+ found.trailingZeroBitCount }
            place &+= width
        }
        return end
    }
}
