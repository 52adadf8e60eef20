import Sockets
import Testing

@testable import Router

@Suite struct LimitTests {
    private func isServed(_ port: UInt16) -> Bool {
        guard let peer = try? Peer(port: port) else { return false }
        defer { peer.close() }
        return
            (try? peer.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) != nil
            && (try? peer.readHead())?.hasPrefix("HTTP/1.1 200") == true
    }

    @Test func connectionsOfOneClient() throws {
        let router = try Running(
            "limits { connections_per_client 2 }\nelse -> respond 200\n")
        let first = try Peer(port: router.port)
        try first.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = try first.readHead()
        let second = try Peer(port: router.port)
        try second.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = try second.readHead()
        #expect(!isServed(router.port))
        first.close()
        // The router sees the end of the first one when it next looks.
        var tries = 0
        while !isServed(router.port), tries < 1_000 { tries += 1 }
        #expect(tries < 1_000)
    }

    @Test func connectionsInAllWaitInTheBacklog() throws {
        let router = try Running("limits { connections 1 }\nelse -> respond 200\n")
        let first = try Peer(port: router.port)
        try first.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = try first.readHead()
        let second = try Peer(port: router.port)
        try second.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(second.staysOpen(milliseconds: 50))
        first.close()
        #expect(try #require(try second.readHead()).hasPrefix("HTTP/1.1 200"))
    }
}
