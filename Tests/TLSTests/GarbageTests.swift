import TestSupport
import Testing

@testable import TLS

@Suite struct GarbageTests {
    @Test(
        arguments: [
            "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "POST / HTTP/1.1\r\n\r\n",
            "DELETE /x HTTP/1.1\r\n\r\n",
            "OPTIONS * HTTP/1.1\r\n\r\n", "CONNECT a:443 HTTP/1.1\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        ], Cut.allCases)
    func plainHTTPIsRecognised(text: String, cut: Cut) throws {
        let server = End(try #require(TLSSession(server: listener())))
        var generator = SeededGenerator(seed: 3)
        server.take(Array(text.utf8), cut, &generator)
        #expect(server.reason == "tls_plain_http")
        #expect(!server.session.isEstablished)
    }

    @Test func plainUpstreamIsRecognised() throws {
        let client = End(try #require(TLSSession(client: upstream(), serverName: "one.example")))
        client.session.begin(output: &client.output)
        var generator = SeededGenerator(seed: 3)
        client.take(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8), .whole, &generator)
        #expect(client.reason == "tls_plain_http")
    }

    @Test func failureStays() throws {
        let server = End(try #require(TLSSession(server: listener())))
        var generator = SeededGenerator(seed: 3)
        server.take(Array("GET / HTTP/1.1\r\n\r\n".utf8), .whole, &generator)
        let first = server.state
        server.take(Array("GET / HTTP/1.1\r\n\r\n".utf8), .whole, &generator)
        #expect(server.state == first && !server.send([1]))
    }

    /// Bytes at random, most of them behind a header that looks like a handshake record.
    @Test func randomBytesNeverOpenAConnection() throws {
        let listener = try listener()
        for seed in 0..<2000 {
            var generator = SeededGenerator(seed: UInt64(seed))
            var bytes = (0..<Int.random(in: 6...400, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            if seed % 4 != 0 {
                let size = bytes.count - 5
                bytes.replaceSubrange(0..<5, with: [22, 3, 1, UInt8(size >> 8), UInt8(size & 255)])
            }
            if seed % 4 == 2 { bytes[5] = 1 }
            let isWholeHello = seed % 4 == 3 && bytes.count > 9
            if isWholeHello {
                let size = bytes.count - 9
                bytes.replaceSubrange(5..<9, with: [1, 0, UInt8(size >> 8), UInt8(size & 255)])
            }
            let server = End(try #require(TLSSession(server: listener)))
            server.take(bytes, .random, &generator)
            #expect(!server.session.isEstablished && server.received.isEmpty, "seed \(seed)")
            if isWholeHello { #expect(server.reason != nil, "seed \(seed)") }
        }
    }

    /// A byte of a handshake or of a record is changed: the receiver never delivers other data.
    @Test func changedRecordsAreNotDelivered() throws {
        let listener = try listener()
        let context = try upstream()
        for seed in 0..<300 {
            var generator = SeededGenerator(seed: UInt64(seed))
            let link = Link(
                try #require(TLSSession(client: context, serverName: "one.example")),
                try #require(TLSSession(server: listener)))
            link.shakeHands()
            #expect(link.client.send(Array("hello".utf8)))
            var records = link.client.takeOutput()
            let place = Int.random(in: 0..<records.count, using: &generator)
            records[place] ^= UInt8.random(in: 1...255, using: &generator)
            // Enough for a record that claims to be longer.
            records += [UInt8](repeating: 0, count: 1 << 16)
            link.server.take(records, .random, &generator)
            #expect(link.server.received.isEmpty && link.server.reason != nil, "seed \(seed)")
        }
    }

    /// A handshake with one changed byte ends in a failure of one side or waits for more, or the
    /// byte did not count; it never traps.
    @Test func changedHandshakesFailCleanly() throws {
        let listener = try listener()
        let context = try upstream()
        var failures = 0
        for seed in 0..<500 {
            var generator = SeededGenerator(seed: UInt64(seed))
            let link = Link(
                try #require(TLSSession(client: context, serverName: "one.example")),
                try #require(TLSSession(server: listener)))
            link.client.session.begin(output: &link.client.output)
            let place = Int.random(in: 0..<link.client.output.count, using: &generator)
            link.client.output[place] ^= UInt8.random(in: 1...255, using: &generator)
            link.pump()
            // The transcript differs, so the handshake cannot end well on both sides.
            #expect(!(link.client.state == .open && link.server.state == .open), "seed \(seed)")
            if link.server.reason != nil || link.client.reason != nil { failures += 1 }
        }
        #expect(failures > 400)
    }

    @Test func truncatedHandshakeWaits() throws {
        let link = Link(
            try #require(TLSSession(client: upstream(), serverName: "one.example")),
            try #require(TLSSession(server: listener())))
        link.client.session.begin(output: &link.client.output)
        var generator = SeededGenerator(seed: 1)
        let hello = link.client.takeOutput()
        link.server.take(Array(hello.dropLast()), .bytes, &generator)
        #expect(link.server.state == .handshaking && link.server.output.isEmpty)
        link.server.take([hello[hello.count - 1]], .whole, &generator)
        #expect(!link.server.output.isEmpty)
    }
}
