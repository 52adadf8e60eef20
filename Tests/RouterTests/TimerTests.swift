import Sockets
import Synchronization
import Testing

@testable import Router

/// Whose time it is.
@Suite struct TimerTests {
    /// A client pipelines and does not read for a while: the server of a later request has answered
    /// in time, whenever its answer can be passed on.
    @Test func aServerBehindAFullClientIsNotLate() throws {
        let rounds = 250
        let upstream = try Upstream(connections: 1) { peer in
            while try peer.readHead(orEnd: true) != nil {
                try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            }
        }
        let large = String(repeating: "a", count: 60_000)
        let router = try Running(
            """
            timeouts { first_byte 200ms }
            pool a { server 127.0.0.1:\(upstream.port) }
            path == "/large" -> respond 200 "\(large)"
            else -> pool a

            """)
        let client = try Peer(port: router.port)
        let pair = "GET /large HTTP/1.1\r\nHost: x\r\n\r\nGET /small HTTP/1.1\r\nHost: x\r\n\r\n"
        try client.send(String(repeating: pair, count: rounds))
        #expect(client.staysOpen(milliseconds: 700))
        for _ in 0..<rounds {
            #expect(try client.readHead()?.hasPrefix("HTTP/1.1 200 ") == true)
            #expect(try client.skip(large.utf8.count))
            let head = try #require(try client.readHead())
            try #require(head.hasPrefix("HTTP/1.1 200 "))
            #expect(try client.read(2) == "ok")
        }
    }

    /// The same client, if it never reads, is cut off for that.
    @Test(arguments: [false, true]) func aFullClientIsCutOff(isHalfClosed: Bool) throws {
        let upstream = try Upstream(connections: 1) { peer in
            while try peer.readHead(orEnd: true) != nil {
                try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            }
        }
        let large = String(repeating: "a", count: 60_000)
        let router = try Running(
            """
            timeouts { client_body 300ms first_byte 100ms }
            pool a { server 127.0.0.1:\(upstream.port) }
            path == "/large" -> respond 200 "\(large)"
            else -> pool a

            """)
        let client = try Peer(port: router.port)
        let pair = "GET /large HTTP/1.1\r\nHost: x\r\n\r\nGET /small HTTP/1.1\r\nHost: x\r\n\r\n"
        try client.send(String(repeating: pair, count: 250))
        if isHalfClosed { client.shutdown() }
        #expect(!client.staysOpen(milliseconds: 5_000))
    }

    /// While no server has taken the request, its client cannot send the body, and is not late; nor
    /// is a connect cut short. From then on the client has its time, and no more.
    @Test(arguments: [true, false])
    func aClientsTimeBeginsWithAServer(sendsBody: Bool) throws {
        let full = try Full()
        let upstream = try Upstream(connections: 1) { peer in
            _ = try peer.readHead()
            let body = try peer.read(3)
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n\(body)")
        }
        let router = try Running(
            """
            timeouts { connect 600ms client_body 300ms }
            pool a { server 127.0.0.1:\(full.port) server 127.0.0.1:\(upstream.port) }
            else -> pool a

            """)
        let client = try Peer(port: router.port)
        let start = Clocks.monotonicNanoseconds()
        try client.send(
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
        #expect(try client.readHead()?.hasPrefix("HTTP/1.1 100 ") == true)
        #expect(Clocks.monotonicNanoseconds() - start > 500_000_000)
        if sendsBody { try client.send("abc") }
        let status = sendsBody ? "200" : "408"
        #expect(try client.readHead()?.hasPrefix("HTTP/1.1 \(status) ") == true)
    }

    /// It has sent its request and does not read the response, which began before that.
    @Test func anUploaderThatDoesNotReadIsCutOff() throws {
        let isFull = Atomic<Bool>(false)
        let upstream = try Upstream(connections: 1) { peer in
            _ = try peer.readHead()
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: \(64 << 20)\r\n\r\n")
            try peer.send([UInt8](repeating: 0x61, count: 64 << 20)) {
                isFull.store(true, ordering: .releasing)
            }
        }
        let router = try Running(
            """
            timeouts { client_body 1s }
            pool a { server 127.0.0.1:\(upstream.port) }
            else -> pool a

            """)
        let client = try Peer(port: router.port)
        try client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na")
        while !isFull.load(ordering: .acquiring) { #expect(client.staysOpen(milliseconds: 10)) }
        try client.send("bc")
        #expect(!client.staysOpen(milliseconds: 5_000))
    }

    /// A server that begins its response before it has the whole request may wait for the rest.
    @Test func anEarlyHeadIsNoGap() throws {
        let upstream = try Upstream(connections: 1) { peer in
            _ = try peer.readHead()
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n")
            let body = try peer.read(6)
            try peer.send(body)
        }
        let router = try Running(
            """
            timeouts { between_reads 200ms }
            pool a { server 127.0.0.1:\(upstream.port) }
            else -> pool a

            """)
        let client = try Peer(port: router.port)
        try client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\n")
        for byte in ["a", "b", "c", "d", "e", "f"] {
            #expect(client.staysOpen(milliseconds: 100))
            try client.send(byte)
        }
        #expect(try client.readHead()?.hasPrefix("HTTP/1.1 200 ") == true)
        #expect(try client.read(6) == "abcdef")
    }

    /// It then has the time of a gap, not more.
    @Test func anEarlyHeadIsAGapAfterTheRequest() throws {
        let upstream = try Upstream(connections: 1) { peer in
            _ = try peer.readHead()
            try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n")
            _ = try peer.read(6)
            _ = try peer.readHead(orEnd: true)
        }
        let router = try Running(
            """
            timeouts { between_reads 200ms }
            pool a { server 127.0.0.1:\(upstream.port) }
            else -> pool a

            """)
        let client = try Peer(port: router.port)
        try client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nabcdef")
        #expect(throws: (any Error).self) { try client.read(1_000) }
    }
}

/// A server whose queue is full: a connection to it stays on its way.
private final class Full {
    let port: UInt16
    private let listener: Descriptor
    private var io: EpollIO
    private var waiting: [Descriptor] = []

    init() throws {
        let address = SocketAddress.v4(0x7f00_0001, port: 0)
        listener = try #require(try Listening.open(address, count: 1, backlog: 1).get().first)
        port = try #require(Listening.localAddress(listener)?.port)
        io = try EpollIO()
        for _ in 0..<8 {
            switch io.connect(.v4(0x7f00_0001, port: port)) {
            case .connected(let opened), .pending(let opened): waiting.append(opened)
            case .failed(let error): throw error
            }
        }
    }

    deinit {
        for descriptor in waiting { io.close(descriptor) }
        Listening.close(listener)
    }
}
