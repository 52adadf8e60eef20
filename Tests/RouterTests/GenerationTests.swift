import Sockets
import Synchronization
import TestSupport
import Testing

@testable import Router

@Suite struct GenerationTests {
    private func ask(_ client: Peer, _ path: String) throws -> String {
        try client.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
        let head = try #require(try client.readHead())
        let length = head.lowercased().split(separator: "\r\n")
            .first { $0.hasPrefix("content-length: ") }
            .flatMap { Int($0.dropFirst(16)) }
        return try client.read(try #require(length))
    }

    @Test func aConnectionOutlivesItsGeneration() throws {
        let router = try Reloadable("else -> respond 200 \"one\"\n")
        let client = try Peer(port: router.port)
        #expect(try ask(client, "/") == "one")
        let result = router.reload("else -> respond 200 \"two\"\n")
        #expect(result.isAdopted && result.generation == 2, "\(result.text)")
        #expect(try ask(client, "/") == "two")
        #expect(try ask(try Peer(port: router.port), "/") == "two")
    }

    @Test func aFileWithErrorsChangesNothing() throws {
        let router = try Reloadable("else -> respond 200 \"one\"\n")
        let result = router.reload("else -> pool nowhere\n")
        #expect(!result.isAdopted && result.generation == 1)
        #expect(result.text.contains("nowhere") && result.text.contains("stays in service"))
        #expect(try ask(try Peer(port: router.port), "/") == "one")
        let metrics = try router.admin("GET", "/metrics").body
        #expect(metrics.contains("l7route_config_valid 0\n"))
        #expect(metrics.contains("l7route_failed_reloads_total 1\n"))
        #expect(router.reload("else -> respond 200 \"two\"\n").isAdopted)
        #expect(try router.admin("GET", "/metrics").body.contains("l7route_config_valid 1\n"))
    }

    @Test func anExchangeEndsUnderItsOwnGeneration() throws {
        let arrived = try Mailbox<Bool>()
        let release = try Mailbox<Bool>()
        let upstream = try Upstream(connections: 1) { peer in
            _ = try peer.readHead()
            arrived.post(true)
            var io = try EpollIO()
            _ = io.adopt(release, token: 0)
            var events: [ReadyEvent] = []
            io.wait(into: &events, timeoutMilliseconds: 10_000)
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nslow")
        }
        let pool = "pool a { server 127.0.0.1:\(upstream.port) }\n"
        let router = try Reloadable(pool + "else -> pool a { set response.header.x-gen = \"1\" }\n")
        let client = try Peer(port: router.port)
        try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        var io = try EpollIO()
        _ = io.adopt(arrived, token: 0)
        var events: [ReadyEvent] = []
        io.wait(into: &events, timeoutMilliseconds: 10_000)
        #expect(router.reload("else -> respond 200 \"two\"\n").isAdopted)
        let during = try router.admin("GET", "/status").body
        #expect(during.contains("\"retiring\":1"), "\(during)")
        release.post(true)
        let head = try #require(try client.readHead())
        #expect(head.hasPrefix("HTTP/1.1 200 OK") && head.contains("x-gen: 1"))
        #expect(try client.read(4) == "slow")
        #expect(try ask(client, "/") == "two")
        let after = try router.admin("GET", "/status").body
        #expect(after.contains("\"retiring\":0"), "\(after)")
    }

    @Test func aServerKeepsItsConnectionsAndCounters() throws {
        let upstream = try Upstream(connections: 1) { peer in
            for _ in 0..<2 {
                guard try peer.readHead(orEnd: true) != nil else { return }
                try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            }
        }
        let pool = "pool a { server 127.0.0.1:\(upstream.port) }\n"
        let router = try Reloadable(pool + "first: path == \"/\" -> pool a\n", workers: 1)
        let client = try Peer(port: router.port)
        #expect(try ask(client, "/") == "ok")
        #expect(
            router.reload(pool + "path == \"/x\" -> deny\nfirst: path == \"/\" -> pool a\n")
                .isAdopted)
        // The upstream accepts one connection only: a second request needs the kept one.
        #expect(try ask(client, "/") == "ok")
        let metrics = try router.admin("GET", "/metrics").body
        #expect(metrics.contains("l7route_rule_requests_total{rule=\"first\"} 2\n"), "\(metrics)")
        let server = "{pool=\"a\",server=\"127.0.0.1:\(upstream.port)\"}"
        #expect(metrics.contains("l7route_server_requests_total\(server) 2\n"))
        #expect(metrics.contains("l7route_server_connections_total\(server) 1\n"))
    }

