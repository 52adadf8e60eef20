import RuleLang
import Sockets
import Synchronization
import Testing

@testable import Router

/// One exchange over real sockets: what the upstream gets, what the client gets.
@Suite(.timeLimit(.minutes(1))) struct ExchangeTests {
    /// Answers each connection's requests with one response, and keeps the heads it got.
    private final class Origin: Sendable {
        private let box: Box
        let port: UInt16

        init(connections: Int = 4, _ response: String, endsAfterResponse: Bool = false) throws {
            let box = Box()
            let upstream = try Upstream(connections: connections) { peer in
                while let head = try peer.readHead(orEnd: true) {
                    box.heads.withLock { $0.append(head) }
                    try peer.send(response)
                    if endsAfterResponse { return }
                }
            }
            port = upstream.port
            self.box = box
        }

        var first: String { box.heads.withLock { $0.first ?? "" } }
        var count: Int { box.heads.withLock { $0.count } }

        final class Box: Sendable {
            let heads = Mutex<[String]>([])
        }
    }

    private func lines(_ head: String) -> [String] {
        head.split(separator: "\r\n").map(String.init)
    }

    private func get(_ router: Running, _ request: String) throws -> (head: String, client: Peer) {
        let client = try Peer(port: router.port)
        try client.send(request)
        return (try #require(try client.readHead()), client)
    }

    // MARK: - Heads

    @Test func hopByHopFieldsStayAndForwardedOnesAreNew() throws {
        let origin = try Origin("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        let router = try Running("pool a { server 127.0.0.1:\(origin.port) }\nelse -> pool a\n")
        _ = try get(
            router,
            "GET /a/../b?q=1 HTTP/1.1\r\nHost: X.example:80\r\nConnection: x-secret, close\r\n"
                + "X-Secret: 1\r\nKeep-Alive: 5\r\nTE: trailers\r\nUpgrade: h2c\r\n"
                + "X-Forwarded-For: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\nX-Keep: yes\r\n"
                + "X_Under: 1\r\n\r\n")
        let got = lines(origin.first)
        #expect(got.first == "GET /b?q=1 HTTP/1.1")
        let fields = Set(got.dropFirst().map { $0.lowercased() })
        let traces = fields.filter { $0.hasPrefix("traceparent: 00-") }
        let ids = fields.filter { $0.hasPrefix("x-request-id: ") }
        #expect(traces.count == 1 && traces.first?.utf8.count == 68)
        #expect(ids.count == 1 && ids.first?.utf8.count == 46)
        #expect(
            fields.subtracting(traces).subtracting(ids) == [
                "host: x.example:80", "x-keep: yes", "x-forwarded-for: 127.0.0.1",
                "x-forwarded-proto: http", "x-forwarded-host: x.example:80", "via: 1.1 l7route",
            ])
    }

    /// What vendors keep in `tracestate` belongs to the trace of its `traceparent` (W3C Trace
    /// Context section 4.3: with one that does not parse it is deleted).
    @Test(arguments: [true, false]) func tracestateGoesWithItsTrace(isParsed: Bool) throws {
        let origin = try Origin("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        let router = try Running("pool a { server 127.0.0.1:\(origin.port) }\nelse -> pool a\n")
        let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b\(isParsed ? "7" : "")-01"
        _ = try get(
            router,
            "GET / HTTP/1.1\r\nHost: x\r\nTraceparent: \(parent)\r\nTracestate: a=b\r\n\r\n")
        let got = lines(origin.first.lowercased())
        #expect(got.contains("tracestate: a=b") == isParsed)
        #expect(got.contains("traceparent: \(parent)") == isParsed)
    }

    /// Versions to come are told by the parts of version 00 (W3C Trace Context section 3.2.2.1).
    @Test(
        arguments: [
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true),
            ("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true),
            ("fe-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-else", true),
            ("fe-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01what-else", false),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-else", false),
            ("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false),
            ("0x-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false),
            ("01-00000000000000000000000000000000-00f067aa0ba902b7-01", false),
            ("01-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", false),
        ])
    func tracesOfEveryVersionGoOn(parent: String, isParsed: Bool) throws {
        let origin = try Origin("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        let router = try Running("pool a { server 127.0.0.1:\(origin.port) }\nelse -> pool a\n")
        _ = try get(router, "GET / HTTP/1.1\r\nHost: x\r\nTraceparent: \(parent)\r\n\r\n")
        let got = lines(origin.first.lowercased()).filter { $0.hasPrefix("traceparent: ") }
        #expect((got == ["traceparent: \(parent)"]) == isParsed, "\(got)")
        #expect(got.count == 1)
    }

    /// HTTP/1.0 knows requests without Host.
    @Test(arguments: ["https://${host}${path}", "https://${host}:8443/", "https://${host}"])
    func aRedirectToNoHostIsRefused(location: String) throws {
        let router = try Running("else -> redirect 308 \"\(location)\"\n")
        let (refused, _) = try get(router, "GET / HTTP/1.0\r\n\r\n")
        #expect(refused.hasPrefix("HTTP/1.1 400 "), "\(refused)")
        let (head, _) = try get(router, "GET / HTTP/1.0\r\nHost: x\r\n\r\n")
        #expect(head.hasPrefix("HTTP/1.1 308 "), "\(head)")
    }

    @Test func aTrustedProxyIsAddedTo() throws {
        let origin = try Origin("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        let router = try Running(
            "trusted_proxies { 127.0.0.1 }\npool a { server 127.0.0.1:\(origin.port) }\n"
                + "client.ip == 192.0.2.7 -> pool a\n")
        let (head, _) = try get(
            router,
            "GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.7\r\n"
                + "X-Forwarded-Proto: https\r\n\r\n")
        #expect(head.hasPrefix("HTTP/1.1 200 "))
        let got = lines(origin.first.lowercased())
        #expect(got.contains("x-forwarded-for: 192.0.2.7, 127.0.0.1"))
        #expect(got.contains("x-forwarded-proto: https"))
    }

    @Test func modifiersEditBothSides() throws {
        let origin = try Origin(
            "HTTP/1.1 200 Fine\r\nContent-Length: 0\r\nServer: secret\r\nVary: a\r\n"
                + "Set-Cookie: arm=old\r\nSet-Cookie: other=1\r\nConnection: x-hop\r\nX-Hop: 1\r\n"
                + "\r\n")
        let router = try Running(
            """
            pool a { server 127.0.0.1:\(origin.port) }
            path matches "/api/{id}" -> pool a {
              strip_prefix "/api"
              rewrite host "inner.example"
              rewrite query "id=${id}"
              set request.header.x-id = "${id}"
              remove request.header.x-drop
              set response.header.x-rule = "r"
              add response.header.vary = "b"
              remove response.header.server
              set response.cookie.arm = "new" path "/" http_only
            }

            """)
        let (head, _) = try get(
            router, "GET /api/7 HTTP/1.1\r\nHost: x\r\nX-Drop: 1\r\nX-Id: forged\r\n\r\n")
        let sent = lines(origin.first.lowercased())
        #expect(sent.first == "get /7?id=7 http/1.1")
        #expect(sent.contains("host: inner.example") && sent.contains("x-id: 7"))
        #expect(!sent.contains("x-id: forged") && !sent.contains("x-drop: 1"))
        let got = lines(head)
        #expect(got.first == "HTTP/1.1 200 Fine")
        let lower = got.map { $0.lowercased() }
        #expect(lower.contains("vary: a") && lower.contains("vary: b"))
        #expect(lower.contains("x-rule: r") && lower.contains("set-cookie: other=1"))
        #expect(lower.contains("set-cookie: arm=new; path=/; httponly"))
        #expect(!lower.contains("server: secret") && !lower.contains("set-cookie: arm=old"))
        #expect(!lower.contains("x-hop: 1"))
    }

    // MARK: - Framing of responses

    @Test(arguments: [
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
            "1.1"
        ),
        ("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc", "1.1"),
        ("HTTP/1.0 200 OK\r\n\r\nabc", "1.0"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "1.0"),
    ])
    func bodiesOfUnknownLength(_ response: String, _ version: String) throws {
        let origin = try Origin(response, endsAfterResponse: !response.contains("chunked"))
        let router = try Running("pool a { server 127.0.0.1:\(origin.port) }\nelse -> pool a\n")
        let (head, client) = try get(router, "GET / HTTP/\(version)\r\nHost: x\r\n\r\n")
        if version == "1.1" {
            #expect(head.contains("transfer-encoding: chunked"))
            var body = ""
            while !body.hasSuffix("0\r\n\r\n") { body += try client.read(1) }
            let text = body.split(separator: "\r\n").enumerated().filter { $0.offset % 2 == 1 }
            #expect(text.map { String($0.element) }.joined() == "abc")
        } else {
            #expect(head.contains("connection: close") && !head.contains("transfer-encoding"))
            #expect(try client.read(3) == "abc")
            #expect(try client.readHead(orEnd: true) == nil)
        }
    }

    @Test func headHasALengthAndNoBody() throws {
        let origin = try Origin("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
        let router = try Running("pool a { server 127.0.0.1:\(origin.port) }\nelse -> pool a\n")
        let (head, client) = try get(router, "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(head.lowercased().contains("content-length: 5"))
        try client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try client.readHead()?.hasPrefix("HTTP/1.1 200 ") == true)
    }

    // MARK: - Failures

    @Test(arguments: [
        ("pool a { }", "503", "no server"),
        ("pool a { server 127.0.0.1:CLOSED }", "502", "bad gateway"),
        ("pool a { server 127.0.0.1:GARBAGE }", "502", "bad gateway"),
        ("timeouts { first_byte 50ms }\npool a { server 127.0.0.1:SILENT }", "504", "gateway"),
        ("pool a { server 127.0.0.1:UPGRADE }", "502", "bad gateway"),
    ])
    func upstreamsFail(_ pool: String, _ status: String, _ body: String) throws {
        let closed = try Closed()
        let garbage = try Upstream(connections: 1) { peer in
            _ = try peer.readHead()
            try peer.send("SSH-2.0-nonsense\r\n\r\n")
        }
        let silent = try Upstream(connections: 1) { peer in
            _ = try peer.readHead()
            _ = try peer.readHead(orEnd: true)
        }
        let upgrade = try Upstream(connections: 1) { peer in
            _ = try peer.readHead()
            try peer.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n")
        }
        let text = pool.replacing("CLOSED", with: "\(closed.port)")
            .replacing("GARBAGE", with: "\(garbage.port)")
            .replacing("SILENT", with: "\(silent.port)")
            .replacing("UPGRADE", with: "\(upgrade.port)")
        let router = try Running(text + "\npath == \"/ok\" -> respond 200\nelse -> pool a\n")
        let (head, client) = try get(router, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(head.hasPrefix("HTTP/1.1 \(status) "))
        #expect(try client.read(body.utf8.count) == body)
        // The client's connection goes on; the next plain request is answered right.
        _ = try get(router, "GET /ok HTTP/1.1\r\nHost: x\r\n\r\n")
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n5\r\nab",
    ])
    func aCutResponseIsSeenAsCut(_ response: String) throws {
        let origin = try Origin(response, endsAfterResponse: true)
        let router = try Running("pool a { server 127.0.0.1:\(origin.port) }\nelse -> pool a\n")
        let client = try Peer(port: router.port)
        try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        // The head may have been overtaken by the reset; a whole response never arrives.
        #expect(throws: (any Error).self) {
            let head = try client.readHead() ?? ""
            _ = try client.read(head.contains("chunked") ? 1_000 : 10)
        }
    }

    /// The upstream closes its kept connection; the next GET goes out again on a fresh one.
    @Test func aDeadPooledConnectionIsReplacedOnce() throws {
        let upstream = try Upstream(connections: 2) { peer in
            _ = try peer.readHead()
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        }
        let router = try Running("pool a { server 127.0.0.1:\(upstream.port) }\nelse -> pool a\n")
        let (head, client) = try get(router, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(head.hasPrefix("HTTP/1.1 200 "))
        #expect(try client.read(2) == "ok")
        try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try client.readHead()?.hasPrefix("HTTP/1.1 200 ") == true)
        #expect(try client.read(2) == "ok")
    }

    // MARK: - The client's side

    @Test(arguments: [
        ("GET / HTTP/1.1\r\n\r\n", "400"),
        ("GET / HTTP/1.1\nHost: x\n\n", "400"),
        ("GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "400"),
        ("GET /a%2fb HTTP/1.1\r\nHost: x\r\n\r\n", "400"),
        (
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "400"
        ),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", "400"),
        ("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "501"),
        ("CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n", "405"),
        ("PRI * HTTP/2.0\r\n\r\n", "505"),
        ("GET / HTTP/1.1\r\nHost: x\r\nExpect: more\r\n\r\n", "417"),
        ("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n", "413"),
    ])
    func whatIsNotAcceptableIsRefusedAndClosed(_ request: String, _ status: String) throws {
        let router = try Running("limits { body 10 }\nelse -> respond 200\n")
        let (head, client) = try get(router, request)
        #expect(head.hasPrefix("HTTP/1.1 \(status) "))
        #expect(head.contains("connection: close"))
        let length = lines(head).compactMap { line in
            line.hasPrefix("content-length: ") ? Int(line.dropFirst(16)) : nil
        }.first
        _ = try client.read(length ?? 0)
        #expect(try client.readHead(orEnd: true) == nil)
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() throws {
        let router = try Running("else -> respond 200 \"${path}\"\n")
        let client = try Peer(port: router.port)
        try client.send((0..<20).map { "GET /\($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined())
        for index in 0..<20 {
            #expect(try client.readHead()?.hasPrefix("HTTP/1.1 200 ") == true)
            #expect(try client.read("/\(index)".utf8.count) == "/\(index)")
        }
    }

    @Test func continueIsSaidByTheRouter() throws {
        let upstream = try Upstream(connections: 1) { peer in
            let head = try #require(try peer.readHead())
            #expect(!head.lowercased().contains("expect"))
            let body = try peer.read(3)
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n\(body)")
        }
        let router = try Running("pool a { server 127.0.0.1:\(upstream.port) }\nelse -> pool a\n")
        let (head, client) = try get(
            router,
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
        #expect(head.hasPrefix("HTTP/1.1 100 "))
        try client.send("abc")
        #expect(try client.readHead()?.hasPrefix("HTTP/1.1 200 ") == true)
        #expect(try client.read(3) == "abc")
    }

    @Test func weightsAreKept() throws {
        let one = try Origin(connections: 8, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1")
        let three = try Origin(connections: 8, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n3")
        let router = try Running(
            "pool a { server 127.0.0.1:\(one.port) server 127.0.0.1:\(three.port) weight 3 }\n"
                + "else -> pool a\n")
        let client = try Peer(port: router.port)
        var counts: [String: Int] = [:]
        for _ in 0..<40 {
            try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            _ = try client.readHead()
            counts[try client.read(1), default: 0] += 1
        }
        #expect(counts == ["1": 10, "3": 30])
    }
}
