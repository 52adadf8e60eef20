/// What one call of `TLSSession.receive` did.
package struct TLSProgress: Sendable {
    /// How far a connection is.
    package enum State: Sendable, Hashable {
        case handshaking
        case open
        /// The peer sent close_notify: nothing more will come from it.
        case closed
        /// For good; an alert for the peer may be in the output.
        case failed(TLSFailure)
    }

    /// Bytes written to the plaintext buffer.
    package var produced: Int
    /// The plaintext buffer is full and there may be more: call again with an empty range.
    package var hasMore: Bool
    package var state: State
}

/// Why a connection failed.
package struct TLSFailure: Sendable, Hashable {
    /// A short identifier for logs and metrics, from a fixed set: `tls_` and a word.
    package var reason: String
    /// The peer speaks HTTP without TLS.
    package var isPlainHTTP: Bool { reason == Self.plainHTTP }

    static let plainHTTP = "tls_plain_http"
    /// OpenSSL's words, lower case.
    package var detail: String
}
