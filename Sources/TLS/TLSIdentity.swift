/// One `tls { … }` block of a listener.
package struct TLSIdentity: Sendable {
    /// What is asked of clients.
    package enum ClientVerification: Sendable {
        /// No certificate is asked for.
        case none
        /// A client may send none; one that is sent must be valid.
        case optional
        /// Without a valid certificate there is no connection.
        case required
    }

    /// PEM file: the certificate, then its chain.
    package var certificatePath: String
    /// PEM file of the private key, without a passphrase.
    package var keyPath: String
    /// PEM file of the authorities that sign client certificates.
    package var clientCAPath: String?
    package var clientVerification: ClientVerification
    /// `1.2` or `1.3`.
    package var minimumVersion: String

    /// Nothing is read before `TLSListenerContext.load`.
    package init(
        certificatePath: String, keyPath: String, clientCAPath: String? = nil,
        clientVerification: ClientVerification = .none, minimumVersion: String = "1.2"
    ) {
        self.certificatePath = certificatePath
        self.keyPath = keyPath
        self.clientCAPath = clientCAPath
        self.clientVerification = clientVerification
        self.minimumVersion = minimumVersion
    }
}
