/// A number for each header, cookie or query name that a program of rules asks for. The head parser
/// looks each received header name up here in its single pass, so that a rule's atom finds its field
/// lines without comparing names again.
package struct FieldSlot: Hashable, Sendable {
    package let index: UInt16
    package init(index: UInt16) { self.index = index }

    /// A header that no rule names.
    package static let none = FieldSlot(index: .max)
}

/// The interned header names of one program: lower-case name to slot. Immutable once compiled.
package struct HeaderNames: Sendable {
    /// Lower-case names in slot order.
    package private(set) var names: [[UInt8]] = []
    private var slots: [[UInt8]: FieldSlot] = [:]

    package init() {}

    /// The slot of `name` (any case), interning it if it is new.
    package mutating func intern(_ name: [UInt8]) -> FieldSlot {
        let lower = name.map(asciiLowercase)
        if let slot = slots[lower] { return slot }
        let slot = FieldSlot(index: UInt16(names.count))
        names.append(lower)
        slots[lower] = slot
        return slot
    }

    package var count: Int { names.count }
}

/// ASCII lower case of one byte; other bytes are themselves.
@inlinable
package func asciiLowercase(_ byte: UInt8) -> UInt8 {
    byte &- 0x41 < 26 ? byte | 0x20 : byte
}
