/// What a request *is* for matching: the canonical request of language.md 3 to 5, as ranges into
/// one
/// byte arena.
///
/// A worker owns one view and fills it for each request: the head parser copies the head's bytes in
/// and records field lines, then `canonicalise` derives host, path, query, scheme and client.
/// Arrays
/// keep their capacity, so a steady stream of requests allocates nothing. A view is a value: the
/// evaluators are pure functions of it.
package struct RequestView: Sendable {
    /// The arena: the head as received, followed by bytes derived from it (the canonical path, …).
    package var bytes: [UInt8] = []

    // As received.
    package var method: ByteRange = .empty
    /// The request-target of the request line (RFC 9112 section 3.2).
    package var target: ByteRange = .empty
    package var version: HTTPVersion = .http11
    /// The header field lines in the order received, values without surrounding white space.
    package var fields: [FieldLine] = []
    /// The lines that a reader of `fields` has to look at. The others are ordinary ones, each of
    /// which follows the line before it in `bytes`.
    package var special = LineSet.all

    // Canonical.
    package var scheme: Scheme = .http
    /// Lower case, no port, no final dot; empty when the request has no host.
    package var host: ByteRange = .empty
    /// The listener's port; 0 on a unix socket.
    package var port: UInt16 = 0
    /// The path as received, without the query.
    package var rawPath: ByteRange = .empty
    package var path: ByteRange = .empty
    /// The query as received, without its "?". Absent is not empty.
    package var query: ByteRange?
    /// Lower case; only there with `Connection: upgrade`.
    package var upgrade: ByteRange?

    // The connection.
    /// The client as `trusted_proxies` found it; the peer itself without a trusted proxy. The
    /// address is absent on a unix socket.
    package var client = Endpoint()
    package var peer = Endpoint()
    /// The name of the listener, or its address text without `as`.
    package var listener: ByteRange = .empty
    package var tls: TLSFacts?
    /// Milliseconds since the Unix epoch, sampled once a request.
    package var now: Int64 = 0

    package init() {}
}

/// One header field line: ranges into `RequestView.bytes`.
@usableFromInline
package struct FieldLine: Sendable, Hashable {
    /// As received; names ignore case.
    @usableFromInline package var name: ByteRange
    @usableFromInline package var value: ByteRange
    /// The slot of the name in the program that evaluates the request, or `.none`.
    @usableFromInline package var slot: FieldSlot
    @usableFromInline package var kind: FieldKind
    /// CGI and its heirs read "_" as "-": such a name may speak for another field.
    @usableFromInline package var hasUnderscore: Bool
    /// The line is `name: value CRLF` as it stands.
    @usableFromInline package var isVerbatim: Bool

    /// Of no interest to the router but for a rule that names it, and passed on as it stands.
    @inlinable package var isOrdinary: Bool { kind == .other && isVerbatim && !hasUnderscore }

    @inlinable package init(
        name: ByteRange, value: ByteRange, slot: FieldSlot = FieldSlot.none,
        kind: FieldKind = .other,
        hasUnderscore: Bool = false, isVerbatim: Bool = false
    ) {
        self.hasUnderscore = hasUnderscore
        self.isVerbatim = isVerbatim
        self.name = name
        self.value = value
        self.slot = slot
        self.kind = kind
    }
}

// Without these comparisons other modules would compare by a call through a table of the type.

@usableFromInline
package enum HTTPVersion: Sendable, Hashable {
    case http10, http11, http2, http3

    @inlinable package static func == (one: HTTPVersion, other: HTTPVersion) -> Bool {
        switch (one, other) {
        case (.http10, .http10), (.http11, .http11), (.http2, .http2), (.http3, .http3): true
        default: false
        }
    }
}

@usableFromInline
package enum Scheme: Sendable, Hashable {
    case http, https

    @inlinable package static func == (one: Scheme, other: Scheme) -> Bool {
        switch (one, other) {
        case (.http, .http), (.https, .https): true
        default: false
        }
    }
}

package struct Endpoint: Sendable, Hashable {
    package var ip: IPAddress?
    package var port: UInt16?

    package init(ip: IPAddress? = nil, port: UInt16? = nil) {
        self.ip = ip
        self.port = port
    }
}

/// What the TLS handshake of the connection said: ranges into `RequestView.bytes`.
package struct TLSFacts: Sendable, Hashable {
    package var sni: ByteRange?
    /// `1.2` or `1.3`.
    package var version: ByteRange
    package var alpn: ByteRange?
    package var clientSubject: ByteRange?
    package var clientVerified: Bool

    package init(
        sni: ByteRange? = nil, version: ByteRange, alpn: ByteRange? = nil,
        clientSubject: ByteRange? = nil, clientVerified: Bool = false
    ) {
        self.sni = sni
        self.version = version
        self.alpn = alpn
        self.clientSubject = clientSubject
        self.clientVerified = clientVerified
    }
}
