internal import RequestModel

/// The hash of keys: seeded anew for each tree, so that nobody who does not read this process's
/// memory can collect requests that collide. Eight bytes a step, each folded by a full
/// multiplication.
struct KeyHash: Sendable {
    private let seed: UInt64
    private let factor: UInt64

    init(using random: inout some RandomNumberGenerator) {
        seed = random.next()
        factor = random.next() | 1
    }

    @inline(__always)
    private func mixed(_ word: UInt64) -> UInt64 {
        let product = word.multipliedFullWidth(by: factor)
        return product.high ^ product.low
    }

    func hash(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
        var state = seed ^ (UInt64(truncatingIfNeeded: range.count) &* 0x9E37_79B9_7F4A_7C15)
        var index = range.lowerBound
        while index &+ 8 <= range.upperBound {
            state = mixed(state ^ ByteLanes.word(bytes, index))
            index &+= 8
        }
        if index < range.upperBound {
            state ^= Bytes.word(bytes, index) &<< Bytes.shift(range.upperBound &- index)
        }
        state = mixed(mixed(state) ^ seed)
        return UInt32(truncatingIfNeeded: state >> 16)
    }

    func hash(_ first: UInt64, _ second: UInt64 = 0) -> UInt32 {
        UInt32(truncatingIfNeeded: mixed(mixed(seed ^ first) ^ second) >> 16)
    }

    func hash(_ numbers: ArraySlice<UInt32>) -> UInt32 {
        var state = seed ^ UInt64(truncatingIfNeeded: numbers.count)
        for number in numbers { state = mixed(state ^ UInt64(number)) }
        return UInt32(truncatingIfNeeded: state >> 16)
    }
}

/// One hash table among those of a tree: a power of two of entries.
struct KeyRegion: Sendable {
    var base: UInt32
    var mask: UInt32
}

/// All hash tables of a tree: open addressing, at most half full, keys by offset into the literals.
struct KeyTables: Sendable {
    private struct Entry: Sendable {
        var hash: UInt32
        var offset: UInt32
        var length: UInt32
        /// `absent`: a free entry.
        var value: UInt32
    }

    let hash: KeyHash
    private var entries: [Entry] = []

    init(_ hash: KeyHash) { self.hash = hash }

    var byteCount: Int { entries.count * MemoryLayout<Entry>.stride }

    /// A table of `keys`, none of them twice.
    mutating func add(
        _ keys: [(key: LiteralText, value: UInt32)], _ literals: LiteralPool
    ) -> KeyRegion {
        var capacity = 2
        while capacity < keys.count * 2 { capacity *= 2 }
        let region = KeyRegion(base: UInt32(entries.count), mask: UInt32(capacity - 1))
        let free = Entry(hash: 0, offset: 0, length: 0, value: absent)
        entries += repeatElement(free, count: capacity)
        for (key, value) in keys {
            let start = Int(key.offset)
            let hash = hash.hash(literals.bytes, start..<start + Int(key.length))
            var place = hash & region.mask
            while entries[Int(region.base + place)].value != absent {
                place = (place + 1) & region.mask
            }
            entries[Int(region.base + place)] = Entry(
                hash: hash, offset: key.offset, length: key.length, value: value)
        }
        return region
    }

    /// The keys of a table and their values, in no order that means anything.
    func all(_ region: KeyRegion) -> [(key: LiteralText, value: UInt32)] {
        entries[Int(region.base)...Int(region.base + region.mask)].filter { $0.value != absent }.map
        {
            (LiteralText(offset: $0.offset, length: $0.length), $0.value)
        }
    }

    /// The value of the key at `range` of `subject`; `absent` without one.
    func find(
        _ region: KeyRegion, _ subject: [UInt8], _ range: Range<Int>, _ literals: [UInt8]
    ) -> UInt32 {
        let hash = hash.hash(subject, range)
        let entries = entries.span
        var place = hash & region.mask
        while true {
            let entry = entries[Int(region.base &+ place)]
            if entry.value == absent { return absent }
            if entry.hash == hash, Int(entry.length) == range.count,
                Bytes.equal(
                    subject, at: range.lowerBound, literals, Int(entry.offset), range.count)
            {
                return entry.value
            }
            place = (place &+ 1) & region.mask
        }
    }
}
