/// Values in numbered slots that are used again. The generation of a slot goes up each time it is
/// freed, so that an event for an earlier occupant can be told from one for the present occupant.
///
/// Freed slots keep their value, and with it the capacity of its buffers: a steady stream of
/// connections allocates nothing.
struct SlotTable<Element> {
    private(set) var elements: [Element] = []
    private var generations: [UInt32] = []
    private var used: [Bool] = []
    private var free: [Int] = []

    var count: Int { elements.count - free.count }

    /// A free slot; `make` is asked only when the table grows.
    mutating func allocate(_ make: () -> Element) -> Int {
        if let slot = free.popLast() {
            used[slot] = true
            return slot
        }
        elements.append(make())
        generations.append(0)
        used.append(true)
        return elements.count - 1
    }

    mutating func release(_ slot: Int) {
        precondition(used[slot], "a slot is released once")
        used[slot] = false
        generations[slot] &+= 1
        free.append(slot)
    }

    func isUsed(_ slot: Int) -> Bool { used[slot] }

    func generation(of slot: Int) -> UInt32 { generations[slot] }

    func holds(_ slot: Int, generation: UInt32) -> Bool {
        slot < elements.count && used[slot] && generations[slot] == generation
    }

    /// Every slot in use; for drains and shutdown, not for the request path.
    var slotsInUse: [Int] { elements.indices.filter { used[$0] } }

    subscript(slot: Int) -> Element {
        _read { yield elements[slot] }
        _modify { yield &elements[slot] }
    }
}
