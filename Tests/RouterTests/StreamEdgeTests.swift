import RuleLang
import Sockets
import Synchronization
import Testing

@testable import Router

/// Edges of streams over real sockets: what happens when a body, a stall or a drain comes at an
/// awkward moment.
@Suite(.timeLimit(.minutes(1))) struct StreamEdgeTests {
    @Test func lengthsEndWithTheirLastByteAndTheConnectionGoesOn() throws {
        let upstream = try Upstream(connections: 1) { peer in
            while let head = try peer.readHead(orEnd: true) {
                let length = head.contains("content-length: 3") ? 3 : 0
                _ = try peer.read(length)
                try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            }
        }
        let router = try Running("pool a { server 127.0.0.1:\(upstream.port) }\nelse -> pool a\n")
        let client = try Peer(port: router.port)
        for request in ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", Self.post, Self.post] {
            try client.send(request)
            let head = try #require(try client.readHead())
            #expect(head.hasPrefix("HTTP/1.1 200 "))
            #expect(!head.lowercased().contains("connection: close"))
            #expect(try client.read(2) == "ok")
        }
    }

    @Test func aBodyReachesTheNextServerWhenTheFirstIsDown() throws {
        let closed = try Closed()
        let upstream = try Upstream(connections: 3) { peer in
            _ = try peer.readHead()
            let body = try peer.read(3)
            try peer.send(
                "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\n\(body)")
        }
        let router = try Running(
            """
            pool a { server 127.0.0.1:\(closed.port) weight 10 server 127.0.0.1:\(upstream.port) }
            else -> pool a

            """)
        let client = try Peer(port: router.port)
        for _ in 0..<3 {
            try client.send(Self.post)
            #expect(try client.readHead()?.hasPrefix("HTTP/1.1 200 ") == true)
            #expect(try client.read(3) == "abc")
        }
    }

    @Test func withoutAnyServerTheBodyIsDroppedAndTheConnectionGoesOn() throws {
        let closed = try Closed()
        let router = try Running("pool a { server 127.0.0.1:\(closed.port) }\nelse -> pool a\n")
        let client = try Peer(port: router.port)
        for _ in 0..<2 {
            try client.send(Self.post)
            #expect(try client.readHead()?.hasPrefix("HTTP/1.1 502 ") == true)
            #expect(try client.read(12) == "bad gateway\n")
        }
    }

    @Test func anAnswerDoesNotWaitForTheBody() throws {
        let router = try Running("path == \"/x\" -> respond 200 \"hi\"\n")
        let client = try Peer(port: router.port)
        try client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nabc")
        #expect(try client.readHead()?.hasPrefix("HTTP/1.1 404 ") == true)
        #expect(try client.read(16) == "no rule matches\n")
        try client.send("defGET /x HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try client.readHead()?.hasPrefix("HTTP/1.1 200 ") == true)
        #expect(try client.read(2) == "hi")
    }

    /// The client stalls once and then reads everything; the server is then silent for longer than
    /// a client may stall.
    @Test func silenceAfterAStallIsNotTheClients() throws {
        let chunk = [UInt8](repeating: 0x78, count: 1 << 20)
        let isStalled = Atomic<Bool>(false)
        let upstream = try Upstream(connections: 1) { peer in
            _ = try peer.readHead()
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: \((64 << 20) + 1)\r\n\r\n")
            for _ in 0..<64 {
                try peer.send(chunk) { isStalled.store(true, ordering: .releasing) }
            }
            // A router that blames the client ends this connection.
            #expect(peer.staysOpen(milliseconds: 1_500))
            try peer.send("y")
        }
        let router = try Running(
            """
            timeouts { client_body 500ms }
            pool a { server 127.0.0.1:\(upstream.port) }
            else -> pool a

            """)
        let client = try Peer(port: router.port)
        try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        // What the kernel buffers is full when the upstream cannot send for a while.
        while !isStalled.load(ordering: .acquiring) { #expect(client.staysOpen(milliseconds: 10)) }
        _ = try client.readHead()
        #expect(try client.skip(64 << 20))
        #expect(try client.read(1) == "y")
    }

    @Test func aDrainEndsWithItsLastExchange() throws {
        let mayEnd = Atomic<Bool>(false)
        let upstream = try Upstream(connections: 1) { peer in
            _ = try peer.readHead()
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no")
            while !mayEnd.load(ordering: .acquiring), peer.staysOpen(milliseconds: 10) {}
            try peer.send("k")
        }
        let router = try Running(
            """
            timeouts { drain 40s }
            pool a { server 127.0.0.1:\(upstream.port) }
            else -> pool a

            """)
        let client = try Peer(port: router.port)
        try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = try client.readHead()
        #expect(try client.read(1) == "o")
        let start = Clocks.monotonicNanoseconds()
        router.server.drain()
        // The drain has begun when nobody accepts any more.
        while (try? Peer(port: router.port)) != nil {}
        mayEnd.store(true, ordering: .releasing)
        #expect(try client.read(1) == "k")
        #expect(try client.readHead(orEnd: true) == nil)
        client.close()
        router.server.wait()
        #expect(Clocks.monotonicNanoseconds() - start < 20_000_000_000)
    }

    @Test func noLengthIsToldByA204() throws {
        let upstream = try Upstream(connections: 1) { peer in
            _ = try peer.readHead()
            try peer.send("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\nX-Seen: 1\r\n\r\n")
        }
        let router = try Running("pool a { server 127.0.0.1:\(upstream.port) }\nelse -> pool a\n")
        let client = try Peer(port: router.port)
        try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        let head = try #require(try client.readHead()).lowercased()
        #expect(head.contains("x-seen: 1"))
        #expect(!head.contains("content-length"))
    }

    private static let post = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
}
