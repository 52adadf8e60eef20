import RuleLang
import Sockets
import Synchronization
import Testing

@testable import Router

/// One reading of every message, over real sockets: what is refused at once, what never goes on,
/// and what is answered in its place. The whole table of cases is `./dev bench strict`.
@Suite(.timeLimit(.minutes(1))) struct StrictnessTests {
    private final class Heads: Sendable {
        private let box = Mutex<[String]>([])
        func add(_ head: String) { box.withLock { $0.append(head) } }
        var all: [String] { box.withLock { $0 } }
    }

    /// The answer's head to `request`, and the heads that came to the server, which says `script`.
    private func ask(
        _ request: String, script: String = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        ends: Bool = false
    ) throws -> (head: String?, heads: [String]) {
        let heads = Heads()
        let upstream = try Upstream(connections: 2) { peer in
            while let head = try peer.readHead(orEnd: true) {
                heads.add(head)
                try peer.send(script)
            }
        }
        let router = try Running("pool a { server 127.0.0.1:\(upstream.port) }\nelse -> pool a\n")
        let client = try Peer(port: router.port)
        try client.send(request)
        if ends { client.shutdown() }
        return (try client.readHead(orEnd: true), heads.all)
    }

    private func status(_ head: String?) -> String {
        head?.split(separator: " ").dropFirst().first.map(String.init) ?? "none"
    }

    /// The router's own answer to a request whose body is broken: if it has left, it arrives whole.
    @Test(arguments: ["", "1\r\nx\r\n"])
    func anAnswerIsNotLostForABadBody(good: String) throws {
        let router = try Running("path == \"/a\" -> deny 403\nelse -> respond 200\n")
        let start = "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + good
        let atOnce = try Peer(port: router.port)
        try atOnce.send(start + "x\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n")
        let head = try atOnce.readHead()
        #expect(status(head) == "400")
        #expect(head?.contains("connection: close") == true)
        #expect(try atOnce.readRest() == "bad_chunk\n")
        let later = try Peer(port: router.port)
        try later.send(start)
        #expect(status(try later.readHead()) == "403")
        try later.send("x\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try later.readRest().contains("HTTP/1.1") == false)
    }

    /// RFC 9112 section 3: the target has a status of its own, however long it is.
    @Test(
        arguments: [
            ("GET /", 9_000, "414"), ("GET /", 40_000, "414"), ("GET /", 200_000, "414"),
            ("GET /?", 40_000, "414"), ("", 40_000, "501"),
            ("GET / HTTP/1.1\r\nA: ", 40_000, "431"),
        ])
    func aLineThatIsTooLongIsRefusedForWhatItIs(start: String, count: Int, expected: String) throws
    {
        let long = String(repeating: "a", count: count)
        let (head, heads) = try ask(start + long + " HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(status(head) == expected)
        #expect(heads.isEmpty)
    }

    /// RFC 9110 section 15.5.6.
    @Test(arguments: ["CONNECT x:1 HTTP/1.1", "TRACE / HTTP/1.1\r\nMax-Forwards: 0"])
    func whatMayBeAskedInsteadIsTold(start: String) throws {
        let (head, _) = try ask("\(start)\r\nHost: x\r\n\r\n")
        #expect(status(head) == "405")
        #expect(head?.contains("\r\nallow: GET, HEAD, POST") == true)
    }

    /// These clients wait for an answer, and never send the rest of a head.
    @Test(
        arguments: [
            ("GET /\r\n", "400"), ("GET / HTTP/0.9\r\n", "505"), ("PRI * HTTP/2.0\r\n", "505"),
            ("SSH-2.0-OpenSSH_9.2\r\n", "400"), ("GET / HTTP/1.1x\r\nHost", "400"),
            ("\r\n\r\nGET / http/1.1\r\n", "400"), ("GET  / HTTP/1.1\r\nA", "400"),
        ])
    func whatIsNoRequestLineIsRefusedAtOnce(start: String, expected: String) throws {
        let (head, heads) = try ask(start)
        #expect(status(head) == expected)
        #expect(heads.isEmpty)
    }

    @Test(
        arguments: [
            ("GET / HTTP/1.1\r\nHost: x\r\n", "400"), ("G", "400"), ("\r\nG", "400"),
            ("GET / HTTP/1.1\r\nHost: x\r\n\r", "400"), ("\r\n", "none"), ("", "none"),
        ])
    func aHeadThatEndsTooSoonIsRefused(start: String, expected: String) throws {
        let (head, heads) = try ask(start, ends: true)
        #expect(status(head) == expected)
        #expect(heads.isEmpty)
    }

    @Test(arguments: ["Content-Length: 5\r\n\r\nhell", "Transfer-Encoding: chunked\r\n\r\n1\r\nx"])
    func aBodyThatEndsTooSoonIsRefused(rest: String) throws {
        let upstream = try Upstream(connections: 1) { peer in
            _ = try peer.readHead()
            _ = try peer.readRest()
        }
        let router = try Running("pool a { server 127.0.0.1:\(upstream.port) }\nelse -> pool a\n")
        let client = try Peer(port: router.port)
        try client.send("POST / HTTP/1.1\r\nHost: x\r\n" + rest)
        client.shutdown()
        #expect(status(try client.readHead()) == "400")
        #expect(try client.readRest() == "truncated_body\n")
    }

    @Test(
        arguments: [
            ("OPTIONS * HTTP/1.1", "Max-Forwards: 0", "200", nil),
            ("TRACE / HTTP/1.1", "Max-Forwards: 0", "405", nil),
            ("OPTIONS /a HTTP/1.1", "Max-Forwards: 10", "200", "max-forwards: 9"),
            ("TRACE /a HTTP/1.1", "Max-Forwards: 1", "200", "max-forwards: 0"),
            ("GET /a HTTP/1.1", "Max-Forwards: 0", "200", "Max-Forwards: 0"),
            ("OPTIONS http://x HTTP/1.1", "A: b", "200", "OPTIONS * HTTP/1.1"),
            ("GET http://x:80/a HTTP/1.1", "A: b", "200", "host: x:80"),
            ("GET /a HTTP/1.1", "Cookie: a=b\r\nCookie:\r\ncookie: c", "200", "Cookie: a=b; c"),
        ] as [(String, String, String, String?)])
    func whatGoesOnIsWrittenAnew(line: String, field: String, expected: String, arrives: String?)
        throws
    {
        let (head, heads) = try ask("\(line)\r\nHost: x\r\n\(field)\r\n\r\n")
        #expect(status(head) == expected)
        #expect(heads.count == (arrives == nil ? 0 : 1))
        if let arrives {
            let lines = heads.first?.split(separator: "\r\n").map(String.init) ?? []
            #expect(lines.contains(arrives), "\(lines)")
        }
    }

    @Test(
        arguments: [
            ("http://Example.com:8080/a", "Example.com:8080"), ("http://x", "x"),
            ("http://x:81?a=/b", "x:81"), ("HTTP://[::1]:81/", "[::1]:81"),
        ])
    func anAbsoluteFormNamesTheHostOfAnOldClient(target: String, host: String) throws {
        let (head, heads) = try ask("GET \(target) HTTP/1.0\r\n\r\n")
        #expect(status(head) == "200")
        #expect(heads.first?.contains("\r\nhost: \(host)\r\n") == true)
    }

    @Test(
        arguments: [
            "Proxy-Authorization: Basic c2VjcmV0", "HTTP2-Settings: c2VjcmV0",
            "Upgrade: h2c\r\nHTTP2-Settings: c2VjcmV0", "X-Forwarded-Port: c2VjcmV0",
            "X-Forwarded-Prefix: c2VjcmV0", "Connection: x-request-id\r\nX-Request-Id: c2VjcmV0",
            "Connection: x-a\r\nX-A: c2VjcmV0", "Keep-Alive: c2VjcmV0",
        ])
    func whatIsForThisHopStays(fields: String) throws {
        let (head, heads) = try ask("GET / HTTP/1.1\r\nHost: x\r\n\(fields)\r\n\r\n")
        #expect(status(head) == "200")
        #expect(heads.count == 1)
        #expect(heads.first?.contains("c2VjcmV0") == false)
    }

    @Test(
        arguments: [
            ("HTTP/1.1 103 X\r\nContent-Length: 5\r\n\r\nHTTP/1.1 200 OK\r\n", "502"),
            (String(repeating: "HTTP/1.1 102 X\r\n\r\n", count: 40), "102"),
            (String(repeating: "HTTP/1.1 100 X\r\n\r\n", count: 33), "502"),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "502"),
            ("HTTP/1.7 200 OK\r\nContent-Length: 0\r\n\r\n", "200"),
        ])
    func serversAreReadAsStrictly(script: String, expected: String) throws {
        let (head, _) = try ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n", script: script)
        #expect(status(head) == expected)
    }

    /// In one piece with its head, so that nothing of it has left when the fault is seen.
    @Test(
        arguments: [
            "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nx",
            "Transfer-Encoding: chunked\r\n\r\nx",
            "Transfer-Encoding: chunked\r\n\r\n1\r\nhello",
            "Transfer-Encoding: chunked\r\n\r\n0\r\n\n",
        ])
    func aBadBodyIsAnsweredWhileNothingHasLeft(rest: String) throws {
        let upstream = try Upstream(connections: 2) { peer in
            _ = try peer.readHead()
            try peer.send("HTTP/1.1 200 OK\r\nX-Bad: 1\r\n" + rest)
            _ = try peer.readHead(orEnd: true)
        }
        let router = try Running(
            """
            pool a { server 127.0.0.1:\(upstream.port) }
            path == "/local" -> respond 200 "local"
            else -> pool a

            """)
        let client = try Peer(port: router.port)
        try client.send(
            "GET /local HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"
                + "GET /local HTTP/1.1\r\nHost: x\r\n\r\n")
        for (expected, body) in [("200", "local"), ("502", "bad gateway\n"), ("200", "local")] {
            let head = try #require(try client.readHead())
            #expect(status(head) == expected)
            #expect(!head.contains("X-Bad"))
            #expect(try client.read(body.utf8.count) == body)
        }
    }

    @Test(arguments: [("HEAD", "200 OK"), ("GET", "304 Not Modified")])
    func anAnnouncedBodyIsNotTakenForTheNextResponse(method: String, line: String) throws {
        let connections = Mutex(0)
        let upstream = try Upstream(connections: 2) { peer in
            connections.withLock { $0 += 1 }
            while try peer.readHead(orEnd: true) != nil {
                try peer.send("HTTP/1.1 \(line)\r\nContent-Length: 5\r\n\r\n")
            }
        }
        let router = try Running("pool a { server 127.0.0.1:\(upstream.port) }\nelse -> pool a\n")
        let client = try Peer(port: router.port)
        for _ in 0..<2 {
            try client.send("\(method) / HTTP/1.1\r\nHost: x\r\n\r\n")
            let head = try #require(try client.readHead())
            #expect(head.contains("content-length: 5") || head.contains("Content-Length: 5"))
        }
        #expect(connections.withLock { $0 } == 2)
    }
}

@Suite struct ReasonTests {
    /// Whoever finds a reason in a log finds it in the documentation.
    @Test func everyReasonIsDocumented() throws {
        let path = #filePath.replacing(#/Tests/RouterTests/.*$/#, with: "docs/operations.md")
        let text = String(decoding: try Files.read(path, limit: 1 << 20).get(), as: UTF8.self)
        for reason in Reason.all {
            #expect(text.contains("`\(reason.text)`"), "\(reason.text)")
        }
    }
}
