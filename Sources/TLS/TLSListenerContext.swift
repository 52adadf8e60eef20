internal import COpenSSL

/// The certificates of one listener, chosen by server name (SNI): an exact name before a wildcard,
/// the first identity when nothing matches. Immutable, shared by all workers.
package final class TLSListenerContext: Sendable {
    /// What an operator should know although it works, such as an expired certificate.
    package let warnings: [String]

    let identities: [LoadedIdentity]
    let choice: CertificateChoice
    let tickets: TicketKeys

    private init(_ identities: [LoadedIdentity], _ tickets: TicketKeys) {
        self.identities = identities
        self.tickets = tickets
        choice = CertificateChoice(identities.map(\.hostNames))
        warnings = identities.flatMap(\.warnings)
    }

    /// Reads all files; the first that is wrong is told. `identities` must not be empty.
    package static func load(
        _ identities: [TLSIdentity], tickets: TicketKeys
    ) -> Result<TLSListenerContext, TLSError> {
        guard !identities.isEmpty else { return .failure(TLSError("no certificate is given")) }
        var loaded: [LoadedIdentity] = []
        for identity in identities {
            switch LoadedIdentity.load(identity) {
            case .success(let one): loaded.append(one)
            case .failure(let error): return .failure(error)
            }
        }
        return .success(TLSListenerContext(loaded, tickets))
    }

    /// For a client that sent this name, lower case.
    func identity(for name: [UInt8]) -> LoadedIdentity {
        identities[choice.place(for: name)]
    }
}
