/// How the end of a message body is found (RFC 9112 section 6.3).
package enum BodyFraming: Hashable, Sendable {
    case none
    /// Content-Length, in bytes; at most 2^63 - 1.
    case length(UInt64)
    case chunked
    /// Responses only.
    case untilClose
}
