internal import COpenSSL

/// What is known about a connection after its handshake.
package struct TLSSessionFacts: Sendable, Hashable {
    /// The name that the client asked for (SNI), lower case.
    package var serverName: String?
    /// `1.2` or `1.3`.
    package var version: String
    /// `http/1.1`; nil without ALPN.
    package var alpn: String?
    /// The subject of the client's certificate on one line (RFC 2253).
    package var clientSubject: String?
    /// Whether the client sent a certificate, and it is valid.
    package var clientVerified: Bool
    /// Whether a ticket of an earlier connection was used.
    package var wasResumed: Bool
    /// OpenSSL's name, such as `TLS_AES_256_GCM_SHA384`.
    package var cipher: String
}

extension TLSSession {
    /// Empty names before the end of the handshake. Allocates: ask once for each connection.
    package var facts: TLSSessionFacts {
        let subject = clientSubject
        return TLSSessionFacts(
            serverName: serverName, version: version, alpn: applicationProtocol,
            clientSubject: subject,
            clientVerified: unsafe subject != nil && SSL_get_verify_result(raw) == X509_V_OK,
            wasResumed: unsafe SSL_session_reused(raw) == 1, cipher: cipher)
    }

    private var isServer: Bool { unsafe SSL_is_server(raw) == 1 }

    private var serverName: String? {
        if isServer { return connection.serverName }
        guard let name = unsafe SSL_get_servername(raw, TLSEXT_NAMETYPE_host_name) else {
            return nil
        }
        return unsafe String(cString: name)
    }

    private var version: String {
        switch unsafe SSL_version(raw) {
        case TLS1_2_VERSION: "1.2"
        case TLS1_3_VERSION: "1.3"
        default: ""
        }
    }

    private var applicationProtocol: String? {
        var start: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        unsafe SSL_get0_alpn_selected(raw, &start, &count)
        guard let start = unsafe start, count > 0 else { return nil }
        let bytes = unsafe UnsafeBufferPointer(start: start, count: Int(count))
        return unsafe String(decoding: bytes, as: UTF8.self)
    }

    private var clientSubject: String? {
        guard isServer, let certificate = unsafe SSL_get0_peer_certificate(raw) else { return nil }
        return unsafe Certificate(certificate).subject
    }

    private var cipher: String {
        guard let cipher = unsafe SSL_get_current_cipher(raw),
            let name = unsafe SSL_CIPHER_get_name(cipher)
        else { return "" }
        return unsafe String(cString: name)
    }
}
