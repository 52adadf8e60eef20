internal import RequestModel

/// A field line that has nothing unusual.
struct PlainLine {
    var name: ByteRange
    /// Without the spaces around it.
    var value: ByteRange
    var found: HeaderNames.Found
    /// The line is `name: value` as it stands.
    var isVerbatim: Bool
}

/// The tables of `HeaderNames`, taken out once for the lines of a head.
struct PlainNames {
    let entries: [HeaderNames.Entry]
    let words: [UInt64]

    init(_ names: HeaderNames) {
        entries = names.entries
        words = names.words
    }
}

/// Heads without anything unusual, which nearly all are. With `plainHead` and `knownLine` a
/// browser's head takes a third of the instructions that a look at each byte took, eight at a time.
extension WordScan {
    /// The end of the head that begins at `start` and the number of its lines, whose ends are
    /// written to `ends`; nil if it is not complete, has more lines than `ends` holds, or has a
    /// control byte beside the CRLFs of its lines.
    static func plainHead(
        _ bytes: [UInt8], _ start: Int, _ end: Int, into ends: inout [UInt32]
    ) -> (end: Int, lines: Int)? {
        precondition(start >= 0 && start <= end && end <= bytes.count)
        return unsafe bytes.withUnsafeBytes { room in
            guard let base = room.baseAddress else { return nil }
            var lines = PlainLines(start: start)
            var index = start
            while index &+ 16 <= end {
                let block = unsafe base.loadUnaligned(
                    fromByteOffset: index, as: SIMD16<UInt8>.self)
                let marks = unsafe unsafeBitCast(controls(block), to: SIMD2<UInt64>.self)
                if marks[0] | marks[1] != 0 {
                    for half in 0..<2 {
                        var rest = UInt64(littleEndian: marks[half])
                        while rest != 0 {
                            let place = index &+ 8 &* half &+ rest.trailingZeroBitCount &>> 3
                            rest &= rest &- 1
                            switch unsafe lines.note(place, base, end, &ends) {
                            case .goesOn: continue
                            case .odd: return nil
                            case .end: return (place &+ 2, lines.count)
                            }
                        }
                    }
                }
                index &+= 16
            }
            while index < end {
                let byte = unsafe byte(base, index)
                if byte < 0x20 || byte == 0x7F {
                    switch unsafe lines.note(index, base, end, &ends) {
                    case .goesOn: break
                    case .odd: return nil
                    case .end: return (index + 2, lines.count)
                    }
                }
                index &+= 1
            }
            return nil
        }
    }

    /// The lines of a plain head so far.
    private struct PlainLines {
        enum Step { case goesOn, odd, end }

        let start: Int
        var lineStart: Int
        var count = 0

        init(start: Int) {
            self.start = start
            lineStart = start
        }

        /// The next control byte is at `place`.
        @inline(__always)
        mutating func note(
            _ place: Int, _ base: UnsafeRawPointer, _ end: Int, _ ends: inout [UInt32]
        ) -> Step {
            // The LF of a line end that has been noted.
            if place < lineStart { return .goesOn }
            guard place &+ 1 < end, unsafe byte(base, place) == 0x0D,
                unsafe byte(base, place &+ 1) == 0x0A
            else { return .odd }
            if place == lineStart { return count > 0 ? .end : .odd }
            guard count < ends.count else { return .odd }
            ends[count] = UInt32(truncatingIfNeeded: place &- start)
            count &+= 1
            lineStart = place &+ 2
            return .goesOn
        }
    }

    /// The high bit of each byte that is a control byte, exactly: no byte borrows from another.
    /// Comparisons of vectors are loops over their elements in Swift, arithmetic is not.
    @inline(__always)
    private static func controls(_ block: SIMD16<UInt8>) -> SIMD16<UInt8> {
        let below = (block &- SIMD16(repeating: 0x20)) & ~block
        let delete = block ^ SIMD16(repeating: 0x7F)
        let isDelete = (delete &- SIMD16(repeating: 1)) & ~delete
        return (below | isDelete) & SIMD16(repeating: 0x80)
    }

    /// The line `start..<end` of a plain head, without its CRLF, if the table has its name; nil for
    /// every other line, which is then read with care.
    @inline(__always)
    static func knownLine(
        _ bytes: [UInt8], _ lineStart: Int, _ end: Int, _ names: PlainNames
    ) -> PlainLine? {
        precondition(lineStart >= 0 && lineStart <= end && end <= bytes.count)
        return unsafe bytes.withUnsafeBytes { room in
            guard let base = room.baseAddress,
                let name = unsafe foldedName(base, lineStart, end, room.count &- 8),
                name.end > lineStart,
                let found = unsafe find(base, lineStart, name, names)
            else { return nil }
            // One space before the value and none behind it, nearly always.
            var start = name.end &+ 2
            var valueEnd = end
            var isVerbatim = false
            if start < end {
                isVerbatim =
                    unsafe byte(base, start &- 1) == 0x20 && byte(base, start) != 0x20
                    && byte(base, end &- 1) != 0x20
            }
            if !isVerbatim {
                start = name.end &+ 1
                while start < end, unsafe byte(base, start) == 0x20 { start &+= 1 }
                while valueEnd > start, unsafe byte(base, valueEnd &- 1) == 0x20 {
                    valueEnd &-= 1
                }
            }
            return PlainLine(
                name: range(lineStart, name.end), value: range(start, valueEnd), found: found,
                isVerbatim: isVerbatim)
        }
    }

