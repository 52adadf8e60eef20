import COpenSSL
import Testing

@testable import TLS

extension TLSIdentity {
    static func named(
        _ name: String, _ verification: ClientVerification = .none, clientCA: String = "ca",
        minimum: String = "1.2"
    ) -> TLSIdentity {
        TLSIdentity(
            certificatePath: Authority.path("\(name).pem"),
            keyPath: Authority.path("\(name).key"),
            clientCAPath: verification == .none ? nil : Authority.path("\(clientCA).pem"),
            clientVerification: verification, minimumVersion: minimum)
    }
}

func listener(
    _ identities: [TLSIdentity] = [.named("one")], tickets: TicketKeys = TicketKeys()
) throws -> TLSListenerContext {
    try TLSListenerContext.load(identities, tickets: tickets).get()
}

/// What a client does that ours would not do.
struct Habits {
    var ca: String? = "ca"
    var verifies = true
    var identity: String?
    var maximumVersion: Int32 = 0
    var ciphers: String?
    var groups: String?
    /// Wire format: each name behind its length. Empty: no ALPN.
    var protocols: [UInt8]?

    static let tls12 = Habits(maximumVersion: TLS1_2_VERSION)
    static let tls13 = Habits()
}

func upstream(_ habits: Habits = Habits()) throws -> TLSClientContext {
    let client = try TLSClientContext.load(
        caPath: habits.ca.map { Authority.path("\($0).pem") }, verifies: habits.verifies,
        certificatePath: habits.identity.map { Authority.path("\($0).pem") },
        keyPath: habits.identity.map { Authority.path("\($0).key") }
    ).get()
    let raw = unsafe client.context.raw
    _ = unsafe copenssl_set_max_version(raw, habits.maximumVersion)
    if let ciphers = habits.ciphers { _ = unsafe SSL_CTX_set_cipher_list(raw, ciphers) }
    if let groups = habits.groups { _ = unsafe copenssl_set_groups(raw, groups) }
    if let protocols = habits.protocols {
        _ = unsafe SSL_CTX_set_alpn_protos(raw, protocols, UInt32(protocols.count))
    }
    return client
}

func link(
    _ listener: TLSListenerContext, _ habits: Habits = Habits(), name: String = "one.example",
    cut: Cut = .whole, resuming saved: SavedSession? = nil
) throws -> Link {
    let client = try #require(TLSSession(client: upstream(habits), serverName: name))
    if let saved { saved.use(in: client) }
    let server = try #require(TLSSession(server: listener))
    let link = Link(client, server, cut: cut)
    link.shakeHands()
    return link
}

/// A client's session, to come back with.
@safe final class SavedSession {
    private let raw: OpaquePointer

    init?(_ session: TLSSession) {
        guard let raw = unsafe SSL_get1_session(session.raw) else { return nil }
        unsafe self.raw = unsafe raw
    }

    func use(in session: TLSSession) {
        _ = unsafe SSL_set_session(session.raw, raw)
    }

    deinit {
        unsafe SSL_SESSION_free(raw)
    }
}
