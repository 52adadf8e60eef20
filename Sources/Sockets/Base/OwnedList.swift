/// A list that one thread works with: an array without what it costs to be a value. Nothing counts
/// references, and no change asks whether the memory is shared, which is a call for each change of
/// an Array. Indices are checked; an emptied list keeps its memory.
@safe @usableFromInline package struct OwnedList<Element: ~Copyable>: ~Copyable {
    @usableFromInline var elements: UnsafeMutablePointer<Element>
    @usableFromInline var capacity: Int
    @usableFromInline package internal(set) var count = 0

    /// No elements.
    @inlinable package init() {
        capacity = 16
        unsafe elements = .allocate(capacity: 16)
    }

    deinit {
        unsafe elements.deinitialize(count: count)
        unsafe elements.deallocate()
    }

    @inlinable package var isEmpty: Bool { count == 0 }

    @inlinable package var indices: Range<Int> { 0..<count }

    /// Adds an element at the end.
    @inlinable @inline(__always) package mutating func append(_ element: consuming Element) {
        if count == capacity { grow() }
        unsafe (elements + count).initialize(to: element)
        count &+= 1
    }

    @usableFromInline mutating func grow() {
        let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
        unsafe larger.moveInitialize(from: elements, count: count)
        unsafe elements.deallocate()
        unsafe elements = larger
        capacity *= 2
    }

    /// Takes the last element away; nil when there is none.
    @inlinable @inline(__always) package mutating func popLast() -> Element? {
        guard count > 0 else { return nil }
        count &-= 1
        return unsafe (elements + count).move()
    }

    /// Forgets the elements.
    @inlinable @inline(__always) package mutating func removeAll() {
        unsafe elements.deinitialize(count: count)
        count = 0
    }

    @inlinable package subscript(index: Int) -> Element {
        @_transparent
        unsafeAddress {
            precondition(index >= 0 && index < count)
            return unsafe UnsafePointer(elements + index)
        }
        @_transparent
        unsafeMutableAddress {
            precondition(index >= 0 && index < count)
            return unsafe elements + index
        }
    }
}

extension OwnedList {
    /// `count` times the same element.
    package init(repeating element: Element, count: Int) {
        self.init()
        for _ in 0..<count { append(element) }
    }

    /// The elements of a sequence.
    package init(_ sequence: some Sequence<Element>) {
        self.init()
        for element in sequence { append(element) }
    }

    /// Removes the elements for which the condition holds.
    package mutating func removeAll(where isRemoved: (Element) -> Bool) {
        var kept = 0
        for index in indices where !isRemoved(self[index]) {
            self[kept] = self[index]
            kept += 1
        }
        while count > kept { _ = popLast() }
    }
}
