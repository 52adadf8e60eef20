internal import RequestModel

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
            while true {
                index = unsafe firstControl(base, index, end)
                guard index < end else { return nil }
                switch unsafe lines.note(index, base, end, &ends) {
                case .goesOn: index &+= 2
                case .odd: return nil
                case .end: return (index &+ 2, lines.count)
                }
            }
        }
    }

    /// The offset of the first control byte of `start..<end`; `end` if there is none.
    @inline(__always)
    private static func firstControl(_ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int {
        var index = start
        while index &+ 32 <= end {
            let first = unsafe controls(base, index)
            let second = unsafe controls(base, index &+ 16)
            if holdsMark(first | second) {
                return holdsMark(first)
                    ? index &+ firstMark(first) : index &+ 16 &+ firstMark(second)
            }
            index &+= 32
        }
        if index &+ 16 <= end {
            let marks = unsafe controls(base, index)
            if holdsMark(marks) { return index &+ firstMark(marks) }
            index &+= 16
        }
        while index < end {
            let byte = unsafe byte(base, index)
            if byte < 0x20 || byte == 0x7F { return index }
            index &+= 1
        }
        return end
    }

    @inline(__always)
    private static func holdsMark(_ marks: SIMD16<UInt8>) -> Bool {
        let words = halves(marks)
        return words[0] | words[1] != 0
    }

    /// The number of the first byte that is marked; one is.
    @inline(__always)
    private static func firstMark(_ marks: SIMD16<UInt8>) -> Int {
        let words = halves(marks)
        return words[0] != 0
            ? UInt64(littleEndian: words[0]).trailingZeroBitCount &>> 3
            : 8 &+ UInt64(littleEndian: words[1]).trailingZeroBitCount &>> 3
    }

    @inline(__always)
    private static func halves(_ marks: SIMD16<UInt8>) -> SIMD2<UInt64> {
        unsafe unsafeBitCast(marks & SIMD16(repeating: 0x80), to: SIMD2<UInt64>.self)
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

    /// Marks the control bytes of the 16 at `offset` by their high bits; what the other bits are
    /// says nothing. Only a byte below 0x80 can have its mark: below 0x20 the difference borrows,
    /// and 0x7F is the one that the sum takes to 0x80. Comparisons of vectors are loops over their
    /// elements in Swift, arithmetic is not.
    @inline(__always)
    private static func controls(_ base: UnsafeRawPointer, _ offset: Int) -> SIMD16<UInt8> {
        let block = unsafe base.loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self)
        let below = block &- SIMD16(repeating: 0x20)
        let above = block &+ SIMD16(repeating: 1)
        return (below | above) & ~block
    }

    /// Calls `take` with each field line of a plain head, or with nil for one that is to be read
    /// with care, as its name is not in the table, and with its place without the CRLF; ends with
    /// the first refusal.
    @inline(__always)
    static func eachLine(
        _ bytes: [UInt8], _ lines: borrowing HeadLines, _ names: HeaderNames,
        _ take: (FieldLine?, Range<Int>) -> Refusal?
    ) -> Refusal? {
        unsafe bytes.withUnsafeBytes { room in
            unsafe names.entries.withUnsafeBufferPointer { entries in
                unsafe names.words.withUnsafeBufferPointer { words in
                    unsafe lines.ends.withUnsafeBufferPointer { ends in
                        guard let base = room.baseAddress, lines.count > 0 else { return nil }
                        precondition(lines.count <= ends.count)
                        let table = unsafe NameTable(entries: entries, words: words)
                        var start = unsafe Int(ends[0]) &+ 2
                        for number in 1..<lines.count {
                            let end = unsafe Int(ends[number])
                            precondition(start <= end && end <= room.count)
                            let line = unsafe knownLine(base, start, end, room.count &- 8, table)
                            if let refusal = take(line, start..<end) { return refusal }
                            start = end &+ 2
                        }
                        return nil
                    }
                }
            }
        }
    }

    /// The tables of `HeaderNames`, taken out once for the lines of a head.
    @safe private struct NameTable {
        let entries: UnsafeBufferPointer<HeaderNames.Entry>
        let words: UnsafeBufferPointer<UInt64>
    }

    @inline(__always)
    private static func knownLine(
        _ base: UnsafeRawPointer, _ lineStart: Int, _ end: Int, _ limit: Int, _ names: NameTable
    ) -> FieldLine? {
        guard let name = unsafe foldedName(base, lineStart, end, limit), name.end > lineStart,
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
        return FieldLine(
            name: range(lineStart, name.end), value: range(start, valueEnd), slot: found.slot,
            kind: found.kind, isVerbatim: isVerbatim)
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
        _ base: UnsafeRawPointer, _ start: Int, _ name: FoldedName, _ names: NameTable
    ) -> HeaderNames.Found? {
        let mask = unsafe names.entries.count &- 1
        var place = Int(truncatingIfNeeded: name.hash) & mask
        while true {
            let entry = unsafe names.entries[place]
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
        _ words: UnsafeBufferPointer<UInt64>
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
        return unsafe offset == name.end || name.last == words[index]
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
