internal import RequestModel

/// Finds texts within a value by their rarest bytes, case ignored: windows of the value are looked
/// up. A hit says that the text may be there, the rule is verified anyway.
struct GramTable: Sendable {
    private struct Entry: Sendable {
        /// A window of a `GramPlan`.
        var key: UInt64
        /// `absent`: a free entry.
        var child: UInt32
    }

    private var entries: [Entry]
    private var mask: Int
    /// A bit for each of the hashes of the keys: most windows end here.
    private var filter: [UInt64]
    private var filterMask: UInt64
    /// As in `GramPlan`; 0 where windows have different lengths.
    private let width: Int
    /// Which lengths there are then, 1 to 4.
    private var lengths = [false, false, false, false, false]
    private let stride: Int

    var byteCount: Int { entries.count * MemoryLayout<Entry>.stride + filter.count * 8 }

    init(_ children: [(window: UInt64, child: UInt32)], width: Int?, stride: Int) {
        self.width = width ?? 0
        self.stride = stride
        var capacity = 4
        while capacity < children.count * 2 { capacity *= 2 }
        entries = [Entry](repeating: Entry(key: 0, child: absent), count: capacity)
        mask = capacity - 1
        filter = [UInt64](repeating: 0, count: max(1, capacity / 8))
        filterMask = UInt64(filter.count * 64 - 1)
        for (key, child) in children {
            if width == nil { lengths[Int(key >> 32)] = true }
            let hash = Self.hash(key)
            filter[Int(hash & filterMask) >> 6] |= 1 << (hash & 63)
            var place = Int(truncatingIfNeeded: hash >> 8) & mask
            while entries[place].child != absent { place = (place + 1) & mask }
            entries[place] = Entry(key: key, child: child)
        }
    }

    /// The texts that are looked for and their children, in no order that means anything.
    var all: [(gram: [UInt8], child: UInt32)] {
        entries.filter { $0.child != absent }.map { entry in
            let count = width == 0 ? Int(entry.key >> 32) : width
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: entry.key >> UInt64(8 * $0)) }
            return (bytes, entry.child)
        }
    }

    /// The next child whose bytes stand in `range`, from `place` on (four a position, one for each
    /// length); moves `place` behind it. `absent` at the end.
    func next(_ subject: [UInt8], _ range: Range<Int>, _ place: inout Int) -> UInt32 {
        if width == 0 { return nextOfAny(subject, range, &place) }
        return stride > 1
            ? nextOfFew(subject, range, &place) : nextOfEach(subject, range, &place)
    }

    /// The window slides by one byte a step.
    private func nextOfEach(
        _ subject: [UInt8], _ range: Range<Int>, _ place: inout Int
    ) -> UInt32 {
        var position = range.lowerBound &+ place / 4
        guard range.upperBound &- position >= width else { return absent }
        let filter = filter.span
        let top = UInt64(8 &* (width &- 1))
        var word: UInt64 = 0
        for _ in 1..<width {
            word = word >> 8 | UInt64(asciiLowercase(subject[position])) << top
            position &+= 1
        }
        while position < range.upperBound {
            word = word >> 8 | UInt64(asciiLowercase(subject[position])) << top
            position &+= 1
            let hash = Self.hash(word)
            guard filter[Int(hash & filterMask) >> 6] >> (hash & 63) & 1 == 1 else { continue }
            let child = find(word, hash)
            if child != absent {
                place = (position &- width &+ 1 &- range.lowerBound) &* 4
                return child
            }
        }
        return absent
    }

    /// Only every `stride`th window: texts are filed under as many windows in a row.
    private func nextOfFew(
        _ subject: [UInt8], _ range: Range<Int>, _ place: inout Int
    ) -> UInt32 {
        var position = range.lowerBound &+ place / 4
        let filter = filter.span
        let others = Bytes.shift(width)
        while position &+ width <= range.upperBound {
            let word = (Bytes.word(subject, position) &<< others) &>> others
            position &+= stride
            let key = Self.lowercase(word)
            let hash = Self.hash(key)
            guard filter[Int(hash & filterMask) >> 6] >> (hash & 63) & 1 == 1 else { continue }
            let child = find(key, hash)
            if child != absent {
                place = (position &- range.lowerBound) &* 4
                return child
            }
        }
        return absent
    }

    /// Eight bytes at once: the carry into the top bit of each byte says where it lies.
    @inline(__always)
    private static func lowercase(_ word: UInt64) -> UInt64 {
        let low = word & 0x7f7f_7f7f_7f7f_7f7f
        let isUpper = (low &+ 0x3f3f_3f3f_3f3f_3f3f) ^ (low &+ 0x2525_2525_2525_2525)
        return word | (isUpper & ~word & 0x8080_8080_8080_8080) >> 2
    }

    private func nextOfAny(
        _ subject: [UInt8], _ range: Range<Int>, _ place: inout Int
    ) -> UInt32 {
        var position = range.lowerBound + place / 4
        var length = place % 4 + 1
        while position < range.upperBound {
            var word: UInt64 = 0
            let available = min(4, range.upperBound - position)
            for index in 0..<available {
                let byte = asciiLowercase(subject[position &+ index])
                word |= UInt64(byte) << UInt64(truncatingIfNeeded: 8 &* index)
            }
            while length <= available {
                if lengths[length] {
                    let bits = UInt64(truncatingIfNeeded: 8 &* length)
                    let key = word & ((1 << bits) - 1) | UInt64(length) << 32
                    let hash = Self.hash(key)
                    let isPossible = filter[Int(hash & filterMask) >> 6] >> (hash & 63) & 1 == 1
                    let child = isPossible ? find(key, hash) : absent
                    if child != absent {
                        place = (position - range.lowerBound) * 4 + length
                        return child
                    }
                }
                length += 1
            }
            position += 1
            length = 1
        }
        return absent
    }

    private func find(_ key: UInt64, _ hash: UInt64) -> UInt32 {
        var place = Int(truncatingIfNeeded: hash >> 8) & mask
        while entries[place].child != absent {
            if entries[place].key == key { return entries[place].child }
            place = (place &+ 1) & mask
        }
        return absent
    }

    /// The keys are the rules' own, so the hash needs no secret: a value cannot add any.
    @inline(__always)
    private static func hash(_ key: UInt64) -> UInt64 { (key &* 0x9E37_79B9_7F4A_7C15) >> 24 }
}
