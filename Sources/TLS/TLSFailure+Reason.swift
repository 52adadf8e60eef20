internal import COpenSSL

extension TLSFailure {
    /// From OpenSSL's error queue after a failed operation. `verification` is the session's
    /// `X509_V_*` result; `firstByte` the first one that came from the peer.
    static func current(verification: Int, firstByte: UInt8?) -> TLSFailure {
        // Parsers and ciphers complain before libssl does.
        let errors = [LibraryError.first, LibraryError.last].compactMap { $0 }
        guard let error = errors.first(where: { $0.library == ERR_LIB_SSL }) else {
            return TLSFailure(
                reason: "tls_failed", detail: errors.first?.text ?? "the record layer failed")
        }
        let reason = reason(error.reason, firstByte)
        guard reason == "tls_verification_failed", verification != X509_V_OK,
            let words = unsafe X509_verify_cert_error_string(verification)
        else { return TLSFailure(reason: reason, detail: error.text) }
        return TLSFailure(reason: reason, detail: unsafe String(cString: words).lowercased())
    }

    private static func reason(_ reason: Int32, _ firstByte: UInt8?) -> String {
        switch reason {
        case SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST: TLSFailure.plainHTTP
        // OpenSSL knows four methods and no responses; no TLS record starts with a letter.
        case SSL_R_WRONG_VERSION_NUMBER:
            isLetter(firstByte) ? TLSFailure.plainHTTP : "tls_protocol_version"
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_VERSION_TOO_LOW, SSL_R_VERSION_TOO_HIGH,
            SSL_R_WRONG_SSL_VERSION, SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
            "tls_protocol_version"
        case SSL_R_NO_SHARED_CIPHER, SSL_R_NO_CIPHERS_SPECIFIED: "tls_no_shared_cipher"
        case SSL_R_NO_SHARED_GROUPS, SSL_R_NO_SUITABLE_KEY_SHARE, SSL_R_NO_SUITABLE_GROUPS:
            "tls_no_shared_group"
        case SSL_R_NO_APPLICATION_PROTOCOL, alert(SSL_AD_NO_APPLICATION_PROTOCOL):
            "tls_no_application_protocol"
        case SSL_R_CERTIFICATE_VERIFY_FAILED: "tls_verification_failed"
        case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE: "tls_no_certificate"
        case alert(SSL_AD_BAD_CERTIFICATE), alert(SSL_AD_UNSUPPORTED_CERTIFICATE),
            alert(SSL_AD_CERTIFICATE_REVOKED), alert(SSL_AD_CERTIFICATE_EXPIRED),
            alert(SSL_AD_CERTIFICATE_UNKNOWN), alert(SSL_AD_UNKNOWN_CA),
            alert(TLS13_AD_CERTIFICATE_REQUIRED):
            "tls_bad_certificate"
        default: "tls_failed"
        }
    }

    /// OpenSSL's reason for an alert that the peer sent.
    private static func alert(_ number: Int32) -> Int32 { SSL_AD_REASON_OFFSET + number }

    private static func isLetter(_ byte: UInt8?) -> Bool {
        guard let byte else { return false }
        return UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
    }
}
