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
    case connection, contentLength, cookie, date, expect, forwarded, host, http2Settings, keepAlive
    case maxForwards, proxyAuthenticate, proxyAuthorization, proxyConnection, requestID, setCookie
    case te, traceparent, tracestate, trailer, transferEncoding, upgrade
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
        case .tracestate: "tracestate"
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
/// Look-up is an open-addressing table, at most a quarter full, that also holds the names of
/// `FieldKind` and those that most heads have: a name that is found in it needs no check of its
/// bytes.
@usableFromInline
package struct HeaderNames: Sendable {
    /// What is known of a name.
    @usableFromInline
    package struct Found: Sendable {
        @usableFromInline package var slot: FieldSlot
        @usableFromInline package var kind: FieldKind

        @usableFromInline static let nothing = Found(slot: .none, kind: .other)
    }

    /// The tables, behind one reference: a value that is passed on costs one count and not three.
    @usableFromInline final class Tables: Sendable {
        @usableFromInline let names: [[UInt8]]
        @usableFromInline let spelled: [[UInt8]]
        @usableFromInline let table: [Entry]

        init(_ builder: HeaderNamesBuilder) {
            names = builder.names
            spelled = builder.spelled
            table = builder.table
        }
    }

    /// One name of the table. Those that could have a hash begin at its `place`, cut to as many
    /// bits as the table's count has, and go on to the first free entry.
    @usableFromInline package struct Entry: Sendable {
        /// The bytes of a name of at most 32 letters, digits and hyphens; of another name, and in a
        /// free entry, both are empty. A field name without control bytes is that name, in any
        /// case, just when its blocks are the same: every other byte that has `caseBits` in common
        /// with such a byte is a control byte.
        @usableFromInline package var head = NameBlock.empty
        @usableFromInline package var tail = NameBlock.empty
        /// Index into `spelled`; -1 for a free entry.
        @usableFromInline package var name: Int32 = -1
        @usableFromInline package var found = Found.nothing

        @inlinable package var isFree: Bool { name < 0 }
    }

    /// Up to sixteen bytes of a name with `caseBits`, the first one lowest, filled up with zeros.
    @usableFromInline package struct NameBlock: Sendable, Equatable {
        @usableFromInline package let first: UInt64
        @usableFromInline package let second: UInt64

        @inlinable @inline(__always)
        package init(first: UInt64, second: UInt64) {
            self.first = first
            self.second = second
        }

        @inlinable package static var empty: NameBlock { NameBlock(first: 0, second: 0) }
        @inlinable package static var width: Int { 16 }

        /// The bytes of `start..<end`, or the first sixteen of them.
        init(_ bytes: [UInt8], _ start: Int, _ end: Int) {
            let middle = min(start + 8, end)
            first = Self.word(bytes, start..<middle)
            second = Self.word(bytes, middle..<min(middle + 8, end))
        }

        private static func word(_ bytes: [UInt8], _ range: Range<Int>) -> UInt64 {
            if range.count == 8 { return ByteLanes.word(bytes, range.lowerBound) | caseBits }
            return range.reversed().reduce(0) { $0 << 8 | UInt64(bytes[$1] | 0x20) }
        }

        /// Mixes the next block of a name into the hash of those before it, which is 0 for the
        /// first one. The table holds the program's names only, so a client cannot make it slow.
        @inlinable @inline(__always)
        package func hash(_ before: UInt64) -> UInt64 {
            let mixed = (before ^ first ^ (second &<< 32 | second &>> 32)) &* 0x9e37_79b9_7f4a_7c15
            return mixed ^ mixed &>> 29
        }
    }

    /// Where a name of that hash is looked for first, before it is cut to the table's size: the
    /// bits that every byte of a name has its part in.
    @inlinable @inline(__always)
    package static func place(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash &>> 40) }

    @usableFromInline private(set) var tables: Tables

    package init() {
        self = Self.known
    }

    private init(_ tables: Tables) {
        self.tables = tables
    }

    /// Without any name of a rule.
    package static let known = HeaderNames(
        Tables(HeaderNamesBuilder(kinds: FieldKind.allCases, others: CommonNames.all)))

    /// The slot of `name` (any case), interning it if it is new.
    package mutating func intern(_ name: [UInt8]) -> FieldSlot {
        let known = slot(of: name)
        if known != .none { return known }
        var builder = HeaderNamesBuilder(tables)
        let slot = builder.intern(name.map(asciiLowercase))
        tables = Tables(builder)
        return slot
    }

    /// Lower-case names in slot order.
    package var names: [[UInt8]] { tables.names }

    package var count: Int { tables.names.count }

    /// The slot of `name` in any case; `.none` if no rule names it.
    package func slot(of name: some Collection<UInt8>) -> FieldSlot { lookUp(name).slot }

    /// What is known of a name in any case.
    package func lookUp(_ name: some Collection<UInt8>) -> Found {
        let name = Array(name)
        return find(name, name.indices)
    }

    /// What is known of the name at `range` of `bytes`.
    package func find(_ bytes: [UInt8], _ range: Range<Int>) -> Found {
        let mask = tables.table.count - 1
        var place = Self.place(Self.hash(bytes, range)) & mask
        while true {
            let entry = tables.table[place]
            if entry.isFree { return .nothing }
            if ASCII.matches(bytes, range, tables.spelled[Int(entry.name)]) { return entry.found }
            place = (place + 1) & mask
        }
    }

    /// The table itself, for a reader of many names.
    @inlinable package var entries: [Entry] { tables.table }

    /// With these bits, a letter is the same in either case.
    @inlinable package static var caseBits: UInt64 { 0x2020_2020_2020_2020 }

    static func hash(_ bytes: [UInt8], _ name: Range<Int>) -> UInt64 {
        var hash: UInt64 = 0
        for start in stride(from: name.lowerBound, to: name.upperBound, by: NameBlock.width) {
            hash = NameBlock(bytes, start, name.upperBound).hash(hash)
        }
        return hash
    }
}
