/// An array that is filled anew for each request, in the room that the requests before left:
/// emptying it costs nothing, and once it has grown, filling it allocates nothing.
struct ReusedList<Element: BitwiseCopyable> {
    private var room: [Element] = []
    private(set) var count = 0

    mutating func removeAll() { count = 0 }

    @inline(__always)
    mutating func append(_ element: Element) {
        if count < room.count { room[count] = element } else { room.append(element) }
        count &+= 1
    }

    /// An index that `count` has passed since the list was emptied.
    @inline(__always)
    subscript(index: Int) -> Element {
        get {
            assert(index < count)
            return room[index]
        }
        set {
            assert(index < count)
            room[index] = newValue
        }
    }
}