    @inline(__always)
    private static func byte(_ base: UnsafeRawPointer, _ offset: Int) -> UInt8 {
        unsafe base.load(fromByteOffset: offset, as: UInt8.self)
    }

    @inline(__always)
    private static func word(_ base: UnsafeRawPointer, _ offset: Int) -> UInt64 {
        UInt64(littleEndian: unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// Offsets into a head, which is far below 4 GiB.
    @inline(__always)
    private static func range(_ start: Int, _ end: Int) -> ByteRange {
        ByteRange(
            start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: end))
    }

    /// What precedes the colon of a line, with `HeaderNames.caseBits`.
    private struct FoldedName {
        var hash: UInt64 = 0
        var end: Int
        /// What is left of the name behind its last whole word.
        var last: UInt64 = 0
    }

    /// The bytes up to the colon; nil if there is none, or if no word can be read at an offset
    /// beyond `limit`.
    @inline(__always)
    private static func foldedName(
        _ base: UnsafeRawPointer, _ start: Int, _ end: Int, _ limit: Int
    ) -> FoldedName? {
        var name = FoldedName(end: start)
        while name.end < end, name.end <= limit {
            let word = unsafe word(base, name.end)
            let folded = word | HeaderNames.caseBits
            let colon = colons(word)
            if colon == 0 {
                name.hash = HeaderNames.fold(name.hash, folded)
                name.end &+= 8
                continue
            }
            // The mark is the high bit of the colon's byte: below it is the rest of the name.
            let below = (colon & (0 &- colon)) &>> 7 &- 1
            name.end &+= colon.trailingZeroBitCount &>> 3
            if below != 0 {
                name.last = folded & below
                name.hash = HeaderNames.fold(name.hash, name.last)
            }
            return name.end < end ? name : nil
        }
        return nil
    }

    /// What the table says of the name that begins at `start`.
    @inline(__always)
    private static func find(
        _ base: UnsafeRawPointer, _ start: Int, _ name: FoldedName, _ names: PlainNames
    ) -> HeaderNames.Found? {
        let mask = names.entries.count &- 1
        var place = Int(truncatingIfNeeded: name.hash) & mask
        while true {
            let entry = names.entries[place]
            if entry.isFree { return nil }
            if entry.hash == UInt32(truncatingIfNeeded: name.hash &>> 32),
                Int(entry.plainCount) == name.end &- start,
                unsafe isSame(base, start, name, Int(entry.word), names.words)
            {
                return entry.found
            }
            place = (place &+ 1) & mask
        }
    }

    @inline(__always)
    private static func isSame(
        _ base: UnsafeRawPointer, _ start: Int, _ name: FoldedName, _ first: Int,
        _ words: [UInt64]
    ) -> Bool {
        var offset = start
        var index = first
        while offset &+ 8 <= name.end {
            guard unsafe word(base, offset) | HeaderNames.caseBits == words[index] else {
                return false
            }
            offset &+= 8
            index &+= 1
        }
        return offset == name.end || name.last == words[index]
    }

    /// The eight bytes from `offset` on, the first one lowest; nil beyond the end.
    @inline(__always)
    static func word(_ bytes: [UInt8], _ offset: Int) -> UInt64? {
        guard offset >= 0, offset <= bytes.count - 8 else { return nil }
        return unsafe bytes.withUnsafeBytes { room in
            UInt64(
                littleEndian: unsafe room.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
    }

    /// The offset of the first space of `start..<end`; `end` if there is none.
    @inline(__always)
    static func firstSpace(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Int {
        precondition(start >= 0 && start <= end && end <= bytes.count)
        return unsafe bytes.withUnsafeBytes { room in
            var index = start
            while index + 8 <= end {
                let word = UInt64(
                    littleEndian: unsafe room.loadUnaligned(
                        fromByteOffset: index, as: UInt64.self))
                let difference = word ^ 0x2020_2020_2020_2020
                let found =
                    (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
                if found != 0 { return index + found.trailingZeroBitCount / 8 }
                index += 8
            }
            while index < end, unsafe room[index] != 0x20 { index += 1 }
            return index
        }
    }
}
