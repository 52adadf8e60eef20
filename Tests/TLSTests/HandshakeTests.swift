import COpenSSL
import TestSupport
import Testing

@testable import TLS

@Suite struct HandshakeTests {
    @Test(arguments: ["1.2", "1.3"], Cut.allCases)
    func carriesAMebibyteBothWays(version: String, cut: Cut) throws {
        let link = try link(
            listener(), version == "1.2" ? .tls12 : .tls13, cut: cut)
        #expect(link.client.state == .open && link.server.state == .open)
        var generator = SeededGenerator(seed: 7)
        let count = cut == .bytes ? 1 << 16 : 1 << 20
        let request = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let response = Array(request.reversed())
        #expect(link.client.send(request) && link.server.send(response))
        link.pump()
        #expect(link.server.received == request)
        #expect(link.client.received == response)
        let facts = link.server.session.facts
        #expect(facts.version == version && link.client.session.facts.version == version)
        #expect(facts.serverName == "one.example" && facts.alpn == "http/1.1")
        #expect(facts.clientSubject == nil && !facts.clientVerified && !facts.wasResumed)
        #expect(facts.cipher.contains("GCM") || facts.cipher.contains("CHACHA20"))
    }

    @Test func sendsOnlyAfterTheHandshake() throws {
        let server = try #require(TLSSession(server: listener()))
        var output: [UInt8] = []
        #expect(!server.isEstablished)
        #expect(!server.send([1, 2, 3], 0..<3, output: &output))
        server.end(output: &output)
        #expect(output.isEmpty)
    }

    @Test func sendsTheRangeOnly() throws {
        let link = try link(listener())
        let bytes = Array("0123456789".utf8)
        #expect(link.client.session.send(bytes, 3..<6, output: &link.client.output))
        #expect(link.client.session.send(bytes, 4..<4, output: &link.client.output))
        link.pump()
        #expect(link.server.received == Array("345".utf8))
    }

    @Test func keepsWhatHasNoRoom() throws {
        let link = try link(listener())
        let request = [UInt8](repeating: 0x61, count: 40_000)
        #expect(link.client.send(request))
        let records = link.client.takeOutput()
        var none: [UInt8] = []
        var output: [UInt8] = []
        let server = link.server.session
        let full = server.receive(records, 0..<records.count, into: &none, at: 0, output: &output)
        #expect(full.produced == 0 && full.hasMore)
        var room = [UInt8](repeating: 0, count: 50_000)
        let rest = server.receive([], 0..<0, into: &room, at: 5, output: &output)
        #expect(rest.produced == 40_000 && !rest.hasMore && rest.state == .open)
        #expect(Array(room[5..<40_005]) == request && room[4] == 0 && room[40_005] == 0)
    }

    @Test(arguments: [Habits.tls12, Habits.tls13])
    func closeNotifyIsSeenAfterTheData(habits: Habits) throws {
        let link = try link(listener(), habits)
        #expect(link.client.send([1, 2]))
        link.client.end()
        link.pump()
        #expect(link.server.received == [1, 2] && link.server.state == .closed)
        // The other direction is still open.
        #expect(link.server.send([3]))
        link.server.end()
        link.pump()
        #expect(link.client.received == [3] && link.client.state == .closed)
    }

    struct Offer: Sendable {
        var protocols: [UInt8]
        var chosen: String?
        var reason: String?
    }

    @Test(arguments: [
        Offer(protocols: [], chosen: nil),
        Offer(protocols: [8] + Array("http/1.1".utf8), chosen: "http/1.1"),
        Offer(
            protocols: [2] + Array("h2".utf8) + [8] + Array("http/1.1".utf8), chosen: "http/1.1"),
        Offer(protocols: [2] + Array("h2".utf8), reason: "tls_no_application_protocol"),
        Offer(
            protocols: [9] + Array("http/1.1x".utf8), reason: "tls_no_application_protocol"),
    ])
    func choosesTheApplicationProtocol(offer: Offer) throws {
        for maximum in [TLS1_2_VERSION, TLS1_3_VERSION] {
            let habits = Habits(maximumVersion: maximum, protocols: offer.protocols)
            let link = try link(listener(), habits)
            #expect(link.server.reason == offer.reason)
            #expect(link.client.reason == offer.reason)
            #expect(link.server.session.facts.alpn == offer.chosen)
            #expect(link.client.session.facts.alpn == offer.chosen)
        }
    }

    @Test func minimumVersionIsThatOfTheName() throws {
        let listener = try listener([.named("one", minimum: "1.3"), .named("two")])
        let refused = try link(listener, .tls12)
        #expect(refused.server.reason == "tls_protocol_version")
        #expect(refused.client.reason == "tls_protocol_version")
        #expect(try link(listener, .tls13).server.state == .open)
        #expect(try link(listener, .tls12, name: "two.example").server.state == .open)
        let later = try HandshakeTests.laterOnly()
        #expect(
            try link(later, .tls12, name: "two.example").server.reason == "tls_protocol_version")
        #expect(try link(later, .tls12).server.state == .open)
    }

    private static func laterOnly() throws -> TLSListenerContext {
        try listener([.named("one"), .named("two", minimum: "1.3")])
    }

    @Test(arguments: ["P-521:X25519", "P-521:P-384", "P-256", "P-384"])
    func groupsAreAgreedOn(groups: String) throws {
        // A key share for P-521 only makes the server ask again.
        let link = try link(
            listener([.named("two"), .named("one")]), Habits(groups: groups))
        #expect(link.server.state == .open && link.client.state == .open)
        #expect(link.server.session.facts.serverName == "one.example")
    }

    @Test func otherGroupsAreRefused() throws {
        let new = try link(listener(), Habits(groups: "P-521"))
        #expect(new.server.reason == "tls_no_shared_group")
        let old = try link(listener(), Habits(maximumVersion: TLS1_2_VERSION, groups: "P-521"))
        #expect(old.server.reason == "tls_no_shared_cipher")
    }

    @Test(arguments: [
        "ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA384", "AES128-GCM-SHA256:AES256-SHA",
        "DHE-RSA-AES128-GCM-SHA256",
    ])
    func onlyCBCOrNoForwardSecrecyIsRefused(ciphers: String) throws {
        let habits = Habits(maximumVersion: TLS1_2_VERSION, ciphers: ciphers)
        let link = try link(listener(), habits)
        #expect(link.server.reason == "tls_no_shared_cipher")
        #expect(link.client.reason == "tls_failed")
    }
}
