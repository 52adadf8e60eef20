import HTTPWire
import RequestModel
import Testing

@Suite struct ResponseHeadTests {
    /// The refusal, or `200 length 5 alive members`.
    private func outcome(_ text: String, isHEAD: Bool = false) -> String {
        var head = ResponseHead()
        let stream = bytes(text)
        let refusal = head.parse(
            stream, stream.indices, limits: HeadLimits(head: 300, fields: 3, target: 0),
            requestMethodIsHEAD: isHEAD)
        if let refusal { return describe(refusal) }
        var words = ["\(head.status)", describe(head.framing), head.keepsAlive ? "alive" : "close"]
        for range in head.connectionOptions {
            words.append(HTTPWireTests.text(head.bytes[range.indices]))
        }
        return words.joined(separator: " ")
    }

    @Test(
        arguments: [
            ("HTTP/1.1 200 OK", 200, "OK", false),
            ("HTTP/1.0 404 Not Found", 404, "Not Found", true),
            ("HTTP/1.2 200 OK", 200, "OK", false),
            ("HTTP/1.1 200", 200, "", false), ("HTTP/1.1 200 ", 200, "", false),
            ("HTTP/1.1 100 Continue", 100, "Continue", false),
            ("HTTP/1.1 599 \tx \u{ff}", 599, "\tx \u{ff}", false),
            ("HTTP/1.1 299  two", 299, " two", false),
        ] as [(String, UInt16, String, Bool)])
    func statusLineIsTakenApart(line: String, status: UInt16, reason: String, isHTTP10: Bool) {
        var head = ResponseHead()
        let stream = bytes(line + "\r\n\r\n")
        let refusal = head.parse(stream, stream.indices, limits: roomy, requestMethodIsHEAD: false)
        #expect(refusal == nil)
        #expect(head.status == status)
        #expect(text(head.bytes[head.reason.indices]) == reason)
        #expect(head.isHTTP10 == isHTTP10)
    }

    @Test(arguments: [
        "", "HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 20", "HTTP/1.1 2000 OK", "HTTP/1.1 099 x",
        "HTTP/1.1 600 x", "HTTP/1.1 999 x", "HTTP/1.1  200 OK", "HTTP/1.1\t200 OK",
        "HTTP/1.1 200\tOK", "HTTP/1.1 2x0 OK", "HTTP/1.1 +20 OK", "HTTP/1.1 -20 OK",
        "HTTP/2.0 200 OK", "HTTP/1.10 200 OK", "HTTP/0.9 200 OK", "http/1.1 200 OK",
        "HTTP/1.1200 OK", "ICY 200 OK", " HTTP/1.1 200 OK", "\r\nHTTP/1.1 200 OK",
        "HTTP/1.1 200 O\u{0}K", "HTTP/1.1 200 O\u{7f}", "HTTP/1.1 200 OK\nA: b",
        "HTTP/1.1 200 O\rK", "GET / HTTP/1.1",
    ])
    func badStatusLineIsRefused(line: String) {
        #expect(outcome(line + "\r\n\r\n") == "502 bad_status_line")
    }

    @Test(
        arguments: [
            // Fields.
            ("A : b", "502 bad_response_field"), ("A", "502 bad_response_field"),
            (": b", "502 bad_response_field"), (" A: b", "502 bad_response_field"),
            ("A: b\r\n c", "502 bad_response_field"), ("A: \u{1}", "502 bad_response_field"),
            ("A: b\nC: d", "502 bad_response_field"), ("A: b\rC: d", "502 bad_response_field"),
            ("A: b\r\n\r\nC: d", "502 bad_response_field"),
            ("Connection: a b", "502 bad_response_field"),
            ("Connection: content-length", "502 bad_response_field"),
            (
                "Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked",
                "200 chunked alive Transfer-Encoding"
            ),
            ("A: 1\r\nB: 2\r\nC: 3", "200 close-delimited close"),
            ("A: 1\r\nB: 2\r\nC: 3\r\nD: 4", "502 too_many_fields"),
            ("A: " + String(repeating: "x", count: 277), "502 head_too_large"),
            ("A: " + String(repeating: "x", count: 276), "200 close-delimited close"),
            // Length.
            ("Content-Length: 5", "200 length 5 alive"),
            ("Content-Length: 0", "200 length 0 alive"),
            ("Content-Length: 5\r\nConnection: close", "200 length 5 close"),
            ("Content-Length: 5\r\nConnection: X-a", "200 length 5 alive X-a"),
            ("Content-Length: five", "502 bad_response_length"),
            ("Content-Length: 9223372036854775808", "502 bad_response_length"),
            ("Content-Length: 5, 5", "502 bad_response_length"),
            ("Content-Length: 5\r\nContent-Length: 5", "502 bad_response_length"),
            ("Content-Length: 5\r\nContent-Length: 6", "502 bad_response_length"),
            ("Transfer-Encoding: chunked", "200 chunked alive"),
            ("Transfer-Encoding: Chunked\r\nConnection: close", "200 chunked close"),
            ("Transfer-Encoding: chunked\r\nContent-Length: 5", "502 bad_response_length"),
            ("Transfer-Encoding: gzip, chunked", "502 bad_response_length"),
            ("Transfer-Encoding: gzip", "502 bad_response_length"),
            (
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "502 bad_response_length"
            ),
            ("Connection: keep-alive", "200 close-delimited close"),
            // The request's business, not the response's.
            ("Expect: x", "200 close-delimited close"),
        ] as [(String, String)])
    func fieldsDecide(lines: String, expected: String) {
        #expect(outcome("HTTP/1.1 200 OK\r\n\(lines)\r\n\r\n") == expected)
    }

