/// A hashed wheel of timers with one node for each small integer id, for one thread.
///
/// A node waits in the slot of its deadline or of an earlier one. A later deadline only changes a
/// number: the node moves when its slot comes up, so that re-arming at each request costs one
/// store. Never fires early; fires at most one tick late when `advance` is called in time.
package struct TimerWheel: ~Copyable {
    struct Node {
        var deadline = UInt64.max
        /// The tick whose slot the node is in; meaningless while it is not linked.
        var tick: UInt64 = 0
        var next = -1
        /// -1 for the first of its slot.
        var previous = -1
        var isLinked = false
    }

    private let tickMilliseconds: UInt64
    private let slotCount: UInt64
    private var nodes = OwnedList<Node>()
    /// The first node of each slot; -1 for none.
    private var heads: OwnedList<Int>
    /// One bit for each slot that has nodes.
    private var occupied: OwnedList<UInt64>
    /// The last tick that has been handled.
    private var current: UInt64 = 0

    /// `slots` is a power of two of at least 64; slots times ticks is the span of one turn,
    /// not a limit for deadlines.
    package init(slots: Int = 512, tickMilliseconds: Int = 16) {
        precondition(slots >= 64 && slots & (slots - 1) == 0 && tickMilliseconds > 0)
        self.tickMilliseconds = UInt64(tickMilliseconds)
        slotCount = UInt64(slots)
        heads = OwnedList(repeating: -1, count: slots)
        occupied = OwnedList(repeating: 0, count: slots / 64)
    }

    /// Fires `id` once, at or after `deadline` (monotonic milliseconds); replaces its deadline.
    /// Ids are small and dense: the wheel keeps a node for each up to the largest.
    package mutating func arm(_ id: Int, deadline: UInt64) {
        if id >= nodes.count { grow(toHold: id) }
        nodes[id].deadline = deadline
        // Where its tick is not before the node's, the node may stay; by a product, since a
        // quotient takes as long as the rest.
        if nodes[id].isLinked, deadline > (nodes[id].tick &- 1) &* tickMilliseconds { return }
        move(id)
    }

    /// Puts the node where its deadline belongs.
    @inline(never)
    private mutating func move(_ id: Int) {
        if nodes[id].isLinked { unlink(id) }
        link(id)
    }

    /// Forgets the deadline of `id`; nothing happens when it has none.
    package mutating func disarm(_ id: Int) {
        // The node leaves its slot when that comes up, or serves the next deadline.
        if id < nodes.count { nodes[id].deadline = .max }
    }

    /// Whether `id` has a deadline.
    package func isArmed(_ id: Int) -> Bool { id < nodes.count && nodes[id].deadline != .max }

    /// Ids that have a deadline, in no order; for checks, not for the request path.
    package var armed: [Int] { nodes.indices.filter { nodes[$0].deadline != .max } }

    /// Replaces `expired` by the ids whose deadline has passed; each is disarmed.
    package mutating func advance(to nowMilliseconds: UInt64, expired: inout [Int]) {
        expired.removeAll(keepingCapacity: true)
        let target = nowMilliseconds / tickMilliseconds
        guard target > current else { return }
        // After a long sleep each slot is due once, however many turns have passed.
        let first = target - current > slotCount ? target - slotCount + 1 : current + 1
        current = target
        for tick in first...target {
            expire(slot(of: tick), now: nowMilliseconds, into: &expired)
        }
    }

    /// When to call `advance` next; nil when no timer waits. May come before the first deadline,
    /// when that has been moved, never more than one tick after it.
    package var nextDeadlineMilliseconds: UInt64? {
        let start = slot(of: current + 1)
        // The word of the start comes up twice: first its upper bits, at last its lower ones.
        for step in 0...occupied.count {
            let index = (start / 64 + step) % occupied.count
            var word = occupied[index]
            let upper = UInt64.max << UInt64(start % 64)
            if step == 0 { word &= upper }
            if step == occupied.count { word &= ~upper }
            if word != 0 {
                let found = index * 64 + word.trailingZeroBitCount
                let distance = (found - start) & (heads.count - 1)
                return (current + 1 + UInt64(distance)) * tickMilliseconds
            }
        }
        return nil
    }

    private mutating func expire(_ slot: Int, now: UInt64, into expired: inout [Int]) {
        var id = heads[slot]
        heads[slot] = -1
        occupied[slot / 64] &= ~(1 << UInt64(slot % 64))
        while id >= 0 {
            let next = nodes[id].next
            nodes[id].isLinked = false
            if nodes[id].deadline <= now {
                nodes[id].deadline = .max
                expired.append(id)
            } else if nodes[id].deadline != .max {
                link(id)
            }
            id = next
        }
    }

    /// The first tick that does not begin before the deadline.
    private func tick(of deadline: UInt64) -> UInt64 {
        let (whole, rest) = deadline.quotientAndRemainder(dividingBy: tickMilliseconds)
        return whole + (rest == 0 ? 0 : 1)
    }

    private func slot(of tick: UInt64) -> Int {
        Int(tick & (slotCount - 1))
    }

    /// Puts the node at its deadline's tick; beyond this turn its slot comes up sooner, in vain.
    private mutating func link(_ id: Int) {
        let tick = max(tick(of: nodes[id].deadline), current + 1)
        let slot = slot(of: tick)
        let follower = heads[slot]
        nodes[id].tick = tick
        nodes[id].previous = -1
        nodes[id].next = follower
        nodes[id].isLinked = true
        if follower >= 0 { nodes[follower].previous = id }
        heads[slot] = id
        occupied[slot / 64] |= 1 << UInt64(slot % 64)
    }

    private mutating func unlink(_ id: Int) {
        let node = nodes[id]
        if node.next >= 0 { nodes[node.next].previous = node.previous }
        nodes[id].isLinked = false
        guard node.previous < 0 else {
            nodes[node.previous].next = node.next
            return
        }
        let slot = slot(of: node.tick)
        heads[slot] = node.next
        if node.next < 0 { occupied[slot / 64] &= ~(1 << UInt64(slot % 64)) }
    }

    private mutating func grow(toHold id: Int) {
        precondition(id >= 0)
        while nodes.count <= id { nodes.append(Node()) }
    }
}
