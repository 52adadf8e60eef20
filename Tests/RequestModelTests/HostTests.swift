import RequestModel
import Testing

@Suite struct HostTests {
    @Test(arguments: [
        ("example.com", "example.com", UInt16?.none), ("EXAMPLE.com:8080", "example.com", 8080),
        ("example.com.", "example.com", nil), ("example.com.:80", "example.com", 80),
        ("example.com:", "example.com", nil), ("a_b-c.d", "a_b-c.d", nil),
        ("localhost", "localhost", nil),
        ("192.0.2.1:1", "192.0.2.1", 1), ("[2001:DB8::0:1]", "[2001:db8::1]", nil),
        ("[::1]:443", "[::1]", 443), ("[::1]:", "[::1]", nil),
        ("[::ffff:192.0.2.1]:80", "192.0.2.1", 80),
        ("h:65535", "h", 65535), ("h:00080", "h", 80),
        (String(repeating: "a", count: 255), String(repeating: "a", count: 255), nil),
    ])
    func hostIsCanonical(authority: String, host: String, port: UInt16?) throws {
        let parsed = try #require(CanonicalHost.parse(authority.utf8))
        #expect(text(parsed.host) == host)
        #expect(parsed.port == port)
        #expect(try #require(CanonicalHost.parse(parsed.host)).host == parsed.host)
    }

    @Test(arguments: [
        "", ".", "..", ":80", ".a", "a..b", "a..", "a b", "a/b", "a@b", "user:pw@a", "a:b",
        "a:65536",
        "a:000080", "a:80:80", "a:-1", "ä", "a%41", "a!b", "[]", "[::1", "::1", "[::1]a", "[::1]:x",
        "[1.2.3.4]", "[fe80::1%25eth0]", "[v1.x]", "a,b", String(repeating: "a", count: 256),
    ])
    func authorityIsRefused(authority: String) {
        #expect(CanonicalHost.parse(authority.utf8).map { text($0.host) } == nil)
    }
}
