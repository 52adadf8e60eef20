/// What is to happen, by time; things of one time in the order in which they were planned.
struct EventQueue {
    private struct Entry {
        var time: UInt64
        var number: UInt64
        var action: () -> Void
    }

    private var heap: [Entry] = []
    private var planned: UInt64 = 0

    var isEmpty: Bool { heap.isEmpty }
    var nextTime: UInt64? { heap.first?.time }

    mutating func plan(at time: UInt64, _ action: @escaping () -> Void) {
        planned += 1
        heap.append(Entry(time: time, number: planned, action: action))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard Self.precedes(heap[child], heap[parent]) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func takeFirst() -> () -> Void {
        let first = heap[0].action
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && Self.precedes(heap[child], heap[least]) {
                least = child
            }
            if least == parent { return first }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    mutating func removeAll() { heap.removeAll() }

    private static func precedes(_ one: Entry, _ other: Entry) -> Bool {
        one.time < other.time || (one.time == other.time && one.number < other.number)
    }
}
