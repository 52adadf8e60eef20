internal import COpenSSL

/// Owns one `SSL_CTX` with what both sides have in common. Not changed once it is loaded; OpenSSL
/// counts references atomically, so threads may share it.
@safe final class ContextHandle: @unchecked Sendable {
    let raw: OpaquePointer

    enum Side {
        case server, client
    }

    /// TLS 1.2 with forward secrecy and authenticated encryption; the suites of 1.3 are all so.
    private static let ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL:!PSK"
    private static let groups = "X25519:P-256:P-384"

    /// nil: OpenSSL is out of memory or unusable on this machine.
    init?(_ side: Side) {
        guard Library.isReady else { return nil }
        let method = unsafe side == .server ? TLS_server_method() : TLS_client_method()
        guard let raw = unsafe SSL_CTX_new(method) else { return nil }
        unsafe self.raw = unsafe raw
        unsafe copenssl_set_options(raw)
        unsafe copenssl_set_release_buffers(raw)
        unsafe copenssl_set_no_session_cache(raw)
        unsafe SSL_CTX_set_security_level(raw, 2)
        guard unsafe copenssl_set_min_version(raw, TLS1_2_VERSION) == 1,
            unsafe SSL_CTX_set_cipher_list(raw, Self.ciphers) == 1,
            unsafe copenssl_set_groups(raw, Self.groups) == 1,
            unsafe SSL_CTX_set_max_early_data(raw, 0) == 1
        else { return nil }
    }

    deinit {
        unsafe SSL_CTX_free(raw)
    }
}
