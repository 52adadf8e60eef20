/// The tables of `HeaderNames` while names are added.
struct HeaderNamesBuilder {
    /// Lower-case names in slot order.
    private(set) var names: [[UInt8]] = []
    /// Every name in the table.
    private(set) var spelled: [[UInt8]] = []
    /// The count is a power of two.
    private(set) var table: [HeaderNames.Entry]

    init(kinds: [FieldKind], others: [String]) {
        table = [HeaderNames.Entry](repeating: HeaderNames.Entry(), count: 512)
        for kind in kinds where kind != .other {
            add(Array(kind.name.utf8), HeaderNames.Found(slot: .none, kind: kind))
        }
        for synonym in FieldKind.synonyms {
            add(
                Array(synonym.name.utf8), HeaderNames.Found(slot: .none, kind: synonym.kind))
        }
        for name in others { add(Array(name.utf8), .nothing) }
    }

    init(_ tables: HeaderNames.Tables) {
        names = tables.names
        spelled = tables.spelled
        table = tables.table
    }

    /// Gives a lower-case name that has no slot the next one.
    mutating func intern(_ name: [UInt8]) -> FieldSlot {
        let slot = FieldSlot(index: UInt16(names.count))
        names.append(name)
        if let position = table.firstIndex(where: { $0.name >= 0 && spelled[Int($0.name)] == name })
        {
            table[position].found.slot = slot
        } else {
            add(name, HeaderNames.Found(slot: slot, kind: .other))
        }
        return slot
    }

    private mutating func add(_ name: [UInt8], _ found: HeaderNames.Found) {
        var entry = HeaderNames.Entry()
        entry.name = Int32(spelled.count)
        entry.found = found
        let isPlain = name.allSatisfy { ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        let middle = min(HeaderNames.NameBlock.width, name.count)
        if isPlain, name.count <= 2 * HeaderNames.NameBlock.width {
            entry.head = HeaderNames.NameBlock(name, 0, middle)
            entry.tail = HeaderNames.NameBlock(name, middle, name.count)
        }
        spelled.append(name)
        if spelled.count * 4 > table.count { grow() }
        insert(entry)
    }

    private mutating func grow() {
        let entries = table.filter { $0.name >= 0 }
        table = [HeaderNames.Entry](repeating: HeaderNames.Entry(), count: table.count * 2)
        for entry in entries { insert(entry) }
    }

    private mutating func insert(_ entry: HeaderNames.Entry) {
        let mask = table.count - 1
        let name = spelled[Int(entry.name)]
        let hash = HeaderNames.hash(name, name.indices)
        var position = HeaderNames.place(hash) & mask
        while table[position].name >= 0 { position = (position + 1) & mask }
        table[position] = entry
    }
}
