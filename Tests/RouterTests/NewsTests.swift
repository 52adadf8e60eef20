import RuleLang
import Sockets
import Synchronization
import Testing

@testable import Router

/// What whoever runs the router is told, beside what was asked for.
@Suite struct NewsTests {
    @Test func lostLinesAreToldOncePerMinute() {
        let second: UInt64 = 1_000_000_000
        var losses = LossNews()
        #expect(losses.text(lost: 0, nowNanoseconds: second) == nil)
        losses.problem = .fileTooLarge
        #expect(
            losses.text(lost: 1, nowNanoseconds: second)
                == "1 log line is lost: file too large\n")
        #expect(losses.text(lost: 9, nowNanoseconds: 60 * second) == nil)
        #expect(
            losses.text(lost: 9, nowNanoseconds: 61 * second)
                == "8 more log lines are lost: the log is too slow\n")
        #expect(losses.text(lost: 9, nowNanoseconds: 999 * second) == nil)
    }

    /// What a drain's deadline cuts is counted over all workers, and told once; a client that is
    /// not in an exchange is none of them.
    @Test func whatADrainCutsIsTold() throws {
        let upstream = try Upstream(connections: 1) { peer in
            _ = try peer.readHead()
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")
            _ = try peer.readRest()
        }
        let told = Mutex<[String]>([])
        let text = """
            listen 127.0.0.1:0
            log { to file "/dev/null" }
            timeouts { drain 1s }
            pool a { server 127.0.0.1:\(upstream.port) }
            path == "/slow" -> pool a
            else -> respond 200
            """
        let program = try #require(compile("d.l7", loader: OneFile(text: text)).program)
        var options = RouterServer.Options()
        options.workers = 2
        options.heard = { news in
            if case .notice(let text) = news { told.withLock { $0.append(text) } }
        }
        let server = try RouterServer.start(program, options).get()
        let port = try #require(server.addresses.first?.address.port)
        let slow = try Peer(port: port)
        try slow.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = try slow.readHead()
        let idle = try Peer(port: port)
        try idle.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = try idle.readHead()
        try idle.send("GET / HT")
        server.drain()
        server.wait()
        #expect(
            told.withLock { $0 } == ["the time to drain is over: 1 client was cut off\n"])
    }
}
