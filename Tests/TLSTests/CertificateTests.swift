import COpenSSL
import Testing

@testable import TLS

@Suite struct CertificateTests {
    @Test(arguments: [
        ("one.example", "one"), ("ONE.example", "one"), ("one.alias.example", "one"),
        ("two.example", "two"), ("b.wild.example", "two"), ("a.wild.example", "three"),
        ("a.b.wild.example", "one"), ("wild.example", "one"), ("unknown.example", "one"),
        ("127.0.0.1", "one"), ("::1", "one"),
    ])
    func nameChoosesTheCertificate(name: String, certificate: String) throws {
        let listener = try listener([.named("one"), .named("two"), .named("three")])
        for maximum in [TLS1_2_VERSION, TLS1_3_VERSION] {
            let habits = Habits(verifies: false, maximumVersion: maximum)
            let link = try link(listener, habits, name: name)
            #expect(subjectOfServer(link) == "CN=\(certificate)")
            let isLiteral = name.hasPrefix("1") || name.hasPrefix(":")
            #expect(
                link.server.session.facts.serverName == (isLiteral ? nil : name.lowercased()))
        }
    }

    private func subjectOfServer(_ link: Link) -> String? {
        guard let raw = unsafe SSL_get0_peer_certificate(link.client.session.raw) else {
            return nil
        }
        return unsafe Certificate(raw).subject
    }

    struct Verification: Sendable {
        var identity = "one"
        var name = "one.example"
        var ca: String? = "ca"
        /// nil: the server is trusted.
        var detail: String?
    }

    @Test(arguments: [
        Verification(),
        Verification(name: "[127.0.0.1]", detail: "ip address mismatch"),
        Verification(name: "one.example."),
        Verification(identity: "chained"),
        Verification(identity: "three", name: "127.0.0.1"),
        Verification(identity: "three", name: "[::1]"),
        Verification(identity: "three", name: "127.0.0.2", detail: "ip address mismatch"),
        Verification(identity: "two", name: "x.wild.example"),
        Verification(identity: "two", name: "x.y.wild.example", detail: "hostname mismatch"),
        Verification(name: "two.example", detail: "hostname mismatch"),
        Verification(identity: "nameless", name: "nameless", detail: "hostname mismatch"),
        Verification(ca: "other-ca", detail: "unable to get local issuer certificate"),
        Verification(ca: nil, detail: "unable to get local issuer certificate"),
        Verification(identity: "expired", detail: "certificate has expired"),
    ])
    func clientVerifiesTheServer(verification: Verification) throws {
        let listener = try listener([.named(verification.identity)])
        let habits = Habits(ca: verification.ca)
        let link = try link(listener, habits, name: verification.name)
        #expect(link.client.detail == verification.detail)
        #expect(
            link.client.reason == verification.detail.map { _ in "tls_verification_failed" })
        let refusal = verification.detail.map { _ in "tls_bad_certificate" }
        #expect(link.server.reason == refusal)
    }

    @Test(arguments: ["", "a\u{0}b", "a b", "ä.example", "[]", String(repeating: "a", count: 256)])
    func namesThatAreNoNamesAreRefused(name: String) throws {
        #expect(try TLSSession(client: upstream(), serverName: name) == nil)
    }

    struct Client: Sendable {
        var verification: TLSIdentity.ClientVerification
        var identity: String?
        var serverReason: String?
        var clientReason: String?
        var subject: String?
    }

    @Test(arguments: [
        Client(verification: .none),
        Client(verification: .none, identity: "client"),
        Client(verification: .optional),
        Client(
            verification: .optional, identity: "client", subject: "CN=client one,O=Tools\\, Inc"),
        Client(
            verification: .optional, identity: "stranger",
            serverReason: "tls_verification_failed", clientReason: "tls_bad_certificate"),
        Client(
            verification: .required, identity: "client", subject: "CN=client one,O=Tools\\, Inc"),
        Client(
            verification: .required, identity: "stranger",
            serverReason: "tls_verification_failed", clientReason: "tls_bad_certificate"),
    ])
    func clientCertificates(client: Client) throws {
        let listener = try listener([.named("two"), .named("one", client.verification)])
        for maximum in [TLS1_2_VERSION, TLS1_3_VERSION] {
            let habits = Habits(identity: client.identity, maximumVersion: maximum)
            let link = try link(listener, habits)
            #expect(link.server.reason == client.serverReason)
            #expect(link.client.reason == client.clientReason)
            guard client.serverReason == nil else { continue }
            #expect(link.server.session.facts.clientSubject == client.subject)
            #expect(link.server.session.facts.clientVerified == (client.subject != nil))
        }
    }

    @Test func requiredCertificateIsMissing() throws {
        let listener = try listener([.named("one", .required)])
        let old = try link(listener, .tls12)
        #expect(old.server.reason == "tls_no_certificate")
        let new = try link(listener, .tls13)
        #expect(new.server.reason == "tls_no_certificate")
        #expect(new.client.reason == "tls_bad_certificate")
    }
}
