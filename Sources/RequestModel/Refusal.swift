/// Why a request is refused before any rule sees it.
package struct Refusal: Error, Hashable, Sendable {
    /// 400, 421, 431, …
    package let status: UInt16
    package let reason: RefusalReason

    package init(_ status: UInt16, _ reason: RefusalReason) {
        self.status = status
        self.reason = reason
    }
}

/// Stable words of the access log and the metrics, one for each way a message can be unacceptable.
package enum RefusalReason: String, Error, CaseIterable, Sendable {
    // The request line and target (RFC 9112 section 3).
    case badRequestLine = "bad_request_line"
    case badMethod = "bad_method"
    case unknownMethod = "unknown_method"
    case badVersion = "bad_version"
    case badTarget = "bad_target"
    case targetTooLong = "target_too_long"
    case fragmentInTarget = "fragment_in_target"
    case connectRefused = "connect_refused"

    // The canonical request (language.md 3).
    case pathControlByte = "path_control_byte"
    case pathNonASCII = "path_non_ascii"
    case pathBackslash = "path_backslash"
    case pathBadEscape = "path_bad_escape"
    case pathEncodedSlash = "path_encoded_slash"
    case pathEncodedDotSegment = "path_encoded_dot_segment"
    case pathDotParameter = "path_dot_parameter"
    case pathEmptySegment = "path_empty_segment"
    case pathParameter = "path_parameter"
    case pathDoubleEncoding = "path_double_encoding"
    case queryControlByte = "query_control_byte"
    case missingHost = "missing_host"
    case duplicateHost = "duplicate_host"
    case badHost = "bad_host"
    case hostMismatch = "host_mismatch"
    case misdirected = "misdirected"

    // Header fields (RFC 9112 section 5).
    case badFieldName = "bad_field_name"
    case badFieldValue = "bad_field_value"
    case foldedField = "folded_field"
    case bareCarriageReturn = "bare_cr"
    case bareLineFeed = "bare_lf"
    case headTooLarge = "head_too_large"
    case tooManyFields = "too_many_fields"
    case badConnectionField = "bad_connection_field"

    // Framing (RFC 9112 section 6 and 7).
    case badContentLength = "bad_content_length"
    case lengthAndTransferEncoding = "length_and_transfer_encoding"
    case badTransferEncoding = "bad_transfer_encoding"
    case unknownTransferCoding = "unknown_transfer_coding"
    case badChunk = "bad_chunk"
    case badTrailer = "bad_trailer"
    case bodyTooLarge = "body_too_large"
    case truncatedBody = "truncated_body"
    case truncatedHead = "truncated_head"
    case plainHTTP = "plain_http"
    case bodyInTrace = "body_in_trace"

    // Time and policy.
    case headTimeout = "head_timeout"
    case bodyTimeout = "body_timeout"
    case badExpect = "bad_expect"
    case badUpgrade = "bad_upgrade"
    case badMaxForwards = "bad_max_forwards"

    // Upstream responses.
    case badStatusLine = "bad_status_line"
    case badResponseField = "bad_response_field"
    case badResponseLength = "bad_response_length"
    case tooManyInterim = "too_many_interim"
}
