/// The cookies or query parameters of a request that rules name: values chained by name.
struct PairSlots {
    private struct Head {
        var stamp: UInt32
        var first: UInt32
        var last: UInt32
    }

    private struct Entry {
        var value: LoweredValue
        var next: UInt32
    }

    private var heads: [Head]
    private var entries = ReusedList<Entry>()
    /// The request for which the pairs were split.
    private var generation: UInt32 = 0
    /// Slots with a value, in the order of their first ones.
    private(set) var present = ReusedList<UInt32>()

    init(count: Int) {
        heads = [Head](repeating: Head(stamp: 0, first: 0, last: 0), count: count)
    }

    /// False when this is the first question about the request: the caller splits and adds.
    mutating func isSplit(_ generation: UInt32) -> Bool {
        if self.generation == generation { return true }
        self.generation = generation
        entries.removeAll()
        present.removeAll()
        return false
    }

    mutating func add(_ slot: UInt32, _ value: LoweredValue) {
        let entry = UInt32(entries.count)
        entries.append(Entry(value: value, next: absent))
        if heads[Int(slot)].stamp == generation {
            entries[Int(heads[Int(slot)].last)].next = entry
            heads[Int(slot)].last = entry
        } else {
            heads[Int(slot)] = Head(stamp: generation, first: entry, last: entry)
            present.append(slot)
        }
    }

    /// All values of a name, or the first.
    func copy(_ slot: UInt32, isAny: Bool, to values: inout ReusedList<LoweredValue>) {
        let head = heads[Int(slot)]
        guard head.stamp == generation else { return }
        var entry = head.first
        while entry != absent {
            values.append(entries[Int(entry)].value)
            entry = isAny ? entries[Int(entry)].next : absent
        }
    }

    /// Forgets all stamps: generations begin anew.
    mutating func clear() {
        generation = 0
        for index in heads.indices { heads[index].stamp = 0 }
    }
}
