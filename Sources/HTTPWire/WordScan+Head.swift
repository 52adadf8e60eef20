internal import CLanes
internal import RequestModel

/// Heads without anything unusual, which nearly all are. With `plainHead` and `knownLine` a
/// browser's head takes a sixth of the instructions that a look at each byte took
/// ([decision 14](../../docs/decisions/0014-vectors-by-masks.md)).
extension WordScan {
    /// The end of the head that begins at `start` and the number of its lines, which are written to
    /// `lines`; nil if it is not complete, has fewer bytes than a block or more lines than `lines`
    /// holds, or has a control byte beside the CRLFs of its lines.
    static func plainHead(
        _ bytes: [UInt8], _ start: Int, _ end: Int, into lines: inout [HeadLines.Line]
    ) -> (end: Int, lines: Int)? {
        precondition(start >= 0 && start <= end && end <= bytes.count)
        guard end &- start >= blockWidth else { return nil }
        return unsafe bytes.withUnsafeBytes { room in
            unsafe lines.withUnsafeMutableBufferPointer { lines in
                guard let base = room.baseAddress else { return nil }
                var found = PlainLines(start: start)
                var place = start
                while place < end {
                    let marks = unsafe marks(base, place, end)
                    switch unsafe found.note(marks, at: place, base, end, lines) {
                    case .goesOn: place &+= Marks.width
                    case .odd: return nil
                    case .end(let offset): return (offset, found.count)
                    }
                }
                return nil
            }
        }
    }

    /// What 64 bytes have of interest: a bit a byte, the first one lowest.
    private struct Marks {
        static let width = 64

        var controls: UInt64 = 0
        var colons: UInt64 = 0
    }

    /// Those of the 64 bytes at `place`, or of the fewer ones up to `end`.
    @inline(__always)
    private static func marks(_ base: UnsafeRawPointer, _ place: Int, _ end: Int) -> Marks {
        var marks = Marks()
        if place &+ Marks.width <= end {
            for number in 0..<4 {
                let offset = number &* blockWidth
                let block = unsafe block(base, place &+ offset)
                marks.controls |= UInt64(controls(block)) &<< UInt64(offset)
                marks.colons |= UInt64(clanes_equal(block, 0x3A)) &<< UInt64(offset)
            }
            return marks
        }
        var offset = 0
        while place &+ offset < end {
            // The last block has bytes that have been seen before.
            let start = min(place &+ offset, end &- blockWidth)
            let seen = UInt32(truncatingIfNeeded: place &+ offset &- start)
            let block = unsafe block(base, start)
            marks.controls |= UInt64(controls(block) &>> seen) &<< UInt64(offset)
            marks.colons |= UInt64(clanes_equal(block, 0x3A) &>> seen) &<< UInt64(offset)
            offset &+= blockWidth
        }
        return marks
    }

    /// The bytes of a block.
    private static var blockWidth: Int { MemoryLayout<clanes_block>.size }

    @inline(__always)
    private static func block(_ base: UnsafeRawPointer, _ offset: Int) -> clanes_block {
        unsafe base.loadUnaligned(fromByteOffset: offset, as: clanes_block.self)
    }

    @inline(__always)
    private static func controls(_ block: clanes_block) -> UInt32 {
        clanes_within(block, 0x00, 0x1F) | clanes_equal(block, 0x7F)
    }

    /// The lines of a plain head so far.
    private struct PlainLines {
        enum Step {
            case goesOn, odd
            case end(Int)
        }

        let start: Int
        var count = 0
        private var lineStart: Int
        /// The first colon of the line; 0 before there is one.
        private var colon = 0
        /// Whether the first byte of the next marks is the LF of a line end.
        private var isHalf = false

        init(start: Int) {
            self.start = start
            lineStart = start
        }

