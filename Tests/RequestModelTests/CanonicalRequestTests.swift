import RequestModel
import Testing

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

/// A built request from lines such as `Host: a`, or its refusal.
func build(
    _ method: String = "GET", _ target: String = "/", _ lines: [String] = [],
    names: HeaderNames = HeaderNames(), _ adjust: (inout RequestBuilder) -> Void = { _ in }
) -> Result<RequestView, Refusal> {
    var builder = RequestBuilder()
    builder.method = bytes(method)
    builder.target = bytes(target)
    builder.headers = lines.map { line in
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        return (name: bytes(String(parts[0])), value: bytes(String(parts[1])))
    }
    adjust(&builder)
    return builder.build(headerNames: names)
}

/// A view as the head parser leaves it: no Host line of its own.
func received(
    _ method: String, _ target: String, _ lines: [(String, String)], _ version: HTTPVersion
) -> RequestView {
    var view = RequestView()
    func append(_ text: String) -> ByteRange {
        view.bytes += bytes(text)
        return ByteRange(view.bytes.count - text.utf8.count..<view.bytes.count)
    }
    view.method = append(method)
    view.target = append(target)
    view.version = version
    for (name, value) in lines {
        let kind = HeaderNames.known.lookUp(name.utf8).kind
        view.fields.append(
            FieldLine(
                name: append(name), value: append(value), kind: kind,
                hasUnderscore: name.contains("_")))
    }
    return view
}

@Suite struct TargetTests {
    @Test(
        arguments: [
            // method, target, path, raw path, query, host
            ("GET", "/", "/", "/", nil, "h"), ("GET", "/a/../b?x=1", "/b", "/a/../b", "x=1", "h"),
            ("GET", "/p?", "/p", "/p", "", "h"),
            ("GET", "/p?a?b/../c", "/p", "/p", "a?b/../c", "h"),
            ("GET", "//x.com/a", "/x.com/a", "//x.com/a", nil, "h"),
            ("OPTIONS", "*", "*", "*", nil, "h"),
            ("GET", "http://Other.example:81/a//b?q", "/a/b", "/a//b", "q", "other.example"),
            ("GET", "HTTP://other", "/", "/", nil, "other"),
            ("GET", "http://other?q", "/", "/", "q", "other"),
            ("OPTIONS", "http://other", "*", "*", nil, "other"),
            ("GET", "http://[2001:DB8::1]:8080/", "/", "/", nil, "[2001:db8::1]"),
            ("GET", "/http://x@y/", "/http:/x@y/", "/http://x@y/", nil, "h"),
            ("get", "/a%2Db", "/a-b", "/a%2Db", nil, "h"), ("GET", "/?%zz|", "/", "/", "%zz|", "h"),
        ] as [(String, String, String, String, String?, String)])
    func targetIsTakenApart(
        method: String, target: String, path: String, raw: String, query: String?, host: String
    ) {
        let ports = ["other.example": ":81", "[2001:db8::1]": ":8080", "h": ":8080"]
        var view = received(method, target, [("Host", host + ports[host, default: ""])], .http11)
        #expect(view.canonicalise(policy: ListenerPolicy(), trustedProxies: nil) == nil)
        #expect(text(view.text(view.path)) == path)
        #expect(text(view.text(view.rawPath)) == raw)
        #expect(view.query.map { text(view.text($0)) } == query)
        #expect(text(view.text(view.host)) == host)
    }

    @Test(arguments: [
        ("GET", "", 400, RefusalReason.badTarget), ("GET", "*", 400, .badTarget),
        ("options", "*", 400, .badTarget), ("OPTIONS", "**", 400, .badTarget),
        ("OPTIONS", "*?x", 400, .badTarget), ("CONNECT", "example.com:443", 405, .connectRefused),
        ("CONNECT", "/", 405, .connectRefused), ("GET", "example.com:80", 405, .connectRefused),
        ("GET", "example.com", 400, .badTarget), ("GET", "ftp://a/", 400, .badTarget),
        ("GET", "http:/a", 400, .badTarget), ("GET", "mailto:a", 400, .badTarget),
        ("GET", "http://user@a/", 400, .badTarget), ("GET", "http://u:p@a/", 400, .badTarget),
        ("GET", "http:///a", 400, .badHost), ("GET", "http://a b/", 400, .badHost),
        ("GET", "http://a:x/", 400, .badHost), ("GET", "http://a\\b/", 400, .badHost),
        ("GET", "/a#b", 400, .fragmentInTarget), ("GET", "/a?b#c", 400, .fragmentInTarget),
        ("GET", "http://a#b", 400, .fragmentInTarget), ("GET", "/a b", 400, .badTarget),
        ("GET", "/a\u{1}", 400, .pathControlByte), ("GET", "/ä", 400, .pathNonASCII),
        ("GET", "/%2f", 400, .pathEncodedSlash), ("GET", "/?a b", 400, .queryControlByte),
        ("GET", "/?\u{7f}", 400, .queryControlByte), ("GET", "/?ä", 400, .queryControlByte),
        ("GET", "/?a\tb", 400, .queryControlByte),
        ("GET", "http://a/?\u{0}", 400, .queryControlByte),
    ])
    func targetIsRefused(method: String, target: String, status: UInt16, reason: RefusalReason) {
        var view = received(method, target, [("Host", "h")], .http11)
        let refusal = view.canonicalise(policy: ListenerPolicy(), trustedProxies: nil)
        #expect(refusal == Refusal(status, reason))
    }

