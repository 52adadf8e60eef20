internal import CLanes
internal import RequestModel

/// The field lines of a head without anything unusual.
extension WordScan {
    /// Appends the field lines of a plain head to `fields` and returns those that are not ordinary.
    /// One of these is a line that is to be read with care, since its name is not in the table or
    /// the line is not `name: value` with one space: it has no name, and its whole text as its
    /// value. `lines` must be those of `bytes`.
    static func readLines(
        _ bytes: [UInt8], _ lines: borrowing HeadLines, _ names: HeaderNames,
        into fields: inout OutputSpan<FieldLine>
    ) -> LineSet {
        precondition(lines.fit(bytes.count))
        precondition(fields.isEmpty && fields.freeCapacity >= lines.count &- 1)
        return unsafe bytes.withUnsafeBytes { room in
            unsafe names.entries.withUnsafeBufferPointer { names in
                unsafe lines.ends.withUnsafeBufferPointer { ends in
                    unsafe fields.withUnsafeMutableBufferPointer { fields, count in
                        guard let first = fields.baseAddress else { return .none }
                        count = ends.count &- 1
                        return unsafe readLines(room, ends, names, first)
                    }
                }
            }
        }
    }

    /// Nothing is called for a line, and what is rare in one is left to the careful reader, so that
    /// all that the loop needs stays in registers. Each end is behind the one before it, and four
    /// bytes follow the last one.
    @inline(__always)
    private static func readLines(
        _ room: UnsafeRawBufferPointer, _ ends: UnsafeBufferPointer<UInt32>,
        _ names: UnsafeBufferPointer<HeaderNames.Entry>,
        _ fields: UnsafeMutablePointer<FieldLine>
    ) -> LineSet {
        var special = LineSet.none
        var start = unsafe Int(ends[0]) &+ 2
        for index in 0..<ends.count &- 1 {
            let end = unsafe Int(ends[index &+ 1])
            if let line = unsafe knownLine(room, start, end, names) {
                unsafe (fields + index).initialize(to: line)
                if line.kind != .other { special.insert(index) }
            } else {
                unsafe (fields + index).initialize(
                    to: FieldLine(name: range(start, start), value: range(start, end)))
                special.insert(index)
            }
            start = end &+ 2
        }
        return special
    }

    /// The line from `start` to `end` if it has a name of the table of at most 31 bytes, and one
    /// space before its value and none behind it.
    @inline(__always)
    private static func knownLine(
        _ room: UnsafeRawBufferPointer, _ start: Int, _ end: Int,
        _ names: UnsafeBufferPointer<HeaderNames.Entry>
    ) -> FieldLine? {
        guard let head = unsafe block(room, start) else { return nil }
        let colons = clanes_equal(head, 0x3A)
        let found: HeaderNames.Found?
        let colon: Int
        if colons != 0 {
            let count = colons.trailingZeroBitCount
            colon = start &+ count
            guard unsafe count > 0 && isUsual(room, colon, end) else { return nil }
            found = unsafe find(nameBlock(head, count), names)
        } else {
            let next = start &+ blockWidth
            guard let tail = unsafe block(room, next) else { return nil }
            let colons = clanes_equal(tail, 0x3A)
            guard colons != 0 else { return nil }
            let count = colons.trailingZeroBitCount
            colon = next &+ count
            guard unsafe isUsual(room, colon, end) else { return nil }
            found = unsafe find(nameBlock(head, blockWidth), nameBlock(tail, count), names)
        }
        guard let found else { return nil }
        return FieldLine(
            name: range(start, colon), value: range(colon &+ 2, end), slot: found.slot,
            kind: found.kind, isVerbatim: true)
    }

    /// The sixteen bytes from `start` on, filled up with zeros at the end of the head; nil in a
    /// head of fewer bytes.
    @inline(__always)
    private static func block(_ room: UnsafeRawBufferPointer, _ start: Int) -> clanes_block? {
        let last = room.count &- blockWidth
        if start <= last { return unsafe loaded(room, start) }
        if last < 0 { return nil }
        return clanes_without(
            unsafe loaded(room, last), UInt32(truncatingIfNeeded: start &- last))
    }

    /// Whether one space is between the colon and a value that ends at `end` without a space.
    @inline(__always)
    private static func isUsual(_ room: UnsafeRawBufferPointer, _ colon: Int, _ end: Int) -> Bool {
        unsafe colon &+ 2 < end && room[colon &+ 1] == 0x20 && room[colon &+ 2] != 0x20
            && room[end &- 1] != 0x20
    }

    /// The first `count` bytes of the block.
    @inline(__always)
    private static func nameBlock(_ block: clanes_block, _ count: Int) -> HeaderNames.NameBlock {
        let bytes = clanes_prefix(
            block | clanes_block(repeating: 0x20), UInt32(truncatingIfNeeded: count))
        let words = unsafe unsafeBitCast(bytes, to: SIMD2<UInt64>.self)
        return HeaderNames.NameBlock(
            first: UInt64(littleEndian: words[0]), second: UInt64(littleEndian: words[1]))
    }

    /// What the table says of a name of less than a block.
    @inline(__always)
    private static func find(
        _ name: HeaderNames.NameBlock, _ names: UnsafeBufferPointer<HeaderNames.Entry>
    ) -> HeaderNames.Found? {
        let mask = names.count &- 1
        var place = HeaderNames.place(name.hash(0)) & mask
        while true {
            let entry = unsafe names[place]
            if entry.head == name, entry.tail.first == 0 { return entry.found }
            if entry.isFree { return nil }
            place = (place &+ 1) & mask
        }
    }

    /// The same of a longer name.
    @inline(__always)
    private static func find(
        _ head: HeaderNames.NameBlock, _ tail: HeaderNames.NameBlock,
        _ names: UnsafeBufferPointer<HeaderNames.Entry>
    ) -> HeaderNames.Found? {
        let mask = names.count &- 1
        let hash = tail == .empty ? head.hash(0) : tail.hash(head.hash(0))
        var place = HeaderNames.place(hash) & mask
        while true {
            let entry = unsafe names[place]
            if entry.head == head, entry.tail == tail { return entry.found }
            if entry.isFree { return nil }
            place = (place &+ 1) & mask
        }
    }

    /// Offsets into a head, which is far below 4 GiB.
    @inline(__always)
    private static func range(_ start: Int, _ end: Int) -> ByteRange {
        ByteRange(
            start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: end))
    }
}
