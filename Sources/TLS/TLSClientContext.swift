internal import COpenSSL

/// How connections to upstream servers are made. Immutable, shared by all workers.
package final class TLSClientContext: Sendable {
    let context: ContextHandle

    private init(_ context: ContextHandle) {
        self.context = context
    }

    /// Paths of PEM files. Without `caPath` the trust store of the machine counts; a certificate
    /// for us needs its key. Without `verifies` any certificate is good.
    package static func load(
        caPath: String?, verifies: Bool, certificatePath: String?, keyPath: String?
    ) -> Result<TLSClientContext, TLSError> {
        guard let context = ContextHandle(.client) else {
            return .failure(TLSError("libssl cannot be used"))
        }
        if let error = trust(caPath, context) ?? identify(certificatePath, keyPath, context) {
            return .failure(error)
        }
        let protocols = Negotiation.protocols
        // Zero is success here, unlike elsewhere.
        guard unsafe SSL_CTX_set_alpn_protos(context.raw, protocols, UInt32(protocols.count)) == 0
        else { return .failure(TLSError("libssl cannot be used")) }
        unsafe SSL_CTX_set_verify(context.raw, verifies ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nil)
        return .success(TLSClientContext(context))
    }

    private static func trust(_ path: String?, _ context: ContextHandle) -> TLSError? {
        if let path { return context.trust(path) }
        return unsafe SSL_CTX_set_default_verify_paths(context.raw) == 1
            ? nil : TLSError("the trust store of this machine cannot be read")
    }

    private static func identify(
        _ certificatePath: String?, _ keyPath: String?, _ context: ContextHandle
    ) -> TLSError? {
        switch (certificatePath, keyPath) {
        case (nil, nil): nil
        case (let certificate?, let key?): context.useCertificate(certificate, key: key)
        case (let certificate?, nil): TLSError("the certificate `\(certificate)` needs its key")
        case (nil, let key?): TLSError("the key `\(key)` needs its certificate")
        }
    }
}
