/// A number for each header, cookie or query name that a program of rules asks for. The head parser
/// looks each received header name up here in its single pass, so that a rule's atom finds its
/// field lines without comparing names again.
@usableFromInline
package struct FieldSlot: Hashable, Sendable {
    @usableFromInline package let index: UInt16
    @inlinable package init(index: UInt16) { self.index = index }

    /// A header that no rule names.
    @inlinable package static var none: FieldSlot { FieldSlot(index: .max) }
}

/// The fields that the router itself reads, rewrites or drops, told apart once by the head parser.
@usableFromInline
package enum FieldKind: Sendable, CaseIterable {
    /// Carried on, of no interest to the router.
    case other
    case connection, contentLength, cookie, date, expect, forwarded, host, keepAlive
    case proxyConnection, requestID, setCookie, te, traceparent, trailer, transferEncoding, upgrade
    case xForwardedFor, xForwardedHost, xForwardedProto

    /// Lower case; empty for `other`.
    package var name: String {
        switch self {
        case .other: ""
        case .connection: "connection"
        case .contentLength: "content-length"
        case .cookie: "cookie"
        case .date: "date"
        case .expect: "expect"
        case .forwarded: "forwarded"
        case .host: "host"
        case .keepAlive: "keep-alive"
        case .proxyConnection: "proxy-connection"
        case .requestID: "x-request-id"
        case .setCookie: "set-cookie"
        case .te: "te"
        case .traceparent: "traceparent"
        case .trailer: "trailer"
        case .transferEncoding: "transfer-encoding"
        case .upgrade: "upgrade"
        case .xForwardedFor: "x-forwarded-for"
        case .xForwardedHost: "x-forwarded-host"
        case .xForwardedProto: "x-forwarded-proto"
        }
    }

    /// Whether the field belongs to one connection and is not forwarded (RFC 9110 section 7.6.1).
    /// The authentication fields of proxies do not: a gateway forwards them.
    package var isHopByHop: Bool {
        switch self {
        case .connection, .keepAlive, .proxyConnection, .te, .trailer, .transferEncoding, .upgrade:
            true
        default: false
        }
    }
}

