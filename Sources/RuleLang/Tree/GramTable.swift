internal import RequestModel

/// Finds texts within a value by their rarest four bytes, case ignored: windows of the value are
/// looked up. A hit says that the text may be there, the rule is verified anyway.
struct GramTable: Sendable {
    private struct Entry: Sendable {
        /// The bytes, the first one lowest, and their number above; 0 is a free entry.
        var key: UInt64
        var child: UInt32
    }

    private var entries: [Entry]
    private var mask: Int
    /// A bit for each of the hashes of the keys: most windows end here.
    private var filter: [UInt64]
    private var filterMask: UInt64
    /// Which lengths there are, 1 to 4.
    private var lengths: [Bool]
    private var onlyFours: Bool
    private let stride: Int

    var byteCount: Int { entries.count * MemoryLayout<Entry>.stride + filter.count * 8 }

    /// With a stride, grams are four bytes each.
    init(_ children: [(gram: [UInt8], child: UInt32)], stride: Int) {
        self.stride = stride
        var capacity = 4
        while capacity < children.count * 2 { capacity *= 2 }
        entries = [Entry](repeating: Entry(key: 0, child: absent), count: capacity)
        mask = capacity - 1
        filter = [UInt64](repeating: 0, count: max(1, capacity / 8))
        filterMask = UInt64(filter.count * 64 - 1)
        lengths = [false, false, false, false, false]
        onlyFours = false
        for (gram, child) in children {
            var word: UInt64 = 0
            for (index, byte) in gram.enumerated() { word |= UInt64(byte) << UInt64(8 * index) }
            let key = word | UInt64(gram.count) << 32
            lengths[gram.count] = true
            let hash = Self.hash(key)
            filter[Int(hash & filterMask) >> 6] |= 1 << (hash & 63)
            var place = Int(truncatingIfNeeded: hash >> 8) & mask
            while entries[place].key != 0 { place = (place + 1) & mask }
            entries[place] = Entry(key: key, child: child)
        }
        onlyFours = lengths == [false, false, false, false, true]
    }

    /// The texts that are looked for and their children, in no order that means anything.
    var all: [(gram: [UInt8], child: UInt32)] {
        entries.filter { $0.key != 0 }.map { entry in
            let count = Int(entry.key >> 32)
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: entry.key >> UInt64(8 * $0)) }
            return (bytes, entry.child)
        }
    }

    /// The next child whose bytes stand in `range`, from `place` on (four a position, one for each
    /// length); moves `place` behind it. `absent` at the end.
    func next(_ subject: Span<UInt8>, _ range: Range<Int>, _ place: inout Int) -> UInt32 {
        if stride > 1 { return nextOfFew(subject, range, &place) }
        return onlyFours
            ? nextOfFour(subject, range, &place) : nextOfAny(subject, range, &place)
    }

    /// The window slides by one byte a step.
    private func nextOfFour(
        _ subject: Span<UInt8>, _ range: Range<Int>, _ place: inout Int
    ) -> UInt32 {
        var position = range.lowerBound + place / 4
        guard range.upperBound - position >= 4 else { return absent }
        let filter = filter.span
        var word: UInt64 = 0
        for _ in 0..<3 {
            word = word >> 8 | UInt64(asciiLowercase(subject[position])) << 24
            position &+= 1
        }
        while position < range.upperBound {
            word = word >> 8 | UInt64(asciiLowercase(subject[position])) << 24
            position &+= 1
            let key = word | 4 << 32
            let hash = Self.hash(key)
            guard filter[Int(hash & filterMask) >> 6] >> (hash & 63) & 1 == 1 else { continue }
            let child = find(key, hash)
            if child != absent {
                place = (position &- 3 &- range.lowerBound) &* 4
                return child
            }
        }
        return absent
    }

    /// Only every `stride`th window: texts are filed under as many windows in a row.
    private func nextOfFew(
        _ subject: Span<UInt8>, _ range: Range<Int>, _ place: inout Int
    ) -> UInt32 {
        var position = range.lowerBound + place / 4
        let filter = filter.span
        while position &+ 4 <= range.upperBound {
            var word = UInt32(subject[position]) | UInt32(subject[position &+ 1]) << 8
            word |= UInt32(subject[position &+ 2]) << 16 | UInt32(subject[position &+ 3]) << 24
            position &+= stride
            let key = UInt64(Self.lowercase(word)) | 4 << 32
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

    /// Four bytes at once: the carry into the top bit of each byte says where it lies.
    @inline(__always)
    private static func lowercase(_ word: UInt32) -> UInt32 {
        let low = word & 0x7f7f_7f7f
        let isUpper = (low &+ 0x3f3f_3f3f) ^ (low &+ 0x2525_2525)
        return word | (isUpper & ~word & 0x8080_8080) >> 2
    }

    private func nextOfAny(
        _ subject: Span<UInt8>, _ range: Range<Int>, _ place: inout Int
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
        while entries[place].key != 0 {
            if entries[place].key == key { return entries[place].child }
            place = (place &+ 1) & mask
        }
        return absent
    }

    /// The keys are the rules' own, so the hash needs no secret: a value cannot add any.
    @inline(__always)
    private static func hash(_ key: UInt64) -> UInt64 { (key &* 0x9E37_79B9_7F4A_7C15) >> 24 }
}
