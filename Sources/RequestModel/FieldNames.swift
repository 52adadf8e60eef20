/// A number for each header, cookie or query name that a program of rules asks for. The head parser
/// looks each received header name up here in its single pass, so that a rule's atom finds its
/// field lines without comparing names again.
@usableFromInline
package struct FieldSlot: Hashable, Sendable {
    @usableFromInline package let index: UInt16
    @inlinable package init(index: UInt16) { self.index = index }

    /// A header that no rule names.
    package static let none = FieldSlot(index: .max)
}

/// The fields that the router itself reads, rewrites or drops, told apart once by the head parser.
@usableFromInline
package enum FieldKind: Sendable, CaseIterable {
    /// Carried on, of no interest to the router.
    case other
    case connection, contentLength, cookie, date, expect, forwarded, host, http2Settings, keepAlive
    case maxForwards, proxyAuthenticate, proxyAuthorization, proxyConnection, requestID, setCookie
    case te, traceparent, trailer, transferEncoding, upgrade
    case xForwardedFor, xForwardedHost, xForwardedProto
    /// The other fields by which proxies speak of a client.
    case xForwardedOther

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
        case .http2Settings: "http2-settings"
        case .keepAlive: "keep-alive"
        case .maxForwards: "max-forwards"
        case .proxyAuthenticate: "proxy-authenticate"
        case .proxyAuthorization: "proxy-authorization"
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
        case .xForwardedOther: "x-forwarded-port"
        }
    }

    /// More names of a kind.
    static let synonyms: [(name: String, kind: FieldKind)] = [
        ("x-forwarded-server", .xForwardedOther), ("x-forwarded-ssl", .xForwardedOther),
        ("x-forwarded-prefix", .xForwardedOther), ("x-forwarded-scheme", .xForwardedOther),
    ]

    /// Whether the field belongs to one connection and is not forwarded (RFC 9110 section 7.6.1).
    /// So do those by which a proxy asks its own client who it is: their credentials are nobody
    /// else's (RFC 9110 section 11.7), and the settings of a dropped h2c upgrade.
    package var isHopByHop: Bool {
        switch self {
        case .connection, .http2Settings, .keepAlive, .proxyAuthenticate, .proxyAuthorization,
            .proxyConnection, .te, .trailer, .transferEncoding, .upgrade:
            true
        default: false
        }
    }
}

/// The interned header names of one program: lower-case name to slot. Immutable once compiled.
///
/// Look-up is an open-addressing table over the lower-cased bytes, at most half full, that also
/// holds the names of `FieldKind`: the head parser hashes a name while it checks its bytes, asks
/// once, and allocates nothing.
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
        @usableFromInline var hash: UInt64 = 0
        /// Index into `spelled`; -1 for a free entry.
        @usableFromInline var name: Int32 = -1
        @usableFromInline var found = Found.nothing
    }

    /// Lower-case names in slot order.
    package private(set) var names: [[UInt8]] = []
    /// Every name in the table.
    @usableFromInline private(set) var spelled: [[UInt8]] = []
    /// The count is a power of two.
    @usableFromInline private(set) var table: [Entry]

    package init() {
        self = Self.known
    }

    private init(kinds: [FieldKind]) {
        table = [Entry](repeating: Entry(), count: 64)
        for kind in kinds where kind != .other {
            add(Array(kind.name.utf8), Found(slot: .none, kind: kind))
        }
        for synonym in FieldKind.synonyms {
            add(Array(synonym.name.utf8), Found(slot: .none, kind: synonym.kind))
        }
    }

    /// Without any name of a rule.
    package static let known = HeaderNames(kinds: FieldKind.allCases)

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
    @inlinable
    package func find(_ hash: UInt64, _ bytes: [UInt8], _ range: Range<Int>) -> Found {
        let mask = table.count - 1
        var position = Int(truncatingIfNeeded: hash) & mask
        while table[position].name >= 0 {
            if table[position].hash == hash, isName(Int(table[position].name), bytes, range) {
                return table[position].found
            }
            position = (position + 1) & mask
        }
        return .nothing
    }

    /// Mixes the next eight bytes of a name, the first one lowest, in lower case, a last piece
    /// filled up with zeros. The table holds the names of the rules only, so a client cannot make
    /// it slow.
    @inlinable
    package static func fold(_ hash: UInt64, _ word: UInt64) -> UInt64 {
        let mixed = (hash ^ word) &* 0x9e37_79b9_7f4a_7c15
        return mixed ^ mixed >> 29
    }

    /// The hash of a whole name.
    package static func hash(_ name: some Collection<UInt8>) -> UInt64 {
        var hash: UInt64 = 0
        var word: UInt64 = 0
        var count: UInt64 = 0
        for byte in name {
            word |= UInt64(asciiLowercase(byte)) << (8 * (count & 7))
            count += 1
            guard count & 7 == 0 else { continue }
            hash = fold(hash, word)
            word = 0
        }
        return count & 7 == 0 ? hash : fold(hash, word)
    }

    private func position(of name: [UInt8]) -> Int? {
        var position = Int(truncatingIfNeeded: Self.hash(name)) & (table.count - 1)
        while table[position].name >= 0 {
            if isName(Int(table[position].name), name, name.indices) { return position }
            position = (position + 1) & (table.count - 1)
        }
        return nil
    }

    @usableFromInline func isName(_ index: Int, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        ASCII.matches(bytes, range, spelled[index])
    }

    private mutating func add(_ name: [UInt8], _ found: Found) {
        spelled.append(name)
        if spelled.count * 2 > table.count { grow() }
        insert(
            Entry(
                hash: Self.hash(name), name: Int32(spelled.count - 1),
                found: found))
    }

    private mutating func grow() {
        let entries = table.filter { $0.name >= 0 }
        table = [Entry](repeating: Entry(), count: table.count * 2)
        for entry in entries { insert(entry) }
    }

    private mutating func insert(_ entry: Entry) {
        var position = Int(truncatingIfNeeded: entry.hash) & (table.count - 1)
        while table[position].name >= 0 { position = (position + 1) & (table.count - 1) }
        table[position] = entry
    }
}