/// The interned header names of one program: lower-case name to slot. Immutable once compiled.
///
/// Look-up is an open-addressing table, at most half full, that also holds the names of `FieldKind`
/// and those that most heads have: a name that is found in it needs no check of its bytes.
@usableFromInline
package struct HeaderNames: Sendable {
    /// What is known of a name.
    @usableFromInline
    package struct Found: Sendable {
        @usableFromInline package var slot: FieldSlot
        @usableFromInline package var kind: FieldKind

        @usableFromInline static let nothing = Found(slot: .none, kind: .other)
    }

    @usableFromInline struct Entry: Sendable {
        @usableFromInline var hash: UInt32 = 0
        /// Index into `spelled`; -1 for a free entry.
        @usableFromInline var name: Int32 = -1
        /// Index into `words`.
        @usableFromInline var word: UInt32 = 0
        @usableFromInline var found = Found.nothing
        /// Bytes of a name that `words` tells exactly; 0 for another.
        @usableFromInline var plainCount: UInt8 = 0
    }

    /// Lower-case names in slot order.
    package private(set) var names: [[UInt8]] = []
    /// Every name in the table.
    private var spelled: [[UInt8]] = []
    /// Their bytes with `caseBits`, eight in each, the first one lowest, a last piece filled up
    /// with zeros.
    @usableFromInline private(set) var words: [UInt64] = []
    /// The count is a power of two.
    @usableFromInline private(set) var table: [Entry]

    package init() {
        self = Self.known
    }

    private init(kinds: [FieldKind], others: [String]) {
        table = [Entry](repeating: Entry(), count: 256)
        for kind in kinds where kind != .other {
            add(Array(kind.name.utf8), Found(slot: .none, kind: kind))
        }
        for name in others { add(Array(name.utf8), .nothing) }
    }

    /// Without any name of a rule.
    package static let known = HeaderNames(kinds: FieldKind.allCases, others: CommonNames.all)

    /// The slot of `name` (any case), interning it if it is new.
    package mutating func intern(_ name: [UInt8]) -> FieldSlot {
        let known = slot(of: name)
        if known != .none { return known }
        let lower = name.map(asciiLowercase)
        let slot = FieldSlot(index: UInt16(names.count))
        names.append(lower)
        if let position = position(of: lower) {
            table[position].found.slot = slot
        } else {
            add(lower, Found(slot: slot, kind: .other))
        }
        return slot
    }

    package var count: Int { names.count }

    /// The slot of `name` in any case; `.none` if no rule names it.
    package func slot(of name: some Collection<UInt8>) -> FieldSlot { lookUp(name).slot }

    /// What is known of a name in any case.
    package func lookUp(_ name: some Collection<UInt8>) -> Found {
        position(of: Array(name)).map { table[$0].found } ?? .nothing
    }

    /// What is known of the name at `range` of `bytes`, whose `hash` is that of `fold` over it.
    package func find(_ hash: UInt64, _ bytes: [UInt8], _ range: Range<Int>) -> Found {
        position(hash, bytes, range).map { table[$0].found } ?? .nothing
    }

    /// The entries that could be of a name with this hash begin at this place of the table.
    @inlinable package func place(_ hash: UInt64) -> Int {
        Int(truncatingIfNeeded: hash) & (table.count - 1)
    }

    /// The place to look at after `place`.
    @inlinable package func place(after place: Int) -> Int { (place + 1) & (table.count - 1) }

    @inlinable package func isFree(_ place: Int) -> Bool { table[place].name < 0 }

    /// Where the words of the name at `place` begin, if they tell the name exactly and it has this
    /// hash and so many bytes: a name of letters, digits and hyphens. A field name without control
    /// bytes is that name, in any case, just when its words with `caseBits` are the same: every
    /// other byte that has them in common is a control byte.
    @inlinable package func candidate(_ place: Int, _ hash: UInt64, count: Int) -> Int? {
        let entry = table[place]
        guard entry.hash == UInt32(truncatingIfNeeded: hash >> 32), Int(entry.plainCount) == count
        else { return nil }
        return Int(entry.word)
    }

    @inlinable package func word(_ index: Int) -> UInt64 { words[index] }

    @inlinable package func found(_ place: Int) -> Found { table[place].found }

    /// With these bits, a letter is the same in either case.
    @inlinable package static var caseBits: UInt64 { 0x2020_2020_2020_2020 }

    /// Mixes the next eight bytes of a name with `caseBits`, the first one lowest, a last piece
    /// filled up with zeros. The table holds the program's names only, so a client cannot make it
    /// slow.
    @inlinable
    package static func fold(_ hash: UInt64, _ word: UInt64) -> UInt64 {
        let mixed = (hash ^ word) &* 0x9e37_79b9_7f4a_7c15
        return mixed ^ mixed >> 29
    }

    /// The hash of a whole name.
    package static func hash(_ name: some Collection<UInt8>) -> UInt64 {
        words(name).reduce(0, fold)
    }

    private static func words(_ name: some Collection<UInt8>) -> [UInt64] {
        var words: [UInt64] = []
        for (index, byte) in name.enumerated() {
            if index & 7 == 0 { words.append(0) }
            words[index / 8] |= UInt64(byte | 0x20) << UInt64(8 * (index & 7))
        }
        return words
    }

    private func position(of name: [UInt8]) -> Int? {
        position(Self.hash(name), name, name.indices)
    }

    private func position(_ hash: UInt64, _ bytes: [UInt8], _ range: Range<Int>) -> Int? {
        var position = place(hash)
        while table[position].name >= 0 {
            if table[position].hash == UInt32(truncatingIfNeeded: hash >> 32),
                ASCII.matches(bytes, range, spelled[Int(table[position].name)])
            {
                return position
            }
            position = place(after: position)
        }
        return nil
    }

    private mutating func add(_ name: [UInt8], _ found: Found) {
        var entry = Entry()
        entry.hash = UInt32(truncatingIfNeeded: Self.hash(name) >> 32)
        entry.name = Int32(spelled.count)
        entry.found = found
        let isPlain = name.allSatisfy { ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        if isPlain, let count = UInt8(exactly: name.count) {
            entry.plainCount = count
            entry.word = UInt32(words.count)
            words += Self.words(name)
        }
        spelled.append(name)
        if spelled.count * 2 > table.count { grow() }
        insert(entry)
    }

    private mutating func grow() {
        let entries = table.filter { $0.name >= 0 }
        table = [Entry](repeating: Entry(), count: table.count * 2)
        for entry in entries { insert(entry) }
    }

    private mutating func insert(_ entry: Entry) {
        var position = place(Self.hash(spelled[Int(entry.name)]))
        while table[position].name >= 0 { position = place(after: position) }
        table[position] = entry
    }
}
