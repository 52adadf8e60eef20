/// How the end of a message body is found (RFC 9112 section 6.3).
@usableFromInline
package enum BodyFraming: Hashable, Sendable {
    case none
    /// Content-Length, in bytes; at most 2^63 - 1.
    case length(UInt64)
    case chunked
    /// Responses only.
    case untilClose

    /// Whether body bytes may follow the head.
    @inlinable package var hasBody: Bool {
        switch self {
        case .none, .length(0): false
        case .length, .chunked, .untilClose: true
        }
    }

    @inlinable package var isChunked: Bool {
        if case .chunked = self { true } else { false }
    }

    @inlinable package var isNone: Bool {
        if case .none = self { true } else { false }
    }
}
