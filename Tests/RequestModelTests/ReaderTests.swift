import RequestModel
import Testing

@Suite struct ReaderTests {
    @Test func fieldLinesAreJoined() throws {
        var names = HeaderNames()
        let accept = names.intern(bytes("accept"))
        let cookie = names.intern(bytes("cookie"))
        let absent = names.intern(bytes("x-absent"))
        let lines = ["Accept: a", "Cookie: x=1", "ACCEPT:b ", "cookie: y=2", "X-Empty:"]
        let view = try build("GET", "/", lines, names: names).get()
        #expect(view.header(accept) == bytes("a, b"))
        #expect(view.header(cookie) == bytes("x=1; y=2"))
        #expect(view.header(absent) == nil)
        #expect(view.header(.none) == nil)
        #expect(view.header(named: bytes("accept")) == bytes("a, b"))
        #expect(view.header(named: bytes("cookie")) == bytes("x=1; y=2"))
        #expect(view.header(named: bytes("x-empty")) == [])
        #expect(view.header(named: bytes("x-absent")) == nil)
        #expect(view.headerMembers(cookie) == [bytes("x=1; y=2")])
        #expect(view.headerMembers(absent) == [])
        #expect(view.headerMembers(.none) == [])
    }

    @Test(arguments: [
        (["a"], ["a"]), (["a,b"], ["a", "b"]), ([" a ,\tb , "], ["a", "b"]), ([""], []),
        ([",,"], []), (["a", "", "b,c"], ["a", "b", "c"]), (["a b, c"], ["a b", "c"]),
        (["\"a,b\", c"], ["\"a,b\"", "c"]), (["x=\"a\\\",b\",c"], ["x=\"a\\\",b\"", "c"]),
        (["\"a,b", "c"], ["\"a,b", "c"]), (["\"a\\"], ["\"a\\"]), (["a\\,b"], ["a\\", "b"]),
        (["\"\",b"], ["\"\"", "b"]),
    ])
    func listMembersAreSplit(values: [String], expected: [String]) throws {
        var names = HeaderNames()
        let slot = names.intern(bytes("x-list"))
        let view = try build("GET", "/", values.map { "X-List:\($0)" }, names: names).get()
        #expect(view.headerMembers(slot).map { text($0) } == expected)
    }

    @Test(arguments: [
        (["beta=1"], ["1"]), (["notbeta=1"], []), (["a=b; beta=1"], ["1"]), (["a=b;beta=1"], ["1"]),
        (["beta=1; beta=2"], ["1", "2"]), (["beta=1", "x=y; beta=2"], ["1", "2"]),
        (["beta"], []), (["beta; beta=2"], ["2"]), (["beta="], [""]), (["Beta=1"], []),
        (["beta=\"a b\""], ["\"a b\""]), (["beta = 1 ;c=d"], ["1"]), (["beta=a=b"], ["a=b"]),
        (["x=\"; beta=1; \""], ["1"]), (["beta=a,b"], ["a,b"]), (["a=beta=1"], []),
        ([";;beta=1;"], ["1"]), (["beta=%41"], ["%41"]), ([" \tbeta\t=\t1\t"], ["1"]), ([""], []),
    ])
    func cookiesAreRead(values: [String], expected: [String]) throws {
        let view = try build("GET", "/", values.map { "Cookie:\($0)" }).get()
        #expect(view.cookies(bytes("beta")).map { text($0) } == expected)
    }

    @Test func cookiesComeInOrder() throws {
        let view = try build("GET", "/", ["Cookie:a=1; =2; b", "X-Cookie:z=9", "cookie:c=3"]).get()
        var seen: [String] = []
        view.forEachCookie { seen.append("\(text($0)) is \(text($1))") }
        #expect(seen == ["a is 1", "c is 3"])
        #expect(view.cookies([]) == [])
    }

    @Test(arguments: [
        ("/", []), ("/?", []), ("/?x", [""]), ("/?x=", [""]), ("/?x=1", ["1"]),
        ("/?x=1&x=2", ["1", "2"]), ("/?y=1&&x=a=b", ["a=b"]), ("/?%78=1", ["1"]), ("/?X=1", []),
        ("/?x=a+b%20c%2B", ["a b c+"]), ("/?x=%zz%4", ["%zz%4"]), ("/?x=%", ["%"]),
        ("/?x=1;x=2", ["1;x=2"]), ("/?xx=1&=x", []), ("/?x=%26&x=%3D", ["&", "="]),
        ("/?a=x?x=1", []), ("/?x=%2525", ["%25"]), ("/?x&x", ["", ""]),
    ])
    func queryIsRead(target: String, expected: [String]) throws {
        let view = try build("GET", target).get()
        #expect(view.queryValues(bytes("x")).map { text($0) } == expected)
    }

    @Test func queryNamesAreDecoded() throws {
        let view = try build("GET", "/?a+b=1&a%20b=2&%zz=3&c%C3%A4=%C3%A4").get()
        #expect(view.queryValues(bytes("a b")) == [bytes("1"), bytes("2")])
        #expect(view.queryValues(bytes("%zz")) == [bytes("3")])
        #expect(view.queryValues(bytes("cä")) == [bytes("ä")])
    }

