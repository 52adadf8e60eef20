/// Values in numbered slots that are used again. The generation of a slot goes up each time it is
/// freed, so that an event for an earlier occupant can be told from one for the present occupant.
///
/// Freed slots keep their value, and with it the capacity of its buffers: a steady stream of
/// connections allocates nothing. Values may be noncopyable, so that no use of one ever copies it:
/// with an Array of structs, implicit copies and uniqueness checks were a tenth of a request's
/// cost.
@safe @usableFromInline package struct SlotTable<Element: ~Copyable>: ~Copyable {
    @usableFromInline var elements: UnsafeMutablePointer<Element>
    @usableFromInline var generations: [UInt32] = []
    @usableFromInline var used: [Bool] = []
    @usableFromInline var free: [Int] = []
    @usableFromInline var capacity: Int

    /// No slots.
    package init() {
        capacity = 16
        unsafe elements = .allocate(capacity: 16)
    }

    deinit {
        unsafe elements.deinitialize(count: generations.count)
        unsafe elements.deallocate()
    }

    /// Slots in use.
    @inlinable package var count: Int { generations.count - free.count }

    /// Slots that there are.
    @inlinable package var slotCount: Int { generations.count }

    /// A free slot, with what its last occupant left; `make` is asked only when the table grows.
    @inlinable package mutating func allocate(_ make: () -> Element) -> Int {
        if let slot = free.popLast() {
            used[slot] = true
            return slot
        }
        let slot = generations.count
        if slot == capacity { grow() }
        unsafe (elements + slot).initialize(to: make())
        generations.append(0)
        used.append(true)
        return slot
    }

    @usableFromInline mutating func grow() {
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
        unsafe larger.moveInitialize(from: elements, count: generations.count)
        unsafe elements.deallocate()
        unsafe elements = larger
        capacity *= 2
    }

    /// Frees a slot; it must be in use.
    @inlinable package mutating func release(_ slot: Int) {
        precondition(used[slot], "a slot is released once")
        used[slot] = false
        generations[slot] &+= 1
        free.append(slot)
    }

    /// Whether the slot has an occupant.
    @inlinable package func isUsed(_ slot: Int) -> Bool { used[slot] }

    /// How often the slot was freed.
    @inlinable package func generation(of slot: Int) -> UInt32 { generations[slot] }

    /// Whether the occupant is the one that had this generation.
    @inlinable package func holds(_ slot: Int, generation: UInt32) -> Bool {
        slot < used.count && used[slot] && generations[slot] == generation
    }

    /// Every slot in use; for drains and shutdown, not for the request path.
    package var slotsInUse: [Int] { used.indices.filter { used[$0] } }

    /// The value of a slot.
    @inlinable package subscript(slot: Int) -> Element {
        @_transparent
        unsafeAddress {
            precondition(slot >= 0 && slot < generations.count)
            return unsafe UnsafePointer(elements + slot)
        }
        @_transparent
        unsafeMutableAddress {
            precondition(slot >= 0 && slot < generations.count)
            return unsafe elements + slot
        }
    }
}
