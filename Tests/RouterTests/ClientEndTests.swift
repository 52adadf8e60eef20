import Sockets
import Testing

@testable import Router

/// A client that closes its side: it may be gone, or still want its responses.
@Suite(.timeLimit(.minutes(1))) struct ClientEndTests {
    private static let get = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"

    /// Waits for a message that a script posts; false when none comes.
    private static func has(_ mailbox: Mailbox<Bool>) throws -> Bool {
        var io = try EpollIO()
        _ = io.adopt(mailbox, token: 0)
        var events: [ReadyEvent] = []
        io.wait(into: &events, timeoutMilliseconds: 10_000)
        return !events.isEmpty
    }

    /// Requests that came before the end are answered, all of them.
    @Test func pipelinedRequestsBeforeTheEndAreAnswered() throws {
        let upstream = try Upstream(connections: 1) { peer in
            while try peer.readHead(orEnd: true) != nil {
                try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nup")
            }
        }
        let router = try Running(
            "pool a { server 127.0.0.1:\(upstream.port) }\n"
                + "path == \"/own\" -> respond 200 \"own\"\nelse -> pool a\n")
        let client = try Peer(port: router.port)
        let own = "GET /own HTTP/1.1\r\nHost: x\r\n\r\n"
        try client.send(Self.get + own + Self.get + own + own + Self.get)
        client.shutdown()
        var bodies: [String] = []
        for length in [2, 3, 2, 3, 3, 2] {
            let head = try #require(try client.readHead())
            #expect(head.hasPrefix("HTTP/1.1 200 "))
            bodies.append(try client.read(length))
            let isLast = bodies.count == 6
            #expect(head.contains("connection: close") == isLast, "\(head)")
        }
        #expect(bodies == ["up", "own", "up", "own", "own", "up"])
        #expect(try client.readRest().isEmpty)
    }

    /// The same, with a head behind them that will never be complete.
    @Test func halfAHeadBeforeTheEndIsRefused() throws {
        let upstream = try Upstream(connections: 1) { peer in
            _ = try peer.readHead()
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nup")
            _ = try peer.readRest()
        }
        let router = try Running("pool a { server 127.0.0.1:\(upstream.port) }\nelse -> pool a\n")
        let client = try Peer(port: router.port)
        try client.send(Self.get + "GET /half HTTP/1.1\r\nHo")
        client.shutdown()
        #expect(try client.readHead()?.hasPrefix("HTTP/1.1 200 ") == true)
        #expect(try client.read(2) == "up")
        #expect(try client.readHead()?.hasPrefix("HTTP/1.1 400 ") == true)
        #expect(try client.readRest() == "truncated_head\n")
    }

    /// An orderly close while the server works: its connection ends long before its timeout.
    @Test func aClientThatHasGoneCancelsItsRequest() throws {
        let arrived = try Mailbox<Bool>()
        let ended = try Mailbox<Bool>()
        let upstream = try Upstream(connections: 1) { peer in
            _ = try peer.readHead()
            arrived.post(true)
            _ = try? peer.readRest()
            ended.post(true)
        }
        let router = try Reloadable(
            "pool a { server 127.0.0.1:\(upstream.port) }\nelse -> pool a\n")
        let client = try Peer(port: router.port)
        try client.send(Self.get)
        #expect(try Self.has(arrived))
        client.close()
        #expect(try Self.has(ended))
        let metrics = try router.admin("GET", "/metrics").body
        #expect(metrics.contains("l7route_ends_total{reason=\"client_gone\"} 1\n"))
    }

    /// One that only has nothing more to send is told that its request is being worked on.
    @Test func aClientThatHalfClosesGetsItsResponse() throws {
        let release = try Mailbox<Bool>()
        let upstream = try Upstream(connections: 1) { peer in
            _ = try peer.readHead()
            _ = try Self.has(release)
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nslow")
            _ = try? peer.readRest()
        }
        let router = try Running("pool a { server 127.0.0.1:\(upstream.port) }\nelse -> pool a\n")
        let client = try Peer(port: router.port)
        try client.send(Self.get)
        client.shutdown()
        #expect(try client.readHead() == "HTTP/1.1 100 Continue\r\n\r\n")
        release.post(true)
        #expect(try client.readHead()?.hasPrefix("HTTP/1.1 200 ") == true)
        #expect(try client.readRest() == "slow")
    }
}