    @Test(arguments: [
        ("/", [""]), ("/a", ["a"]), ("/a/b", ["a", "b"]), ("/a/b/", ["a", "b", ""]),
        ("/a//b", ["a", "b"]), ("/%7ea/%20", ["~a", "%20"]),
    ])
    func segmentsOfThePath(target: String, expected: [String]) throws {
        #expect(try build("GET", target).get().segments().map { text($0) } == expected)
    }

    @Test(
        arguments: [
            ("/", 80, false, "http://localhost/"), ("/a/../b?x#", 80, false, ""),
            ("/a/../b?x", 8080, false, "http://localhost:8080/b?x"),
            ("/p?", 80, false, "http://localhost/p?"), ("/", 443, false, "http://localhost:443/"),
            ("/", 443, true, "https://localhost/"), ("/", 80, true, "https://localhost:80/"),
            ("/", 0, false, "http://localhost/"), ("HTTP://A.b:1/c", 80, false, "http://a.b/c"),
            ("https://[::1]", 443, false, "https://[::1]/"), ("*", 80, false, "http://localhost"),
        ] as [(String, UInt16, Bool, String)])
    func urlIsComposed(target: String, port: UInt16, tls: Bool, expected: String) {
        let view = build(target == "*" ? "OPTIONS" : "GET", target) {
            $0.listenerPort = port
            $0.tls = tls ? TLSText() : nil
        }
        #expect((try? view.get().url()).map { text($0) } ?? "" == expected)
    }
}

@Suite struct BuilderTests {
    @Test func defaultsAreThoseOfTests() throws {
        let view = try RequestBuilder().build(headerNames: HeaderNames()).get()
        #expect(text(view.text(view.method)) == "GET")
        #expect(text(view.text(view.host)) == "localhost")
        #expect(view.client.ip?.text == "192.0.2.1")
        #expect(view.version == .http11 && view.scheme == .http && view.tls == nil)
    }

    @Test(
        arguments: [
            ("https://A.example:8443/x?y", "/x?y", "A.example:8443", "a.example"),
            ("https://a.example", "/", "a.example", "a.example"),
            ("https://a.example?q", "/?q", "a.example", "a.example"),
            ("https://192.0.2.7/", "/", "192.0.2.7", nil), ("HTTPS://[::1]/", "/", "[::1]", nil),
        ] as [(String, String, String, String?)])
    func urlSaysHostAndTLS(url: String, target: String, host: String, sni: String?) throws {
        let view = try build("GET", url).get()
        #expect(text(view.text(view.target)) == target)
        #expect(view.header(named: bytes("host")) == bytes(host))
        let tls = try #require(view.tls)
        #expect(text(view.text(tls.version)) == "1.3")
        #expect(tls.sni.map { text(view.text($0)) } == sni)
    }

    @Test func whatIsGivenWins() throws {
        let view = try build("GET", "https://a/", ["host:b"]) {
            $0.tls = TLSText(
                sni: bytes("c"), version: bytes("1.2"), alpn: bytes("h2"),
                clientSubject: bytes("CN=d"), clientVerified: true)
            $0.listenerName = bytes("public")
            $0.now = 7
        }.get()
        let tls = try #require(view.tls)
        let ranges = [view.host, tls.sni, tls.version, tls.alpn, tls.clientSubject, view.listener]
        let texts = ranges.compactMap { $0.map { text(view.text($0)) } }
        #expect(texts == ["b", "c", "1.2", "h2", "CN=d", "public"])
        #expect(tls.clientVerified && view.now == 7)
        #expect(try build("GET", "http://a/").get().tls == nil)
    }

    @Test(arguments: [
        ("", "/", "A:b", RefusalReason.badMethod), ("G T", "/", "A:b", .badMethod),
        ("GET", "/", ":b", .badFieldName), ("GET", "/", "a b:c", .badFieldName),
        ("GET", "/", "A:b\nc", .badFieldValue), ("GET", "/", "A:\u{0}", .badFieldValue),
        ("GET", "https://u@a/", "A:b", .badTarget), ("GET", "https://a b/", "A:b", .badHost),
        ("GET", "https://a/#f", "A:b", .fragmentInTarget), ("GET", "x", "A:b", .badTarget),
    ])
    func requestIsRefused(method: String, target: String, line: String, reason: RefusalReason) {
        switch build(method, target, [line]) {
        case .success: Issue.record("accepted")
        case .failure(let refusal): #expect(refusal == Refusal(400, reason))
        }
    }
}

@Suite struct SipHashTests {
    /// The reference vectors of the authors: key 00…0f, input 00, 01, … of the index's length.
    @Test(
        arguments: [
            (0, 0x726f_db47_dd0e_0e31), (1, 0x74f8_39c5_93dc_67fd), (2, 0x0d6c_8009_d9a9_4f5a),
            (3, 0x8567_6696_d7fb_7e2d), (4, 0xcf27_94e0_2771_87b7), (5, 0x1876_5564_cd99_a68d),
            (6, 0xcbc9_466e_58fe_e3ce), (7, 0xab02_00f5_8b01_d137), (15, 0xa129_ca61_49be_45e5),
        ] as [(Int, UInt64)])
    func referenceVectors(length: Int, expected: UInt64) {
        let hash = SipHash(key0: 0x0706_0504_0302_0100, key1: 0x0f0e_0d0c_0b0a_0908)
        #expect(hash.hash((0..<length).map { UInt8($0) }) == expected)
    }
}
