internal import RequestModel

/// Finds texts within a value by their rarest four bytes, case ignored: each window of the value is
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

    var byteCount: Int { entries.count * MemoryLayout<Entry>.stride + filter.count * 8 }

    init(_ children: [(gram: [UInt8], child: UInt32)]) {
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

    /// The piece of a text to look for: its rarest four bytes (all, if it has fewer), by how often
    /// each window stands in all texts.
    static func rarest(in text: [UInt8], _ counts: [ArraySlice<UInt8>: Int]) -> [UInt8] {
        let windows = windows(of: text)
        let rarest = windows.min { counts[$0, default: 0] < counts[$1, default: 0] }
        return Array(rarest ?? [])
    }

    static func windows(of text: [UInt8]) -> [ArraySlice<UInt8>] {
        let count = min(4, text.count)
        guard count > 0 else { return [] }
        return (0...text.count - count).map { text[$0..<$0 + count] }
    }

    /// The next child whose bytes stand in `range`, from `place` on (four a position, one for each
    /// length); moves `place` behind it. `absent` at the end.
    func next(_ subject: Span<UInt8>, _ range: Range<Int>, _ place: inout Int) -> UInt32 {
        onlyFours ? nextOfFour(subject, range, &place) : nextOfAny(subject, range, &place)
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
                place = (position - 3 - range.lowerBound) * 4
                return child
            }
        }
        return absent
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
