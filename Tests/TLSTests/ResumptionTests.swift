import COpenSSL
import Foundation
import Testing

@testable import TLS

@Suite struct ResumptionTests {
    static let versions = [TLS1_2_VERSION, TLS1_3_VERSION]

    /// A connection to `listener`, and what a client keeps of it.
    private func visit(
        _ listener: TLSListenerContext, _ version: Int32, identity: String? = nil,
        name: String = "one.example", with saved: SavedSession? = nil
    ) throws -> (facts: TLSSessionFacts, session: SavedSession) {
        let habits = Habits(identity: identity, maximumVersion: version)
        let link = try link(listener, habits, name: name, resuming: saved)
        try #require(link.server.state == .open && link.client.state == .open)
        let saved = try #require(SavedSession(link.client.session))
        // OpenSSL forgets the session of a connection that was not ended in order.
        link.client.end()
        return (link.server.session.facts, saved)
    }

    @Test(arguments: versions)
    func survivesAReloadAndOneRotation(version: Int32) throws {
        let keys = TicketKeys()
        let first = try visit(listener(tickets: keys), version)
        #expect(!first.facts.wasResumed)
        let second = try visit(listener(tickets: keys), version, with: first.session)
        #expect(second.facts.wasResumed)
        #expect(second.facts.serverName == "one.example" && second.facts.alpn == "http/1.1")
        keys.rotate()
        let third = try visit(listener(tickets: keys), version, with: second.session)
        #expect(third.facts.wasResumed)
        keys.rotate()
        // The ticket of the third visit was made with the key that is now the previous one.
        #expect(
            try visit(listener(tickets: keys), version, with: third.session).facts.wasResumed)
        #expect(
            try !visit(listener(tickets: keys), version, with: first.session).facts.wasResumed)
    }

    @Test(arguments: versions)
    func otherKeysMeanAFullHandshake(version: Int32) throws {
        let first = try visit(listener(), version)
        #expect(try !visit(listener(), version, with: first.session).facts.wasResumed)
    }

    @Test(arguments: versions)
    func clientCertificateIsRemembered(version: Int32) throws {
        let keys = TicketKeys()
        let identities = [TLSIdentity.named("two"), .named("one", .required)]
        let first = try visit(
            listener(identities, tickets: keys), version, identity: "client")
        let second = try visit(
            listener(identities, tickets: keys), version, identity: "client",
            with: first.session)
        #expect(second.facts.wasResumed && second.facts.clientVerified)
        #expect(second.facts.clientSubject == "CN=client one,O=Tools\\, Inc")
    }

    @Test(arguments: versions)
    func otherVerificationMeansAFullHandshake(version: Int32) throws {
        let keys = TicketKeys()
        let first = try visit(
            listener([.named("one", .optional)], tickets: keys), version, identity: "client")
        let others: [TLSIdentity] = [
            .named("one"), .named("one", .required), .named("one", .optional, clientCA: "both"),
        ]
        _ = Authority.write("both.pem", try Self.bothAuthorities())
        for other in others {
            let listener = try listener([other], tickets: keys)
            let next = try visit(listener, version, identity: "client", with: first.session)
            #expect(!next.facts.wasResumed)
            #expect(next.facts.clientVerified == (other.clientVerification != .none))
        }
    }

    private static func bothAuthorities() throws -> String {
        try ["ca", "other-ca"].map {
            try String(contentsOfFile: Authority.path("\($0).pem"), encoding: .utf8)
        }.joined()
    }

    /// A ticket from before the client certificate was asked for does not stand for one.
    @Test(arguments: versions)
    func ticketIsNoClientCertificate(version: Int32) throws {
        let keys = TicketKeys()
        let identities = [TLSIdentity.named("two"), .named("one", .required)]
        let listener = try listener(identities, tickets: keys)
        let first = try visit(listener, version, name: "two.example")
        let habits = Habits(maximumVersion: version)
        let link = try link(listener, habits, name: "one.example", resuming: first.session)
        #expect(link.server.reason == "tls_no_certificate")
    }
}