    @Test func listenersComeAndGo() throws {
        let free = try Closed()
        let router = try Reloadable("else -> respond 200 \"main\"\n")
        let second =
            "listen 127.0.0.1:\(free.port) as second -> rules second\n"
            + "rules second { else -> respond 200 \"second\" }\nelse -> respond 200 \"main\"\n"
        #expect(router.reload(second).isAdopted)
        let client = try Peer(port: free.port)
        #expect(try ask(client, "/") == "second")
        #expect(router.reload("else -> respond 200 \"main\"\n").isAdopted)
        // An idle connection of a listener that is gone is closed.
        #expect(try client.readRest() == "")
        // Mail is read in order: a worker that reports has adopted.
        _ = try router.admin("GET", "/status")
        #expect(throws: (any Error).self) { try Peer(port: free.port) }
        #expect(try ask(try Peer(port: router.port), "/") == "main")
    }

    /// A connection in the middle of a head when its listener goes is answered, and ends. Its log
    /// line names no listener: the file that answers has another one.
    @Test func aListenerGoesWhileARequestComes() throws {
        let folder = try Temporary()
        let path = folder.path("access.log")
        do {
            let free = try Closed()
            let first = "listen 127.0.0.1:\(free.port) as second\nelse -> respond 200 \"x\"\n"
            let router = try Reloadable(first, log: path)
            let client = try Peer(port: free.port)
            try client.send("GET / HTTP/1.1\r\nHo")
            let other = try Peer(port: free.port)
            try other.send("GET / HT\u{0}")
            #expect(try #require(try other.readHead()).hasPrefix("HTTP/1.1 400"))
            #expect(router.reload("else -> respond 200 \"x\"\n").isAdopted)
            _ = try router.admin("GET", "/status")
            try client.send("st: x\r\n\r\n")
            let head = try #require(try client.readHead())
            #expect(head.hasPrefix("HTTP/1.1 503") && head.contains("connection: close"))
            #expect(try ask(try Peer(port: router.port), "/") == "x")
        }
        let text = String(decoding: try Files.read(path, limit: 1 << 20).get(), as: UTF8.self)
        let line = try #require(
            text.split(separator: "\n").first { $0.contains("listener_removed") })
        #expect(line.contains("\"generation\":2,"), "\(line)")
        #expect(!line.contains("\"listener\""), "\(line)")
    }

    @Test func aPortThatIsTakenRefusesTheReload() throws {
        let taken = try Running("else -> respond 200\n")
        let router = try Reloadable("else -> respond 200 \"one\"\n")
        let result = router.reload(
            "listen 127.0.0.1:\(taken.port) as second\nelse -> respond 200 \"two\"\n")
        #expect(!result.isAdopted && result.text.contains("address already in use"))
        #expect(try ask(try Peer(port: router.port), "/") == "one")
    }

    /// Every request on every connection is answered, by one file or the other.
    @Test func reloadsUnderLoadLoseNothing() throws {
        let router = try Reloadable("else -> respond 200 \"0\"\n")
        let port = router.port
        let load = Shared()
        let threads = (0..<4).compactMap { index in
            Thread.start(name: "load-\(index)") {
                while !load.isDone.load(ordering: .relaxed) {
                    guard let client = try? Peer(port: port) else {
                        load.failures.add(1, ordering: .relaxed)
                        return
                    }
                    for _ in 0..<50 {
                        let isAnswered =
                            (try? client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")) != nil
                            && (try? client.readHead())?.hasPrefix("HTTP/1.1 200") == true
                            && (try? client.read(1)) != nil
                        load.answered.add(1, ordering: .relaxed)
                        if !isAnswered { load.failures.add(1, ordering: .relaxed) }
                    }
                    client.close()
                }
            }
        }
        for round in 1...30 {
            #expect(router.reload("else -> respond 200 \"\(round % 10)\"\n").isAdopted)
        }
        load.isDone.store(true, ordering: .relaxed)
        for thread in threads { thread.join() }
        #expect(load.failures.load(ordering: .relaxed) == 0)
        #expect(load.answered.load(ordering: .relaxed) > 100)
    }

    private final class Shared: Sendable {
        let isDone = Atomic<Bool>(false)
        let failures = Atomic<Int>(0)
        let answered = Atomic<Int>(0)
    }
}
