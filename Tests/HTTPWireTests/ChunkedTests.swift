import HTTPWire
import RequestModel
import Testing

@Suite struct ChunkedTests {
    private static let extended = String(repeating: "e", count: 256)
    private static let blanks = String(repeating: "\t", count: 255)
    private static let zeros = String(repeating: "0", count: 255)
    /// With the name and line end of its field and the last line end, 8192 bytes.
    private static let longTrailer = String(repeating: "t", count: 8192 - 6)

    private static let good: [(String, String)] = [
        ("0\r\n\r\n", ""), ("5\r\nhello\r\n0\r\n\r\n", "hello"),
        ("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world"), ("000\r\n\r\n", ""),
        ("a\r\n0123456789\r\n0\r\n\r\n", "0123456789"),
        ("A\r\n0123456789\r\n0\r\n\r\n", "0123456789"),
        ("0000000000000005\r\nhello\r\n0\r\n\r\n", "hello"),
        ("\(zeros)5\r\nhello\r\n0\(zeros)\r\n\r\n", "hello"),
        ("1 ;a\r\nx\r\n0\t ; b=c\r\n\r\n", "x"),
        ("5\r\n\r\n\0\r\n\r\n0\r\n\r\n", "\r\n\0\r\n"), ("3\r\n0\r\n\r\n0\r\n\r\n", "0\r\n"),
        ("1;a\r\nx\r\n0\r\n\r\n", "x"), ("1;a=b;c=\"d e\"\r\nx\r\n0;z\r\n\r\n", "x"),
        ("1; a\r\nx\r\n0\r\n\r\n", "x"), ("1;a=\"\u{e9}\\\"\t\"\r\nx\r\n0\r\n\r\n", "x"),
        ("1;a;b=c ; d\t=\t\"\" ;e\r\nx\r\n0\r\n\r\n", "x"),
        ("1;\(extended)\r\nx\r\n1;\(extended)\r\ny\r\n0\r\n\r\n", "xy"),
        ("0\r\nA: b\r\n\r\n", ""), ("1\r\nx\r\n0\r\nA: b\r\nC:\r\n\r\n", "x"),
        ("0\r\nA: \u{ff}\t \r\n\r\n", ""),
    ]

    @Test(arguments: good)
    func bodyIsDecoded(stream: String, data: String) {
        let body = bytes(stream)
        let expected = Decoded(data: data, outcome: "end", consumed: body.count)
        let followed = body + bytes("GET / HTTP/1.1\r\n")
        #expect(decode(followed, ends: [followed.count], .chunked) == expected)
        #expect(decode(body, ends: Array(0...body.count), .chunked) == expected)
        for split in body.indices {
            #expect(decode(body, ends: [split, body.count], .chunked) == expected)
        }
    }

