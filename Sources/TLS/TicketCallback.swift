internal import COpenSSL

/// Seals and opens the tickets of both protocol versions with `TicketKeys`; results are those of
/// `SSL_CTX_set_tlsext_ticket_key_evp_cb`.
enum TicketCallback {
    private static let failed: Int32 = -1
    private static let unknownKey: Int32 = 0
    private static let done: Int32 = 1
    private static let doneRenew: Int32 = 2

    static func install(in context: ContextHandle) {
        _ = unsafe SSL_CTX_set_tlsext_ticket_key_evp_cb(context.raw) {
            ssl, name, vector, cipher, mac, encrypts in
            guard let ssl = unsafe ssl, let name = unsafe name, let vector = unsafe vector,
                let listener = unsafe Connection.of(ssl)?.listener
            else { return TicketCallback.failed }
            let keys = listener.tickets
            if encrypts != 0 {
                return unsafe TicketCallback.seal(keys, name, vector, cipher, mac)
            }
            // TLS 1.3 tickets are for one use (RFC 8446 appendix C.4): each is replaced.
            let isSingleUse = unsafe SSL_version(ssl) == TLS1_3_VERSION
            return unsafe TicketCallback.open(keys, name, vector, cipher, mac, isSingleUse)
        }
    }

    private static func seal(
        _ keys: TicketKeys, _ name: UnsafeMutablePointer<UInt8>,
        _ vector: UnsafeMutablePointer<UInt8>, _ cipher: OpaquePointer?, _ mac: OpaquePointer?
    ) -> Int32 {
        var key = keys.current
        unsafe name.update(from: key.name, count: TicketKey.nameSize)
        guard unsafe RAND_bytes(vector, Int32(TicketKey.initialisationVectorSize)) == 1,
            unsafe EVP_EncryptInit_ex(cipher, EVP_aes_256_cbc(), nil, key.encryption, vector) == 1,
            unsafe copenssl_mac_set_key(mac, &key.authentication, key.authentication.count) == 1
        else { return failed }
        return done
    }

    private static func open(
        _ keys: TicketKeys, _ name: UnsafeMutablePointer<UInt8>,
        _ vector: UnsafeMutablePointer<UInt8>, _ cipher: OpaquePointer?, _ mac: OpaquePointer?,
        _ isSingleUse: Bool
    ) -> Int32 {
        let sought = unsafe UnsafeBufferPointer(start: name, count: TicketKey.nameSize)
        guard let (found, isCurrent) = unsafe keys.key(named: sought) else { return unknownKey }
        var key = found
        guard
            unsafe copenssl_mac_set_key(mac, &key.authentication, key.authentication.count) == 1,
            unsafe EVP_DecryptInit_ex(cipher, EVP_aes_256_cbc(), nil, key.encryption, vector) == 1
        else { return failed }
        return isCurrent && !isSingleUse ? done : doneRenew
    }
}
