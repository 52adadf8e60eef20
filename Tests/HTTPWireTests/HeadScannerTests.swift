import HTTPWire
import RequestModel
import Testing

@Suite struct HeadScannerTests {
    private static let heads = [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\nbody", "GET / HTTP/1.1\r\n\r\n",
        "\r\nGET / HTTP/1.1\r\n\r\n",
        "\r\n\r\nGET / HTTP/1.1\r\nA: b\r\n\r\n", "\r\n\r\n\r\nGET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1\r\nHost: a\n\r\n", "GET / HTTP/1.1\r\n\n",
        "GET / HTTP/1.1\r\n\r\r\n", "GET /\r HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nA: \0\r\n\r\n",
        "\0\0\0", "\r", "", "\rX", "\n", "GET / HTTP/1.1\r\nHost: a\r\n",
        "GET /0123456789012345678901234567890123456789 HTTP/1.1\r\n\r\n",
        "GET /012345678901234567 HTTP/1.1\r\n\r\n", "GET /0123456789012345678 HTTP/1.1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\r\n\r\n", "A\tB: \u{1}\u{ff}\r\n\r\n",
    ]

    /// The answers of a scanner given more and more of `head`, until one that is final.
    private func scan(
        _ head: [UInt8], steps: [Int], _ message: HeadScanner.Message
    ) -> (ScanResult, start: Int) {
        var scanner = HeadScanner(message)
        var result = ScanResult.incomplete
        for end in steps where result == .incomplete {
            result = scanner.scan(head, 2..<end + 2, limit: 40)
        }
        return (result, scanner.start)
    }

    @Test(arguments: heads, [HeadScanner.Message.request, .response])
    func byteByByteEqualsAtOnce(head: String, message: HeadScanner.Message) {
        let stream = bytes("\n\n" + head)
        let whole = scan(stream, steps: [stream.count - 2], message)
        let single = scan(stream, steps: Array(0...stream.count - 2), message)
        #expect(whole == single)
        for split in 0...stream.count - 2 {
            #expect(scan(stream, steps: [split, stream.count - 2], message) == whole)
        }
    }

    @Test(
        arguments: [
            ("GET / HTTP/1.1\r\nA: b\r\n\r\nrest", .complete(end: 24), 0),
            ("\r\nGET / HTTP/1.1\r\n\r\n", .complete(end: 20), 2),
            ("\r\n\r\nGET / HTTP/1.1\r\n\r\n", .complete(end: 22), 4),
            ("\r\n\r\n", .incomplete, 4), ("GET / HTTP/1.1\r\n", .incomplete, 0),
            ("GET / HTTP/1.1\r\n\r", .incomplete, 0),
            ("\r\n\r\n\r", .refused(Refusal(400, .badRequestLine)), 4),
            ("G\n", .refused(Refusal(400, .bareLineFeed)), 0),
            ("G\r ", .refused(Refusal(400, .bareCarriageReturn)), 0),
            ("G\0", .refused(Refusal(400, .badRequestLine)), 0),
            ("G\r\n\0", .refused(Refusal(400, .badFieldValue)), 0),
        ] as [(String, ScanResult, Int)])
    func requestEnds(head: String, expected: ScanResult, start: Int) {
        var scanner = HeadScanner()
        let stream = bytes(head)
        #expect(scanner.scan(stream, stream.indices, limit: 100) == expected)
        #expect(scanner.start == start)
    }

    @Test(
        arguments: [
            ("HTTP/1.1 200 OK\r\n\r\nrest", .complete(end: 19)),
            ("\r", .refused(Refusal(502, .badStatusLine))),
            ("H\0", .refused(Refusal(502, .badStatusLine))),
            ("H\r\nA: \0", .refused(Refusal(502, .badResponseField))),
            ("H\n", .refused(Refusal(502, .bareLineFeed))),
            ("HTTP/1.1 200 OK\r\nABCDE", .refused(Refusal(502, .headTooLarge))),
        ] as [(String, ScanResult)])
    func responseEnds(head: String, expected: ScanResult) {
        var scanner = HeadScanner(.response)
        let stream = bytes(head)
        #expect(scanner.scan(stream, stream.indices, limit: 20) == expected)
    }

    @Test func limitIsTheLargestHead() {
        let head = bytes("GET / HTTP/1.1\r\n\r\n")
        var scanner = HeadScanner()
        #expect(scanner.scan(head, head.indices, limit: 18) == .complete(end: 18))
        scanner.reset()
        #expect(
            scanner.scan(head, head.indices, limit: 17) == .refused(Refusal(431, .headTooLarge)))
        scanner.reset()
        #expect(scanner.scan(head, 0..<17, limit: 17) == .incomplete)
        #expect(scanner.scan(head, 0..<18, limit: 17) == .refused(Refusal(431, .headTooLarge)))
        scanner.reset()
        #expect(scanner.scan(head, head.indices, limit: .max) == .complete(end: 18))
    }

    @Test(
        arguments: [
            ("GET /0123456789 HTTP/1.1\r\n\r\n", true), ("GET / HTTP/1.1\r\nAB", false),
            ("GET / HTTP/1.1\r\n", false), ("GET / HTTP/1.1\n", false),
        ])
    func aStartLineBeyondTheLimitIsKnown(text: String, isTooLong: Bool) {
        var scanner = HeadScanner()
        let stream = bytes(text)
        _ = scanner.scan(stream, stream.indices, limit: 17)
        #expect(scanner.isLineTooLong == isTooLong)
    }

    @Test(
        arguments: [
            ("GET / HTTP/1.1\r", "", true), ("GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\n", true),
            ("\r\nGET /\r\nHost", "GET /\r\n", true), ("\r\n", "", false), ("\r", "", false),
            ("", "", false), ("G", "", true), ("GET / HTTP/1.1\r\n\r\n", "", true),
        ])
    func startLineIsKnownBeforeTheHead(text: String, line: String, hasBegun: Bool) {
        let stream = bytes("x" + text)
        for split in 1...stream.count {
            var scanner = HeadScanner()
            var found: [String] = []
            for end in [split, stream.count] {
                guard scanner.scan(stream, 1..<end, limit: 100) == .incomplete else { continue }
                if let range = scanner.takeFirstLine() {
                    found.append(HTTPWireTests.text(stream[range]))
                }
            }
            // A head that comes in pieces has a line of its own before it is complete.
            let isSplit = text.hasSuffix("\r\n\r\n") && split > 16
            if !isSplit || split == stream.count {
                #expect(found == (line.isEmpty ? [] : [line]))
            }
            #expect(scanner.hasBegun == hasBegun)
        }
    }

    @Test func answerStaysUntilReset() {
        let head = bytes("GET / HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n")
        var scanner = HeadScanner()
        #expect(scanner.scan(head, head.indices, limit: 100) == .complete(end: 18))
        #expect(scanner.scan(head, head.indices, limit: 100) == .complete(end: 18))
        scanner.reset()
        #expect(scanner.scan(head, 18..<head.count, limit: 100) == .complete(end: head.count))
        #expect(scanner.start == 18)
    }
}
