/// Values in numbered slots that are used again. The generation of a slot goes up each time it is
/// freed, so that an event for an earlier occupant can be told from one for the present occupant.
///
/// Freed slots keep their value, and with it the capacity of its buffers: a steady stream of
/// connections allocates nothing. Values may be noncopyable, so that no use of one ever copies it:
/// with an Array of structs, implicit copies and uniqueness checks were a tenth of a request's
/// cost.
@safe @usableFromInline package struct SlotTable<Element: ~Copyable>: ~Copyable {
    /// What is known of a slot beside its value.
    @usableFromInline struct State: BitwiseCopyable {
        /// How often the slot was freed.
        @usableFromInline var generation: UInt32 = 0
        @usableFromInline var isUsed = true
        /// The slot that was freed before this one; -1 for none.
        @usableFromInline var nextFree = -1

        @inlinable init() {}
    }

    @usableFromInline var elements: UnsafeMutablePointer<Element>
    @usableFromInline var states: UnsafeMutablePointer<State>
    /// The slot that was freed last; -1 for none.
    @usableFromInline var firstFree = -1
    @usableFromInline var freeCount = 0
    @usableFromInline var capacity: Int

    /// Slots that there are.
    @usableFromInline package private(set) var slotCount = 0

    /// No slots.
    package init() {
        capacity = 16
        unsafe elements = .allocate(capacity: 16)
        unsafe states = .allocate(capacity: 16)
    }

    deinit {
        unsafe elements.deinitialize(count: slotCount)
        unsafe elements.deallocate()
        unsafe states.deallocate()
    }

    /// Slots in use.
    @inlinable package var count: Int { slotCount - freeCount }

    /// A free slot, with what its last occupant left; `make` is asked only when the table grows.
    @inlinable package mutating func allocate(_ make: () -> Element) -> Int {
        let slot = firstFree
        guard slot >= 0 else { return add(make()) }
        firstFree = unsafe states[slot].nextFree
        freeCount &-= 1
        unsafe states[slot].isUsed = true
        return slot
    }

    @usableFromInline mutating func add(_ element: consuming Element) -> Int {
        let slot = slotCount
        if slot == capacity { grow() }
        unsafe (elements + slot).initialize(to: element)
        unsafe (states + slot).initialize(to: State())
        slotCount += 1
        return slot
    }

    private mutating func grow() {
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
        unsafe larger.moveInitialize(from: elements, count: slotCount)
        unsafe elements.deallocate()
        unsafe elements = larger
        let more = UnsafeMutablePointer<State>.allocate(capacity: capacity * 2)
        unsafe more.moveInitialize(from: states, count: slotCount)
        unsafe states.deallocate()
        unsafe states = more
        capacity *= 2
    }

    /// Frees a slot; it must be in use.
    @inlinable package mutating func release(_ slot: Int) {
        precondition(isUsed(slot), "a slot is released once")
        unsafe states[slot].isUsed = false
        unsafe states[slot].generation &+= 1
        unsafe states[slot].nextFree = firstFree
        firstFree = slot
        freeCount &+= 1
    }

    /// Whether the slot has an occupant.
    @inlinable package func isUsed(_ slot: Int) -> Bool {
        precondition(slot >= 0 && slot < slotCount)
        return unsafe states[slot].isUsed
    }

    /// How often the slot was freed.
    @inlinable package func generation(of slot: Int) -> UInt32 {
        precondition(slot >= 0 && slot < slotCount)
        return unsafe states[slot].generation
    }

    /// Whether the occupant is the one that had this generation.
    @inlinable package func holds(_ slot: Int, generation: UInt32) -> Bool {
        guard slot >= 0, slot < slotCount else { return false }
        return unsafe states[slot].isUsed && states[slot].generation == generation
    }

    /// Every slot in use; for drains and shutdown, not for the request path.
    package var slotsInUse: [Int] { (0..<slotCount).filter { isUsed($0) } }

    /// The value of a slot.
    @inlinable package subscript(slot: Int) -> Element {
        @_transparent
        unsafeAddress {
            precondition(slot >= 0 && slot < slotCount)
            return unsafe UnsafePointer(elements + slot)
        }
        @_transparent
        unsafeMutableAddress {
            precondition(slot >= 0 && slot < slotCount)
            return unsafe elements + slot
        }
    }
}