    private static let bad: [(String, String, String)] = [
        // The size line.
        ("\r\n", "", "bad_chunk"), ("g\r\n", "", "bad_chunk"), (";a\r\n", "", "bad_chunk"),
        ("+5\r\nhello", "", "bad_chunk"), ("-5\r\nhello", "", "bad_chunk"),
        (" 5\r\nhello", "", "bad_chunk"), ("5 \r\nhello", "", "bad_chunk"),
        ("5\t \r\nhello", "", "bad_chunk"), ("5 a\r\nhello", "", "bad_chunk"),
        ("5 ;\r\nhello", "", "bad_chunk"), (" ;a\r\nhello", "", "bad_chunk"),
        ("5\(blanks) ;a\r\nhello", "", "bad_chunk"), ("5 5\r\nhello", "", "bad_chunk"),
        ("0x5\r\nhello", "", "bad_chunk"), ("5_0\r\nhello", "", "bad_chunk"),
        ("5\nhello", "", "bad_chunk"), ("5\rhello", "", "bad_chunk"),
        ("5\r\rhello", "", "bad_chunk"),
        ("\(zeros)00\r\nhello", "", "bad_chunk"), ("01\(zeros)\r\nhello", "", "bad_chunk"),
        ("00000000000000018000000000000005\r\nhello", "", "bad_chunk"),
        ("10000000000000005\r\nhello", "", "bad_chunk"),
        ("FFFFFFFFFFFFFFFF\r\nhello", "", "bad_chunk"),
        ("8000000000000000\r\nhello", "", "bad_chunk"), ("\0", "", "bad_chunk"),
        ("5\u{b2}\r\n", "", "bad_chunk"),
        // Extensions.
        ("5;\r\nhello", "", "bad_chunk"), ("5;a\nb\r\nhello", "", "bad_chunk"),
        ("5;a\rb\r\nhello", "", "bad_chunk"), ("5;a\0\r\nhello", "", "bad_chunk"),
        ("5;a\t\r\nhello", "", "bad_chunk"), ("5;a\u{7f}\r\nhello", "", "bad_chunk"),
        ("5;e\(extended)\r\nhello", "", "bad_chunk"), ("5;;\r\n", "", "bad_chunk"),
        ("5;a;\r\n", "", "bad_chunk"), ("5;=b\r\n", "", "bad_chunk"), ("5;a=\r\n", "", "bad_chunk"),
        ("5;a=\"b\r\n", "", "bad_chunk"), ("5;a=\"b\"c\r\n", "", "bad_chunk"),
        ("5;a=b\"\r\n", "", "bad_chunk"), ("5;a b\r\n", "", "bad_chunk"),
        ("5;a=b c\r\n", "", "bad_chunk"), ("5;a==b\r\n", "", "bad_chunk"),
        ("5;a \r\n", "", "bad_chunk"), ("5; \r\n", "", "bad_chunk"), ("5;a/b\r\n", "", "bad_chunk"),
        ("5;\u{e9}\r\n", "", "bad_chunk"), ("5;a=\u{e9}\r\n", "", "bad_chunk"),
        ("5;a=\"\\\r\n", "", "bad_chunk"), ("5;a=\"\0\"\r\n", "", "bad_chunk"),
        // After the data.
        ("5\r\nhello0\r\n\r\n", "hello", "bad_chunk"),
        ("5\r\nhello\n0\r\n\r\n", "hello", "bad_chunk"),
        ("5\r\nhello\r0\r\n\r\n", "hello", "bad_chunk"),
        ("5\r\nhello\r\n\r\n", "hello", "bad_chunk"),
        ("2\r\nhello\r\n0\r\n\r\n", "he", "bad_chunk"),
        // Trailers.
        ("0\r\n\n", "", "bad_trailer"), ("0\r\n\rx", "", "bad_trailer"),
        ("0\r\nA\r\n\r\n", "", "bad_trailer"), ("0\r\nA : b\r\n\r\n", "", "bad_trailer"),
        ("0\r\n: b\r\n\r\n", "", "bad_trailer"), ("0\r\n A: b\r\n\r\n", "", "bad_trailer"),
        ("0\r\nA: b\r\n c\r\n\r\n", "", "bad_trailer"), ("0\r\nA: b\n\r\n", "", "bad_trailer"),
        ("0\r\nA: b\rc\r\n\r\n", "", "bad_trailer"), ("0\r\nA: \0\r\n\r\n", "", "bad_trailer"),
        ("0\r\nA\u{e9}: b\r\n\r\n", "", "bad_trailer"),
    ]

    @Test(arguments: bad.indices)
    func badBodyIsRefused(index: Int) {
        let (stream, data, reason) = Self.bad[index]
        let body = bytes(stream)
        let expected = Decoded(data: data, outcome: reason, consumed: 0)
        #expect(decode(body, ends: [body.count], .chunked) == expected, "\(stream)")
        #expect(decode(body, ends: Array(0...body.count), .chunked) == expected, "\(stream)")
        for split in body.indices {
            #expect(decode(body, ends: [split, body.count], .chunked) == expected, "\(stream)")
        }
    }

    @Test(
        arguments: [
            ("A:\(longTrailer.dropLast())", "end"), ("A:\(longTrailer)", "end"),
            ("A:\(longTrailer)t", "bad_trailer"),
            ("A: b\r\nA:\(longTrailer.dropLast(6))", "end"),
            ("A: b\r\nA:\(longTrailer.dropLast(5))", "bad_trailer"),
        ])
    func trailersAreBounded(trailers: String, outcome: String) {
        let body = bytes("0\r\n\(trailers)\r\n\r\n")
        #expect(decode(body, ends: [body.count], .chunked).outcome == outcome)
    }

    @Test(
        arguments: [
            ("5\r\nhello\r\n0\r\n\r\n", 5, "hello", "end"),
            ("5\r\nhello\r\n0\r\n\r\n", 4, "", "body_too_large"),
            ("3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", 5, "hello", "end"),
            ("3\r\nhel\r\n3\r\nlo!\r\n0\r\n\r\n", 5, "hel", "body_too_large"),
            ("1\r\nx\r\n7FFFFFFFFFFFFFFF\r\n", 5, "x", "body_too_large"),
            ("7fffffffffffffff\r\nx", 0, "x", "more"),
        ] as [(String, UInt64, String, String)])
    func limitIsOfTheWholeBody(stream: String, limit: UInt64, data: String, outcome: String) {
        let body = bytes(stream)
        for split in body.indices {
            let decoded = decode(body, ends: [split, body.count], .chunked, limit: limit)
            #expect(decoded.data == data)
            #expect(decoded.outcome == outcome)
        }
    }

    @Test func whatIsEncodedIsDecoded() {
        var stream: [UInt8] = []
        var data = ""
        for size in [1, 2, 17, 300] {
            let chunk = String(repeating: "\r", count: size)
            data += chunk
            stream += bytes(String(size, radix: 16) + "\r\n" + chunk) + ChunkEncoder.dataEnd
        }
        stream += ChunkEncoder.terminator
        let expected = Decoded(data: data, outcome: "end", consumed: stream.count)
        #expect(decode(stream, ends: [stream.count], .chunked) == expected)
    }
}
