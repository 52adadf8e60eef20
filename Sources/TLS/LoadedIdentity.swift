internal import COpenSSL

/// A `TLSIdentity` with its files read.
struct LoadedIdentity: Sendable {
    var context: ContextHandle
    /// `SSL_VERIFY_*`
    var verifyMode: Int32
    /// `TLS1_2_VERSION` or `TLS1_3_VERSION`
    var minimumVersion: Int32
    /// Lower case; wildcards as written.
    var hostNames: [[UInt8]]
    var warnings: [String]

    static func load(_ identity: TLSIdentity) -> Result<LoadedIdentity, TLSError> {
        guard let version = Library.version(named: identity.minimumVersion) else {
            return .failure(TLSError("`\(identity.minimumVersion)` is no version of TLS"))
        }
        guard let context = ContextHandle(.server) else {
            return .failure(TLSError("libssl cannot be used"))
        }
        let wrongFile =
            context.useCertificate(identity.certificatePath, key: identity.keyPath)
            ?? trustClients(identity, context)
        if let wrongFile { return .failure(wrongFile) }
        guard let certificate = Certificate(of: context) else {
            return .failure(TLSError("`\(identity.certificatePath)` holds no PEM certificate"))
        }
        let loaded = LoadedIdentity(
            context: context, verifyMode: verifyMode(identity.clientVerification),
            minimumVersion: version, hostNames: certificate.hostNames,
            warnings: warnings(certificate, identity.certificatePath))
        guard loaded.configure(clientCAPath: identity.clientCAPath) else {
            return .failure(TLSError("libssl cannot be used"))
        }
        return .success(loaded)
    }

    private static func verifyMode(_ verification: TLSIdentity.ClientVerification) -> Int32 {
        switch verification {
        case .none: SSL_VERIFY_NONE
        case .optional: SSL_VERIFY_PEER
        case .required: SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT
        }
    }

    private static func trustClients(
        _ identity: TLSIdentity, _ context: ContextHandle
    ) -> TLSError? {
        guard identity.clientVerification != .none else { return nil }
        guard let path = identity.clientCAPath else {
            return TLSError("client certificates are verified, but no authority is given")
        }
        return context.trust(path) ?? context.announceAuthorities(path)
    }

    private static func warnings(_ certificate: Certificate, _ path: String) -> [String] {
        var warnings: [String] = []
        switch certificate.validity {
        case .valid: break
        case .expired: warnings.append("the certificate in `\(path)` has expired")
        case .notYetValid: warnings.append("the certificate in `\(path)` is not valid yet")
        }
        if certificate.hostNames.isEmpty {
            warnings.append("the certificate in `\(path)` names no host")
        }
        return warnings
    }

    private func configure(clientCAPath: String?) -> Bool {
        let raw = unsafe context.raw
        unsafe SSL_CTX_set_verify(raw, verifyMode, nil)
        guard let session = sessionContext(),
            unsafe copenssl_set_min_version(raw, minimumVersion) == 1,
            unsafe SSL_CTX_set_num_tickets(raw, 1) == 1,
            unsafe SSL_CTX_set_session_id_context(raw, session, UInt32(session.count)) == 1
        else { return false }
        TicketCallback.install(in: context)
        Negotiation.install(in: context)
        return true
    }

    /// A ticket carries the verified client certificate. It counts only where the same authorities
    /// would have verified it in the same way, and for the same names.
    private func sessionContext() -> [UInt8]? {
        guard let authorities = context.authorities else { return nil }
        var bytes = Array("\(verifyMode)".utf8)
        for name in hostNames { bytes += [0] + name }
        for authority in authorities { bytes += [0, 0] + authority }
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var size: UInt32 = 0
        let result = unsafe EVP_Digest(bytes, bytes.count, &digest, &size, EVP_sha256(), nil)
        return result == 1 ? Array(digest.prefix(Int(min(size, 32)))) : nil
    }
}
