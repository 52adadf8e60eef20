/// Finds what stands in an array by its hash: open addressing, at most half full. The numbers are
/// places in the caller's array, who knows when two of its elements are equal: nothing is copied,
/// and nothing is ever removed.
struct NumberTable {
    private struct Slot {
        var hash: UInt32
        /// `absent`: a free slot.
        var number: UInt32
    }

    private var slots = [Slot](repeating: free, count: 16)
    private var count = 0

    private static let free = Slot(hash: 0, number: absent)

    /// Growing step by step is a good part of what filling costs.
    mutating func reserve(_ count: Int) { if count * 2 > slots.count { grow(to: count) } }

    /// The number with this hash that is equal to what is looked for.
    @inline(__always)
    func find(_ hash: UInt32, _ isEqual: (UInt32) -> Bool) -> UInt32? {
        let mask = slots.count &- 1
        var place = Int(hash) & mask
        while slots[place].number != absent {
            if slots[place].hash == hash, isEqual(slots[place].number) {
                return slots[place].number
            }
            place = (place &+ 1) & mask
        }
        return nil
    }

    /// Of something that `find` did not find.
    mutating func add(_ hash: UInt32, _ number: UInt32) {
        if (count + 1) * 2 > slots.count { grow(to: count + 1) }
        count += 1
        put(Slot(hash: hash, number: number))
    }

    private mutating func put(_ slot: Slot) {
        let mask = slots.count &- 1
        var place = Int(slot.hash) & mask
        while slots[place].number != absent { place = (place &+ 1) & mask }
        slots[place] = slot
    }

    private mutating func grow(to count: Int) {
        var capacity = slots.count
        while capacity < count * 2 { capacity *= 2 }
        let old = slots
        slots = [Slot](repeating: Self.free, count: capacity)
        for slot in old where slot.number != absent { put(slot) }
    }
}
