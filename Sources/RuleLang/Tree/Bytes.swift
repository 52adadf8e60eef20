internal import RequestModel

/// Comparisons of a range of a subject with literals. Ranges are valid by construction.
enum Bytes {
    /// The eight bytes from `offset` on, the first one lowest; zeros for those that the array does
    /// not have.
    @inline(__always)
    static func word(_ bytes: [UInt8], _ offset: Int) -> UInt64 {
        assert(offset < bytes.count)
        guard bytes.count >= 8 else { return shortWord(bytes, offset) }
        let start = min(offset, bytes.count &- 8)
        let missing = UInt64(truncatingIfNeeded: offset &- start)
        return ByteLanes.word(bytes, start) &>> (8 &* missing)
    }

    /// Of an array that has no eight bytes.
    @inline(never)
    private static func shortWord(_ bytes: [UInt8], _ offset: Int) -> UInt64 {
        var word: UInt64 = 0
        for byte in bytes[offset...].reversed() { word = word << 8 | UInt64(byte) }
        return word
    }

    /// What brings the first `count` bytes of a word, one to eight, to its end.
    @inline(__always)
    static func shift(_ count: Int) -> UInt64 { UInt64(truncatingIfNeeded: 64 &- 8 &* count) }

    @inline(__always)
    static func equal(
        _ subject: [UInt8], at start: Int, _ literals: [UInt8], _ offset: Int, _ count: Int
    ) -> Bool {
        guard count >= 8 else {
            if count == 0 { return true }
            return (word(subject, start) ^ word(literals, offset)) &<< shift(count) == 0
        }
        // The last word overlaps the one before it.
        let last = count &- 8
        var index = 0
        while index < last {
            let isSame =
                ByteLanes.word(subject, start &+ index)
                == ByteLanes.word(literals, offset &+ index)
            if !isSame { return false }
            index &+= 8
        }
        return ByteLanes.word(subject, start &+ last) == ByteLanes.word(literals, offset &+ last)
    }

    /// How many bytes two texts begin with alike.
    static func shared(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Int {
        let most = min(a.count, b.count)
        var count = 0
        while count < most, a[count] == b[count] { count &+= 1 }
        return count
    }

    /// The first place of `byte`, which is not zero, in a range; the range's end if there is none.
    static func first(_ byte: UInt8, _ bytes: [UInt8], _ range: Range<Int>) -> Int {
        var place = range.lowerBound
        while place < range.upperBound {
            let found = ByteLanes.within(word(bytes, place), byte, byte)
            if found != 0 { return min(place &+ found.trailingZeroBitCount / 8, range.upperBound) }
            place &+= 8
        }
        return range.upperBound
    }

    /// Whether the literal stands anywhere in `range`.
    static func contains(
        _ subject: [UInt8], _ range: Range<Int>, _ literals: [UInt8], _ offset: Int, _ count: Int
    ) -> Bool {
        guard count > 0 else { return true }
        guard range.count >= count else { return false }
        let first = literals[offset]
        var start = range.lowerBound
        let last = range.upperBound - count
        while start <= last {
            if subject[start] == first,
                equal(subject, at: start &+ 1, literals, offset &+ 1, count &- 1)
            {
                return true
            }
            start &+= 1
        }
        return false
    }
}
