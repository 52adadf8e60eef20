internal import COpenSSL

/// What a server decides while it reads a ClientHello: the certificate and the protocol.
enum Negotiation {
    /// `http/1.1`, RFC 7301 section 6, behind its length.
    static let protocols: [UInt8] = [8] + Array("http/1.1".utf8)

    static func install(in context: ContextHandle) {
        let raw = unsafe context.raw
        // Before the version is chosen: it may depend on the identity.
        unsafe SSL_CTX_set_client_hello_cb(
            raw,
            { ssl, _, _ in
                guard let ssl = unsafe ssl else { return SSL_CLIENT_HELLO_ERROR }
                return unsafe Negotiation.chooseIdentity(ssl)
                    ? SSL_CLIENT_HELLO_SUCCESS : SSL_CLIENT_HELLO_ERROR
            }, nil)
        // A server that used the name says so (RFC 6066 section 3).
        unsafe copenssl_set_server_name_callback(raw) { _, _, _ in SSL_TLSEXT_ERR_OK }
        unsafe SSL_CTX_set_alpn_select_cb(
            raw,
            { _, chosen, size, offered, count, _ in
                guard let chosen = unsafe chosen, let size = unsafe size,
                    let offered = unsafe offered
                else { return SSL_TLSEXT_ERR_ALERT_FATAL }
                let list = unsafe UnsafeBufferPointer(start: offered, count: Int(count))
                guard let range = unsafe Negotiation.http1(in: list) else {
                    return SSL_TLSEXT_ERR_ALERT_FATAL
                }
                unsafe chosen.pointee = unsafe offered + range.lowerBound
                unsafe size.pointee = UInt8(range.count)
                return SSL_TLSEXT_ERR_OK
            }, nil)
    }

    /// Where `http/1.1` stands in a list of names that each follow their length; nil: nowhere.
    static func http1(in list: some RandomAccessCollection<UInt8>) -> Range<Int>? {
        let list = Array(list)
        var index = 0
        while index < list.count {
            let end = index + 1 + Int(list[index])
            guard end <= list.count else { return nil }
            if list[index..<end].elementsEqual(protocols) { return index + 1..<end }
            index = end
        }
        return nil
    }

    private static func chooseIdentity(_ ssl: OpaquePointer) -> Bool {
        guard let connection = unsafe Connection.of(ssl), let listener = connection.listener else {
            return false
        }
        // There is a second ClientHello after a HelloRetryRequest, perhaps with another name.
        connection.serverName = nil
        var value: UnsafePointer<UInt8>?
        var count = 0
        let type = UInt32(TLSEXT_TYPE_server_name)
        guard unsafe SSL_client_hello_get0_ext(ssl, type, &value, &count) == 1 else {
            return unsafe use(listener.identities[0], ssl)
        }
        let bytes = unsafe UnsafeBufferPointer(start: value, count: count)
        // A malformed name is left to OpenSSL, which refuses it with the proper alert.
        guard let name = unsafe HostName.indicated(by: bytes) else {
            return unsafe use(listener.identities[0], ssl)
        }
        connection.serverName = String(decoding: name, as: UTF8.self)
        return unsafe use(listener.identity(for: name), ssl)
    }

    /// A change of context brings the certificate, the trusted authorities and the session
    /// context; the rest is copied to a connection when it is made.
    private static func use(_ identity: LoadedIdentity, _ ssl: OpaquePointer) -> Bool {
        guard unsafe SSL_set_SSL_CTX(ssl, identity.context.raw) != nil,
            unsafe copenssl_set_session_min_version(ssl, identity.minimumVersion) == 1
        else { return false }
        unsafe SSL_set_verify(ssl, identity.verifyMode, nil)
        return true
    }
}
