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

    /// Whoever looks after a full router gets in.
    @Test func theAdminListenerIsNotFull() throws {
        let router = try Reloadable(
            "limits { connections 1 connections_per_client 1 }\nelse -> respond 200\n", workers: 1)
        let first = try Peer(port: router.port)
        try first.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = try first.readHead()
        let waiting = try Peer(port: router.port)
        #expect(waiting.staysOpen(milliseconds: 50))
        for _ in 0..<3 {
            #expect(try router.admin("GET", "/healthz").head.hasPrefix("HTTP/1.1 200"))
        }
        // What the admin interface takes is not taken from the clients.
        first.close()
        try waiting.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try #require(try waiting.readHead()).hasPrefix("HTTP/1.1 200"))
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

    /// A process with few descriptors keeps one for the server of each client that it lets in; a
    /// reload does not forget that.
    @Test func descriptorsBoundTheClients() throws {
        #expect(FileBudget(openFiles: 256, workers: 1).clients(sockets: 2) == 107)
        #expect(FileBudget(openFiles: 1_024, workers: 4).clients(sockets: 200) == 380)
        // Ten thousand may rest where twenty thousand descriptors are.
        #expect(FileBudget(openFiles: 20_000, workers: 1).clients(sockets: 2) == 15_862)
        #expect(FileBudget(openFiles: 10, workers: 1).clients(sockets: 2) == 1)
        #expect(FileBudget(openFiles: .max, workers: 1).clients(sockets: 2) > 1 << 60)
        let rules = "else -> respond 200\n"
        let router = try Reloadable(rules, workers: 1, openFiles: 46)
        func served() throws -> Peer {
            let peer = try Peer(port: router.port)
            try peer.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try #require(try peer.readHead()).hasPrefix("HTTP/1.1 200"))
            return peer
        }
        let first = try served()
        #expect(router.reload("path == \"/a\" -> deny\n" + rules).isAdopted)
        let second = try served()
        let third = try Peer(port: router.port)
        try third.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(third.staysOpen(milliseconds: 50))
        first.close()
        #expect(try #require(try third.readHead()).hasPrefix("HTTP/1.1 200"))
        second.close()
    }

    /// A client that reads slowly, but reads, gets everything; one that does not read is cut off.
    @Test func slowIsNotStalled() throws {
        let size = 24 << 20
        let upstream = try Upstream(connections: 2) { peer in
            guard try peer.readHead(orEnd: true) != nil else { return }
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
            try peer.send([UInt8](repeating: 0x61, count: size))
        }
        let router = try Running(
            "timeouts { client_body 400ms }\n"
                + "pool a { server 127.0.0.1:\(upstream.port) }\nelse -> pool a\n")
        let slow = try Peer(port: router.port)
        try slow.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = try slow.readHead()
        var rest = size
        for _ in 0..<6 {
            #expect(slow.staysOpen(milliseconds: 200))
            #expect(try slow.skip(2 << 20))
            rest -= 2 << 20
        }
        #expect(try slow.skip(rest))
    }
}
