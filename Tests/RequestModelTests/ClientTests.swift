import RequestModel
import Testing

@Suite struct ClientTests {
    static func proxies(_ header: TrustedProxies.Header) throws -> TrustedProxies {
        let blocks = try ["10.0.0.0/8", "fd00::/8"].map { try CIDRBlock.parse($0.utf8).get() }
        return TrustedProxies(blocks: blocks, header: header)
    }

    static func client(
        of lines: [String], from peer: String, _ proxies: TrustedProxies?
    ) throws -> String {
        let view = try build("GET", "/", lines) {
            $0.peer = IPAddress(parsing: peer.utf8)
            $0.peerPort = 999
            $0.trustedProxies = proxies
        }.get()
        let address = view.client.ip?.text ?? "none"
        #expect(view.peer == Endpoint(ip: IPAddress(parsing: peer.utf8), port: 999))
        return view.client.port.map { "\(address) port \($0)" } ?? address
    }

    @Test(arguments: [
        (["X-Forwarded-For:1.1.1.1"], "203.0.113.9", "203.0.113.9 port 999"),
        (["X-Forwarded-For:1.1.1.1"], "10.0.0.1", "1.1.1.1"),
        (["x-forwarded-for:1.1.1.1"], "fd00::1", "1.1.1.1"),
        ([], "10.0.0.1", "10.0.0.1 port 999"),
        (["X-Forwarded-For:"], "10.0.0.1", "10.0.0.1 port 999"),
        (["X-Forwarded-For:1.1.1.1, 2.2.2.2"], "10.0.0.1", "2.2.2.2"),
        (["X-Forwarded-For:1.1.1.1,10.0.0.2 ,\t10.0.0.3"], "10.0.0.1", "1.1.1.1"),
        (["X-Forwarded-For:1.1.1.1", "X-Forwarded-For:10.0.0.2"], "10.0.0.1", "1.1.1.1"),
        (["X-Forwarded-For:1.1.1.1", "X-Forwarded-For:2.2.2.2"], "10.0.0.1", "2.2.2.2"),
        (["X-Forwarded-For:10.0.0.3, 10.0.0.2"], "10.0.0.1", "10.0.0.3"),
        (["X-Forwarded-For:1.1.1.1, unknown, 10.0.0.2"], "10.0.0.1", "10.0.0.2"),
        (["X-Forwarded-For:1.1.1.1, unknown"], "10.0.0.1", "10.0.0.1 port 999"),
        (["X-Forwarded-For:1.1.1.1", "X-Forwarded-For:bad"], "10.0.0.1", "10.0.0.1 port 999"),
        (["X-Forwarded-For:1.1.1.1, , 10.0.0.2,"], "10.0.0.1", "1.1.1.1"),
        (["X-Forwarded-For:1.1.1.1:4711"], "10.0.0.1", "1.1.1.1"),
        (["X-Forwarded-For:1.1.1.1:"], "10.0.0.1", "10.0.0.1 port 999"),
        (["X-Forwarded-For:1.1.1.1:99999"], "10.0.0.1", "10.0.0.1 port 999"),
        (["X-Forwarded-For:2001:db8::1"], "10.0.0.1", "2001:db8::1"),
        (["X-Forwarded-For:[2001:db8::1]"], "10.0.0.1", "2001:db8::1"),
        (["X-Forwarded-For:[2001:db8::1]:80"], "10.0.0.1", "2001:db8::1"),
        (["X-Forwarded-For:[2001:db8::1]80"], "10.0.0.1", "10.0.0.1 port 999"),
        (["X-Forwarded-For:[1.1.1.1]"], "10.0.0.1", "10.0.0.1 port 999"),
        (["X-Forwarded-For:5.5.5.5, ::ffff:10.0.0.7"], "10.0.0.1", "5.5.5.5"),
        (["X-Forwarded-For:5.5.5.5"], "::ffff:10.0.0.7", "5.5.5.5"),
        (["X_Forwarded_For:1.1.1.1"], "10.0.0.1", "10.0.0.1 port 999"),
        (["Forwarded:for=1.1.1.1"], "10.0.0.1", "10.0.0.1 port 999"),
    ])
    func forwardedForIsWalked(lines: [String], peer: String, expected: String) throws {
        let proxies = try Self.proxies(.xForwardedFor)
        #expect(try Self.client(of: lines, from: peer, proxies) == expected)
        #expect(try Self.client(of: lines, from: "9.9.9.9", proxies) == "9.9.9.9 port 999")
        let peer = try #require(IPAddress(parsing: peer.utf8)).text
        #expect(try Self.client(of: lines, from: peer, nil) == "\(peer) port 999")
    }

