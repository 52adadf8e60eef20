/// A number for each header, cookie or query name that a program of rules asks for. The head parser
/// looks each received header name up here in its single pass, so that a rule's atom finds its
/// field
/// lines without comparing names again.
package struct FieldSlot: Hashable, Sendable {
    package let index: UInt16
    package init(index: UInt16) { self.index = index }

    /// A header that no rule names.
    package static let none = FieldSlot(index: .max)
}

/// The interned header names of one program: lower-case name to slot. Immutable once compiled.
///
/// Look-up is an open-addressing table over the lower-cased bytes, at most half full, so that the
/// head parser asks with a range of its buffer and allocates nothing.
package struct HeaderNames: Sendable {
    /// Lower-case names in slot order.
    package private(set) var names: [[UInt8]] = []
    /// Slot numbers by hash; `.max` is a free entry. The count is a power of two, or zero.
    private var table: [UInt16] = []

    package init() {}

    /// The slot of `name` (any case), interning it if it is new.
    package mutating func intern(_ name: [UInt8]) -> FieldSlot {
        let known = slot(of: name)
        if known != .none { return known }
        names.append(name.map(asciiLowercase))
        if names.count * 2 > table.count {
            grow()
        } else {
            insert(names.count - 1)
        }
        return FieldSlot(index: UInt16(names.count - 1))
    }

    package var count: Int { names.count }

    /// The slot of `name` in any case; `.none` if no rule names it.
    package func slot(of name: some Collection<UInt8>) -> FieldSlot {
        guard !table.isEmpty else { return .none }
        var position = Self.hash(name) & (table.count - 1)
        while table[position] != .max {
            if isName(Int(table[position]), name) { return FieldSlot(index: table[position]) }
            position = (position + 1) & (table.count - 1)
        }
        return .none
    }

    /// The slot of the name at `range` of `bytes`, without allocating.
    package func slot(of bytes: [UInt8], _ range: ByteRange) -> FieldSlot {
        slot(of: bytes[range.indices])
    }

    private func isName(_ index: Int, _ name: some Collection<UInt8>) -> Bool {
        names[index].elementsEqual(name) { $0 == asciiLowercase($1) }
    }

    private mutating func grow() {
        table = [UInt16](repeating: .max, count: max(16, table.count * 2))
        for index in names.indices { insert(index) }
    }

    private mutating func insert(_ index: Int) {
        var position = Self.hash(names[index]) & (table.count - 1)
        while table[position] != .max { position = (position + 1) & (table.count - 1) }
        table[position] = UInt16(index)
    }

    /// FNV-1a. The table holds the names of the rules only, so a client cannot make it slow.
    private static func hash(_ name: some Collection<UInt8>) -> Int {
        var hash: UInt32 = 0x811c_9dc5
        for byte in name { hash = (hash ^ UInt32(asciiLowercase(byte))) &* 0x0100_0193 }
        return Int(hash)
    }
}