    @Test(
        arguments: [
            ("HTTP/1.0 200 OK\r\nContent-Length: 5", "200 length 5 close"),
            (
                "HTTP/1.0 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive",
                "200 length 5 alive"
            ),
            ("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked", "502 bad_response_length"),
            ("HTTP/1.0 200 OK", "200 close-delimited close"),
            ("HTTP/1.1 204 No Content", "204 none alive"),
            ("HTTP/1.1 204 No Content\r\nContent-Length: 0", "204 none alive"),
            ("HTTP/1.1 204 No Content\r\nContent-Length: 5", "204 none close"),
            ("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked", "204 none close"),
            ("HTTP/1.1 304 Not Modified", "304 none alive"),
            ("HTTP/1.1 304 Not Modified\r\nContent-Length: 0", "304 none alive"),
            ("HTTP/1.1 304 Not Modified\r\nContent-Length: 5", "304 none close"),
            ("HTTP/1.1 304 Not Modified\r\nContent-Length: x", "502 bad_response_length"),
            ("HTTP/1.1 100 Continue", "100 none alive"),
            ("HTTP/1.1 100 Continue\r\nContent-Length: 0", "100 none alive"),
            ("HTTP/1.1 100 Continue\r\nContent-Length: 5", "502 bad_response_length"),
            ("HTTP/1.1 103 Early Hints\r\nTransfer-Encoding: chunked", "502 bad_response_length"),
            ("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade", "101 none alive upgrade"),
            ("HTTP/1.1 103 Early Hints\r\nLink: a", "103 none alive"),
            ("HTTP/1.1 205 Reset Content\r\nContent-Length: 0", "205 length 0 alive"),
        ] as [(String, String)])
    func statusAndVersionDecide(head: String, expected: String) {
        #expect(outcome(head + "\r\n\r\n") == expected)
    }

    @Test(
        arguments: [
            ("Content-Length: 5", "200 none close"), ("A: b", "200 none alive"),
            ("Content-Length: 0", "200 none alive"),
            ("Transfer-Encoding: chunked", "200 none close"),
            ("Content-Length: 5\r\nConnection: close", "200 none close"),
            ("Content-Length: 5\r\nTransfer-Encoding: chunked", "502 bad_response_length"),
        ] as [(String, String)])
    func answerToHEADHasNoBody(lines: String, expected: String) {
        #expect(outcome("HTTP/1.1 200 OK\r\n\(lines)\r\n\r\n", isHEAD: true) == expected)
    }

    @Test func headIsFilledAnew() {
        var head = ResponseHead()
        let first = bytes("HTTP/1.0 200 OK\r\nA: b\r\nConnection: x\r\n\r\n")
        let none = head.parse(first, first.indices, limits: roomy, requestMethodIsHEAD: false)
        #expect(none == nil)
        let stream = bytes("xxHTTP/1.1 301 There\r\nLocation: /x \r\nContent-Length: 2\r\n\r\nok")
        let refusal = head.parse(
            stream, 2..<stream.count - 2, limits: roomy, requestMethodIsHEAD: false)
        #expect(refusal == nil)
        let found = head.fields.map { line in
            [line.name, line.value].map { text(head.bytes[$0.indices]) }
        }
        #expect(found == [["Location", "/x"], ["Content-Length", "2"]])
        #expect(text(head.bytes[head.reason.indices]) == "There")
        #expect(head.isHTTP10 == false)
        #expect(head.keepsAlive == true)
        #expect(head.framing == .length(2))
        #expect(head.connectionOptions.isEmpty == true)
    }
}
