/// What an event is about: kind, slot, and the slot's generation, so that an event for an earlier
/// occupant of the slot is told from one for the present one.
struct Token {
    enum Kind: UInt64 {
        case mailbox, listener, client, upstream
    }

    var kind: Kind
    var slot: Int
    var generation: UInt32

    init(_ kind: Kind, slot: Int, generation: UInt32) {
        self.kind = kind
        self.slot = slot
        self.generation = generation
    }

    init?(raw: UInt64) {
        guard let kind = Kind(rawValue: raw >> 62) else { return nil }
        self.init(
            kind, slot: Int(raw & 0x3fff_ffff), generation: UInt32(raw >> 30 & 0xffff_ffff))
    }

    var raw: UInt64 { kind.rawValue << 62 | UInt64(generation) << 30 | UInt64(slot) }
}
