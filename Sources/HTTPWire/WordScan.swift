internal import RequestModel

/// What the scan of a field name tells beside its end.
struct NameFacts {
    /// That of `HeaderNames`.
    var hash: UInt32
    var hasUnderscore: Bool
}

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

    /// Where the token that begins at `start` ends, and what the parser wants of a field name: its
    /// hash, and whether an underscore is in it.
    @inline(__always)
    static func name(
        _ bytes: [UInt8], _ start: Int, _ end: Int
    ) -> (end: Int, facts: NameFacts) {
        precondition(start >= 0 && start <= end && end <= bytes.count)
        return unsafe bytes.withUnsafeBytes { room in
            var index = start
            var hash = HeaderNames.hashStart
            var hasUnderscore = false
            while index < end {
                let byte = unsafe room[index]
                let members = byte < 64 ? lowTokens : highTokens
                guard byte < 128, members >> UInt64(byte & 63) & 1 == 1 else { break }
                hash = HeaderNames.fold(hash, byte)
                if byte == UInt8(ascii: "_") { hasUnderscore = true }
                index += 1
            }
            return (index, NameFacts(hash: hash, hasUnderscore: hasUnderscore))
        }
    }

    /// tchar of RFC 9110 section 5.6.2, a bit for each of the bytes 0 to 63 and 64 to 127.
    private static let lowTokens: UInt64 = tokens(from: 0)
    private static let highTokens: UInt64 = tokens(from: 64)

    private static func tokens(from first: UInt8) -> UInt64 {
        (0..<64).reduce(0) { FieldText.isTokenByte(first + $1) ? $0 | 1 << UInt64($1) : $0 }
    }

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
