internal import RequestModel

/// Looks for control bytes eight at a time. A browser's head has 700 bytes and more, and byte by
/// byte with a bounds check each this was the greatest single cost of a request (0.6 µs of 2.5);
/// hence the unsafe loads of this file, behind checked ranges.
enum WordScan {
    /// The offset of the first byte of `start..<end` that is below 0x20 or is 0x7F; `end` if none
    /// is.
    @inline(__always)
    static func firstControl(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Int {
        precondition(start >= 0 && start <= end && end <= bytes.count)
        return unsafe bytes.withUnsafeBytes { room in
            var index = start
            while index + 8 <= end {
                let word = unsafe room.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                let found = controls(UInt64(littleEndian: word))
                if found != 0 { return index + found.trailingZeroBitCount / 8 }
                index += 8
            }
            while index < end {
                let byte = unsafe room[index]
                if byte < 0x20 || byte == 0x7F { return index }
                index += 1
            }
            return end
        }
    }

    /// Appends a part of `bytes`; a slice of them would be counted.
    static func append(_ range: Range<Int>, of bytes: [UInt8], to arena: inout [UInt8]) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        unsafe bytes.withUnsafeBytes { room in
            arena.append(addingCapacity: range.count) { more in
                unsafe more.withUnsafeMutableBufferPointer { more, count in
                    unsafe UnsafeMutableRawBufferPointer(more).copyMemory(
                        from: UnsafeRawBufferPointer(rebasing: room[range]))
                    count = range.count
                }
            }
        }
    }

    /// Where the token that begins at `start` ends, and whether an underscore is in it.
    @inline(__always)
    static func name(
        _ bytes: [UInt8], _ start: Int, _ end: Int
    ) -> (end: Int, hasUnderscore: Bool) {
        precondition(start >= 0 && start <= end && end <= bytes.count)
        return unsafe bytes.withUnsafeBytes { room in
            var index = start
            // Names are letters, digits and hyphens, but for few: those are taken eight at a time.
            while index + 8 <= end {
                let word = UInt64(
                    littleEndian: unsafe room.loadUnaligned(
                        fromByteOffset: index, as: UInt64.self))
                let others = ~plainNameBytes(ByteLanes.lowercase(word)) & ByteLanes.highs
                index += others.trailingZeroBitCount / 8
                if others != 0 { break }
            }
            var hasUnderscore = false
            while index < end {
                let byte = unsafe room[index]
                let members = byte < 64 ? lowTokens : highTokens
                guard byte < 128, members >> UInt64(byte & 63) & 1 == 1 else { break }
                if byte == UInt8(ascii: "_") { hasUnderscore = true }
                index += 1
            }
            return (index, hasUnderscore)
        }
    }

    /// The high bit of each byte that is a lower-case letter, a digit or a hyphen.
    @inline(__always)
    private static func plainNameBytes(_ word: UInt64) -> UInt64 {
        ByteLanes.within(word, 0x61, 0x7A) | ByteLanes.within(word, 0x30, 0x39)
            | ByteLanes.within(word, 0x2D, 0x2D)
    }

    /// tchar of RFC 9110 section 5.6.2, a bit for each of the bytes 0 to 63 and 64 to 127.
    private static var lowTokens: UInt64 { 0x03ff_6cfa_0000_0000 }
    private static var highTokens: UInt64 { 0x57ff_ffff_c7ff_fffe }

    /// The high bit of each byte that is a control byte. A borrow can only mark a byte above one
    /// that is marked rightly, so the lowest mark is always right.
    @inline(__always)
    private static func controls(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let below = (word &- ones &* 0x20) & ~word & highs
        let delete = word ^ (ones &* 0x7F)
        let isDelete = (delete &- ones) & ~delete & highs
        return below | isDelete
    }
}