        /// Takes the marks of the bytes from `place` on.
        @inline(__always)
        mutating func note(
            _ marks: Marks, at place: Int, _ base: UnsafeRawPointer, _ end: Int,
            _ lines: UnsafeMutableBufferPointer<HeadLines.Line>
        ) -> Step {
            var controls = marks.controls & ~(isHalf ? 1 : 0)
            var colons = marks.colons
            isHalf = false
            while controls != 0 {
                let bit = controls.trailingZeroBitCount
                let offset = place &+ bit
                guard offset &+ 1 < end,
                    unsafe base.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
                        == UInt16(littleEndian: 0x0A0D)
                else { return .odd }
                if offset == lineStart { return count > 0 ? .end(offset &+ 2) : .odd }
                guard count < lines.count else { return .odd }
                if colon == 0, colons != 0 { colon = place &+ colons.trailingZeroBitCount }
                unsafe lines[count] = HeadLines.Line(
                    end: UInt32(truncatingIfNeeded: offset &- start),
                    colon: UInt32(truncatingIfNeeded: max(colon, start) &- start))
                count &+= 1
                lineStart = offset &+ 2
                colon = 0
                // What is behind the line end, which may reach into the next marks.
                let rest = ((UInt64.max &<< UInt64(bit)) &<< 1) &<< 1
                controls &= rest
                colons &= rest
                isHalf = bit == Marks.width &- 1
            }
            if colon == 0, colons != 0 { colon = place &+ colons.trailingZeroBitCount }
            return .goesOn
        }
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
                    unsafe lines.lines.withUnsafeBufferPointer { lines in
                        guard let base = room.baseAddress, lines.count > 0 else { return nil }
                        let table = unsafe NameTable(entries: entries, words: words)
                        var start = unsafe Int(lines[0].end) &+ 2
                        for number in 1..<lines.count {
                            let line = unsafe lines[number]
                            let place = start..<Int(line.end)
                            precondition(place.upperBound <= room.count)
                            let colon = Int(line.colon)
                            start = place.upperBound &+ 2
                            guard colon < place.upperBound, colon > place.lowerBound,
                                place.lowerBound <= room.count &- 8
                            else {
                                if let refusal = take(nil, place) { return refusal }
                                continue
                            }
                            let found = unsafe knownLine(base, place, colon, table)
                            if let refusal = take(found, place) { return refusal }
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

    /// The line at `place`, whose first colon is not at its start; eight bytes from its start on
    /// can be read.
    @inline(__always)
    private static func knownLine(
        _ base: UnsafeRawPointer, _ place: Range<Int>, _ colon: Int, _ names: NameTable
    ) -> FieldLine? {
        guard let found = unsafe find(base, place.lowerBound..<colon, names) else { return nil }
        // One space before the value and none behind it, nearly always.
        var start = colon &+ 2
        var end = place.upperBound
        var isVerbatim = false
        if start < end {
            isVerbatim =
                unsafe byte(base, start &- 1) == 0x20 && byte(base, start) != 0x20
                && byte(base, end &- 1) != 0x20
        }
        if !isVerbatim {
            start = colon &+ 1
            while start < end, unsafe byte(base, start) == 0x20 { start &+= 1 }
            while end > start, unsafe byte(base, end &- 1) == 0x20 { end &-= 1 }
        }
        return FieldLine(
            name: range(place.lowerBound, colon), value: range(start, end), slot: found.slot,
            kind: found.kind, isVerbatim: isVerbatim)
    }

    /// What the table says of a name that is not empty; eight bytes from its start on can be read.
    @inline(__always)
    private static func find(
        _ base: UnsafeRawPointer, _ name: Range<Int>, _ names: NameTable
    ) -> HeaderNames.Found? {
        let count = name.upperBound &- name.lowerBound
        let ends = unsafe ends(base, name)
        let mask = unsafe names.entries.count &- 1
        var hash = ends.hash(count: count)
        var offset = name.lowerBound &+ 8
        while offset < name.upperBound &- 8 {
            hash = HeaderNames.fold(hash, unsafe word(base, offset) | HeaderNames.caseBits)
            offset &+= 8
        }
        var place = HeaderNames.place(hash) & mask
        while true {
            let entry = unsafe names.entries[place]
            if entry.ends == ends, Int(entry.plainCount) == count,
                unsafe isSameBetween(base, name, Int(entry.middle), names.words)
            {
                return entry.found
            }
            if entry.isFree { return nil }
            place = (place &+ 1) & mask
        }
    }

    @inline(__always)
    private static func ends(
        _ base: UnsafeRawPointer, _ name: Range<Int>
    ) -> HeaderNames.NameEnds {
        let first = unsafe word(base, name.lowerBound) | HeaderNames.caseBits
        let count = name.upperBound &- name.lowerBound
        if count < 8 {
            let short = first & ((1 &<< UInt64(8 &* count)) &- 1)
            return HeaderNames.NameEnds(first: short, last: short)
        }
        let last = unsafe word(base, name.upperBound &- 8) | HeaderNames.caseBits
        return HeaderNames.NameEnds(first: first, last: last)
    }

    @inline(__always)
    private static func isSameBetween(
        _ base: UnsafeRawPointer, _ name: Range<Int>, _ first: Int,
        _ words: UnsafeBufferPointer<UInt64>
    ) -> Bool {
        var offset = name.lowerBound &+ 8
        var index = first
        while offset < name.upperBound &- 8 {
            guard unsafe word(base, offset) | HeaderNames.caseBits == words[index] else {
                return false
            }
            offset &+= 8
            index &+= 1
        }
        return true
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
            while index &+ blockWidth <= end {
                let block = unsafe room.loadUnaligned(
                    fromByteOffset: index, as: clanes_block.self)
                let found = clanes_equal(block, 0x20)
                if found != 0 { return index &+ found.trailingZeroBitCount }
                index &+= blockWidth
            }
            while index < end, unsafe room[index] != 0x20 { index &+= 1 }
            return index
        }
    }
}