    @Test(arguments: [
        (["Forwarded:for=1.1.1.1"], "1.1.1.1"), (["forwarded:For=1.1.1.1"], "1.1.1.1"),
        (["Forwarded:for=1.1.1.1;proto=http;by=10.0.0.1"], "1.1.1.1"),
        (["Forwarded:proto=https; for=\"1.1.1.1:80\""], "1.1.1.1"),
        (["Forwarded:for=\"[2001:db8::1]\""], "2001:db8::1"),
        (["Forwarded:for=\"[2001:db8::1]:4711\""], "2001:db8::1"),
        (["Forwarded:for=\"[2001:db8::1]:_x\""], "2001:db8::1"),
        (["Forwarded:for=\"2001:db8::1\""], "10.0.0.1 port 999"),
        (["Forwarded:for=1.1.1.1, for=10.0.0.2"], "1.1.1.1"),
        (["Forwarded:for=1.1.1.1", "Forwarded:for=10.0.0.2"], "1.1.1.1"),
        (["Forwarded:for=1.1.1.1, for=2.2.2.2, for=10.0.0.2"], "2.2.2.2"),
        (["Forwarded:for=1.1.1.1, for=_hidden, for=10.0.0.2"], "10.0.0.2"),
        (["Forwarded:for=1.1.1.1, for=unknown"], "10.0.0.1 port 999"),
        (["Forwarded:for=1.1.1.1, proto=http"], "10.0.0.1 port 999"),
        (["Forwarded:for=1.1.1.1;for=2.2.2.2"], "10.0.0.1 port 999"),
        (["Forwarded:for"], "10.0.0.1 port 999"), (["Forwarded:for="], "10.0.0.1 port 999"),
        (["Forwarded:for=2.2.2.2;host=\"a,for=1.1.1.1;x\""], "2.2.2.2"),
        (["Forwarded:host=\"a\\\",for=1.1.1.1\";for=2.2.2.2"], "2.2.2.2"),
        (["Forwarded:for=\", for=1.1.1.1"], "10.0.0.1 port 999"),
        (["Forwarded:for=\"", "Forwarded:for=1.1.1.1"], "1.1.1.1"),
        (["Forwarded:for=1.1.1.1, for=10.0.0.2, "], "1.1.1.1"),
        (["X-Forwarded-For:1.1.1.1"], "10.0.0.1 port 999"),
    ])
    func forwardedIsWalked(lines: [String], expected: String) throws {
        let proxies = try Self.proxies(.forwarded)
        #expect(try Self.client(of: lines, from: "10.0.0.1", proxies) == expected)
        #expect(try Self.client(of: lines, from: "9.9.9.9", proxies) == "9.9.9.9 port 999")
    }

    @Test(arguments: [(31, "1.1.1.1"), (32, "10.0.1.0"), (40, "10.0.1.8")])
    func walkEndsAfterThirtyTwoEntries(trusted: Int, expected: String) throws {
        let hops = ["1.1.1.1"] + (0..<trusted).map { "10.0.1.\($0)" }
        for (header, entry) in [("X-Forwarded-For", ""), ("Forwarded", "for=")] {
            let line = "\(header):" + hops.map { entry + $0 }.joined(separator: ",")
            let proxies = try Self.proxies(entry.isEmpty ? .xForwardedFor : .forwarded)
            #expect(try Self.client(of: [line], from: "10.0.0.1", proxies) == expected)
        }
    }

    @Test func proxyProtocolClientStays() throws {
        var view = received("GET", "/", [("Host", "h"), ("X-Forwarded-For", "1.1.1.1")], .http11)
        let client = Endpoint(ip: IPAddress(parsing: "2.2.2.2".utf8), port: 5)
        view.peer = Endpoint(ip: IPAddress(parsing: "10.0.0.1".utf8), port: 6)
        let proxies = try Self.proxies(.proxyProtocol)
        #expect(view.canonicalise(policy: ListenerPolicy(), trustedProxies: proxies) == nil)
        #expect(view.client == view.peer)
        view.client = client
        #expect(view.canonicalise(policy: ListenerPolicy(), trustedProxies: proxies) == nil)
        #expect(view.client == client)
    }

    @Test(arguments: [
        (["X-Forwarded-Proto:https"], "10.0.0.1", false, Scheme.https),
        (["X-Forwarded-Proto:HTTPS"], "10.0.0.1", false, .https),
        (["X-Forwarded-Proto:http"], "10.0.0.1", true, .http),
        (["X-Forwarded-Proto:https"], "9.9.9.9", false, .http),
        (["X-Forwarded-Proto:http"], "9.9.9.9", true, .https),
        (["X-Forwarded-Proto:https", "X-Forwarded-Proto:https"], "10.0.0.1", false, .http),
        (["X-Forwarded-Proto:https, http"], "10.0.0.1", false, .http),
        (["X-Forwarded-Proto:wss"], "10.0.0.1", true, .https), ([], "10.0.0.1", true, .https),
    ])
    func schemeIsDerived(lines: [String], peer: String, tls: Bool, expected: Scheme) throws {
        let proxies = try Self.proxies(.xForwardedFor)
        let view = try build("GET", "/", lines) {
            $0.peer = IPAddress(parsing: peer.utf8)
            $0.tls = tls ? TLSText() : nil
            $0.trustedProxies = proxies
        }.get()
        #expect(view.scheme == expected)
    }

    @Test func unixSocketPeerIsNotTrusted() throws {
        let proxies = try Self.proxies(.xForwardedFor)
        let view = try build("GET", "/", ["X-Forwarded-For:1.1.1.1"]) {
            $0.peer = nil
            $0.trustedProxies = proxies
        }.get()
        #expect(view.client == Endpoint())
    }
}