    @Test(
        arguments: [
            ([], HTTPVersion.http11, "/", "<missing_host>"), ([], .http10, "/", ""),
            ([], .http2, "/", "<missing_host>"), (["a"], .http10, "/", "a"),
            (["A.Example.:80"], .http11, "/", "a.example"),
            (["a", "a"], .http11, "/", "<duplicate_host>"),
            (["a", "b"], .http10, "/", "<duplicate_host>"), ([""], .http11, "/", "<bad_host>"),
            (["a/b"], .http11, "/", "<bad_host>"), (["a,b"], .http11, "/", "<bad_host>"),
            (["u@a"], .http11, "/", "<bad_host>"), ([""], .http10, "/", "<bad_host>"),
            ([], .http11, "http://b/", "<missing_host>"), ([], .http10, "http://b/", "b"),
            (["a"], .http11, "http://b/", "<host_mismatch>"),
            (["a b"], .http11, "http://b/", "<bad_host>"),
            (["a"], .http11, "http://A./", "a"), (["a:80"], .http11, "http://a/", "a"),
            (["a"], .http11, "http://a:80/", "a"), (["a:81"], .http11, "http://a:81/", "a"),
            (["a:81"], .http11, "http://a/", "<host_mismatch>"),
            (["a"], .http11, "http://a:443/", "<host_mismatch>"),
            (["[::1]"], .http11, "http://[0::1]/", "[::1]"),
            (["a"], .http11, "https://a/", "<misdirected>"),
        ] as [([String], HTTPVersion, String, String)])
    func hostIsDerived(values: [String], version: HTTPVersion, target: String, expected: String) {
        var view = received("GET", target, values.map { ("hOST", $0) }, version)
        let refusal = view.canonicalise(policy: ListenerPolicy(), trustedProxies: nil)
        let host = refusal.map { "<\($0.reason.rawValue)>" } ?? text(view.text(view.host))
        #expect(host == expected)
    }

    @Test func absoluteFormSpellsTheHostLine() {
        var view = received("GET", "http://B.example:80/x", [("Host", "b.Example")], .http11)
        #expect(view.canonicalise(policy: ListenerPolicy(), trustedProxies: nil) == nil)
        #expect(view.header(named: bytes("host")) == bytes("B.example:80"))
    }

    @Test(
        arguments: [
            ("OPTIONS", "http://a", "*"), ("OPTIONS", "http://a/", "/"), ("OPTIONS", "*", "*"),
            ("OPTIONS", "http://a?b", "/"), ("GET", "http://a", "/"), ("options", "http://a", "/"),
        ])
    func optionsAsksForTheWholeServer(method: String, target: String, path: String) {
        var view = received(method, target, [("Host", "a")], .http11)
        #expect(view.canonicalise(policy: ListenerPolicy(), trustedProxies: nil) == nil)
        #expect(text(view.text(view.path)) == path)
    }

    @Test(arguments: [
        ("", ["Host", "X-Ok"]), ("underscores-keep", ["Host", "X_Bad", "X-Ok", "_"]),
    ])
    func namesWithUnderscoresAreDropped(words: String, names: [String]) throws {
        let view = try build("GET", "/", ["Host:h", "X_Bad:1", "X-Ok:2", "_:3"]) {
            $0.policy = policy(words)
        }.get()
        #expect(view.fields.map { text(view.text($0.name)) } == names)
    }

    @Test(
        arguments: [
            (["Connection:Upgrade", "Upgrade:WebSocket"], HTTPVersion.http11, "websocket"),
            (["Upgrade:h2c", "Connection:keep-alive, UPGRADE"], .http11, "h2c"),
            (
                ["Connection:close", "Connection:upgrade", "Upgrade:a", "Upgrade:B"], .http11,
                "a, b"
            ),
            (["Connection:keep-alive", "Upgrade:websocket"], .http11, nil),
            (["Connection:upgraded", "Upgrade:websocket"], .http11, nil),
            (["Connection:\"upgrade\"", "Upgrade:websocket"], .http11, nil),
            (["Connection:upgrade"], .http11, nil), (["Upgrade:websocket"], .http11, nil),
            (["Connection:upgrade", "Upgrade:websocket"], .http10, nil),
            (["Connection:upgrade", "Upgrade:websocket"], .http2, nil),
        ] as [([String], HTTPVersion, String?)])
    func upgradeNeedsConnection(lines: [String], version: HTTPVersion, expected: String?) throws {
        let view = try build("GET", "/", lines) { $0.version = version }.get()
        #expect(view.upgrade.map { text(view.text($0)) } == expected)
    }

    @Test func resetLeavesAnEmptyView() throws {
        var view = try build("GET", "https://a/b/../c?d", ["Connection:upgrade", "Upgrade:x"]).get()
        let capacity = view.bytes.capacity
        view.reset()
        #expect(view.bytes.isEmpty && view.fields.isEmpty && view.bytes.capacity == capacity)
        #expect(view.query == nil && view.upgrade == nil && view.tls == nil)
        #expect(view.client == Endpoint() && view.peer == Endpoint())
        #expect(view.path.isEmpty && view.host.isEmpty && view.scheme == .http && view.port == 0)
    }
}
