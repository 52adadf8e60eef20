internal import RequestModel
internal import RuleLang
internal import TLS

/// Certificates and keys of a program, read when a generation is made: one that cannot be read is a
/// generation that is refused.
enum SecurityLoader {
    /// nil without TLS.
    static func listener(
        _ listener: Listener, _ tickets: TicketKeys
    ) -> Result<TLSListenerContext?, RouterServer.StartError> {
        guard !listener.tls.isEmpty else { return .success(nil) }
        let identities = listener.tls.map { tls in
            TLSIdentity(
                certificatePath: tls.certificate, keyPath: tls.key, clientCAPath: tls.clientCA,
                clientVerification: verification(tls.clientVerification),
                minimumVersion: tls.minimumVersion)
        }
        return TLSListenerContext.load(identities, tickets: tickets).map { $0 }
            .mapError { .init(message: "listener `\(listener.name)`: \($0.message)") }
    }

    private static func verification(
        _ setting: ListenerTLS.ClientVerification
    ) -> TLSIdentity.ClientVerification {
        switch setting {
        case .none: .none
        case .optional: .optional
        case .required: .required
        }
    }

    static func client(_ pool: Pool) -> Result<TLSClientContext?, RouterServer.StartError> {
        guard let tls = pool.tls else { return .success(nil) }
        return TLSClientContext.load(
            caPath: tls.authorities, verifies: tls.verifies, certificatePath: tls.certificate,
            keyPath: tls.key
        ).map { $0 }.mapError { .init(message: "pool `\(pool.name)`: \($0.message)") }
    }
}

extension PoolTLS {
    /// All that makes a connection another one.
    var text: String {
        [
            verifies ? "verify" : "any", authorities ?? "-", serverName ?? "-", certificate ?? "-",
            key ?? "-",
        ].joined(separator: "|")
    }
}

extension Server {
    /// Without the port: what a certificate is for.
    var name: String {
        switch address {
        case .ip(let ip, _): ip.text
        case .name(let name, _): name
        case .unix: "localhost"
        }
    }
}
