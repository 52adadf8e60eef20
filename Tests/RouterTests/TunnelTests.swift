import Sockets
import Testing

@testable import Router

@Suite struct TunnelTests {
    private static let upgrade =
        "GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    private static let switching =
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"

    private func router(_ upstream: Upstream, _ settings: String = "upgrade websocket") throws
        -> Running
    {
        try Running("pool a { server 127.0.0.1:\(upstream.port) \(settings) }\nelse -> pool a\n")
    }

    @Test func bytesGoBothWaysAndEachEndIsPassedOn() throws {
        let upstream = try Upstream(connections: 1) { peer in
            let head = try #require(try peer.readHead())
            let lower = head.lowercased()
            guard lower.contains("connection: upgrade\r\n"),
                lower.contains("upgrade: websocket\r\n"),
                lower.contains("sec-websocket-key: ")
            else { return }
            try peer.send(Self.switching + "early")
            let got = try peer.read(5)
            try peer.send("echo \(got)")
            // The client's end comes through; ours goes back.
            let rest = try peer.readRest()
            try peer.send("rest \(rest)")
        }
        let router = try router(upstream)
        let client = try Peer(port: router.port)
        // What comes behind the head before the 101 waits for it.
        try client.send(Self.upgrade + "hello")
        let head = try #require(try client.readHead())
        #expect(head.hasPrefix("HTTP/1.1 101 Switching Protocols"))
        #expect(head.lowercased().contains("upgrade: websocket\r\n"))
        #expect(head.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"))
        #expect(try client.read(15) == "earlyecho hello")
        try client.send("bye")
        client.shutdown()
        #expect(try client.readRest() == "rest bye")
    }

    @Test func aTunnelOutlivesAReload() throws {
        let upstream = try Upstream(connections: 1) { peer in
            _ = try peer.readHead()
            try peer.send(Self.switching)
            _ = try peer.read(1)
            try peer.send("y")
            _ = try peer.readRest()
        }
        let router = try Reloadable(
            "pool a { server 127.0.0.1:\(upstream.port) upgrade websocket }\nelse -> pool a\n")
        let client = try Peer(port: router.port)
        try client.send(Self.upgrade)
        #expect(try #require(try client.readHead()).hasPrefix("HTTP/1.1 101"))
        #expect(router.reload("else -> respond 404\n").isAdopted)
        try client.send("x")
        #expect(try client.read(1) == "y")
    }

    @Test func aPoolThatAllowsNoneRefuses() throws {
        let upstream = try Upstream(connections: 0) { _ in }
        let router = try router(upstream, "")
        let client = try Peer(port: router.port)
        try client.send(Self.upgrade)
        #expect(try #require(try client.readHead()).hasPrefix("HTTP/1.1 501"))
    }

    @Test func aServerMayDecline() throws {
        let upstream = try Upstream(connections: 1) { peer in
            _ = try peer.readHead()
            try peer.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")
        }
        let router = try router(upstream)
        let client = try Peer(port: router.port)
        try client.send(Self.upgrade)
        #expect(try #require(try client.readHead()).hasPrefix("HTTP/1.1 403"))
        #expect(try client.read(2) == "no")
    }

    /// A 101 that nobody asked for, or that switches to something else, is not passed on.
    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", switching),
        (upgrade, switching.replacing("websocket", with: "h2c")),
        (upgrade, switching.replacing("Connection: Upgrade\r\n", with: "")),
        (upgrade, switching.replacing("HTTP/1.1", with: "HTTP/1.0")),
        (
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
            switching
        ),
        ("GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n\r\n", switching),
    ])
    func aStrange101IsRefused(request: String, response: String) throws {
        let upstream = try Upstream(connections: 1) { peer in
            _ = try peer.readHead()
            try peer.send(response)
        }
        let router = try router(upstream)
        let client = try Peer(port: router.port)
        try client.send(request)
        #expect(try #require(try client.readHead()).hasPrefix("HTTP/1.1 502"))
    }

    @Test func anIdleTunnelEnds() throws {
        let upstream = try Upstream(connections: 1) { peer in
            _ = try peer.readHead()
            try peer.send(Self.switching)
            _ = try? peer.readRest()
        }
        let router = try Running(
            "timeouts { tunnel_idle 200ms }\n"
                + "pool a { server 127.0.0.1:\(upstream.port) upgrade websocket }\nelse -> pool a\n"
        )
        let client = try Peer(port: router.port)
        try client.send(Self.upgrade)
        _ = try client.readHead()
        #expect((try? client.readRest()) ?? "" == "")
    }
}
