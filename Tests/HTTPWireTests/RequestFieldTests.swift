import HTTPWire
import RequestModel
import Testing

@Suite struct RequestFieldTests {
    /// Of a Connection field: one less than its most.
    private static let members = (1..<100).map { "x\($0)" }.joined(separator: ",")

    @Test(
        arguments: [
            ("A: b", ["A", "b"]), ("A:b", ["A", "b"]), ("A: \t b \t", ["A", "b"]),
            ("A:", ["A", ""]), ("A: ", ["A", ""]), ("A: b  c", ["A", "b  c"]),
            ("A: b\tc", ["A", "b\tc"]), ("A::", ["A", ":"]),
            ("A: \u{80}\u{ff}", ["A", "\u{80}\u{ff}"]),
            ("!#$%&'*+-.^_`|~9: x", ["!#$%&'*+-.^_`|~9", "x"]),
            ("A: 1\r\na: 2\r\nB: 3", ["A", "1", "a", "2", "B", "3"]),
            ("Host: a:80\r\nX: \"q, \\\"\"", ["Host", "a:80", "X", "\"q, \\\"\""]),
        ] as [(String, [String])])
    func fieldsAreRecorded(lines: String, expected: [String]) {
        var view = RequestView()
        let head = bytes("GET / HTTP/1.1\r\n\(lines)\r\n\r\n")
        guard case .success = readRequest(head, into: &view) else {
            Issue.record("refused: \(lines)")
            return
        }
        let found = view.fields.flatMap {
            [text(view.bytes[$0.name.indices]), text(view.bytes[$0.value.indices])]
        }
        #expect(found == expected)
    }

    @Test(
        arguments: [
            (": x", "400 bad_field_name"), ("A", "400 bad_field_name"),
            ("A : x", "400 bad_field_name"), ("A\t: x", "400 bad_field_name"),
            ("A B: x", "400 bad_field_name"), ("\u{e9}: x", "400 bad_field_name"),
            ("A(: x", "400 bad_field_name"), ("A\u{1}: x", "400 bad_field_name"),
            ("{A}: x", "400 bad_field_name"), ("A: x\r\nB", "400 bad_field_name"),
            (" A: x", "400 folded_field"), ("\tA: x", "400 folded_field"),
            ("A: x\r\n y", "400 folded_field"), ("A: x\r\n\ty: z", "400 folded_field"),
            ("A: x\r\n ", "400 folded_field"),
            ("A: \0", "400 bad_field_value"), ("A\0: x", "400 bad_field_value"),
            ("A: x\u{1}", "400 bad_field_value"), ("A: \u{7f}", "400 bad_field_value"),
            ("A: \u{1b}[2J", "400 bad_field_value"), ("A: \u{b}x", "400 bad_field_value"),
            ("A: x\ny", "400 bare_lf"), ("A: x\n", "400 bare_lf"), ("\nA: x", "400 bare_lf"),
            ("A: x\ry", "400 bare_cr"), ("A: x\r\r\nB: y", "400 bare_cr"),
            ("A: x\r", "400 bare_cr"), ("A\r: x", "400 bare_cr"),
        ] as [(String, String)])
    func badLineIsRefused(lines: String, expected: String) {
        #expect(outcome("GET / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n\r\n") == expected)
    }

    @Test(
        arguments: [
            // Content-Length.
            ("Content-Length: 0", "ok length 0 alive"), ("content-length:12", "ok length 12 alive"),
            ("CONTENT-LENGTH: 007", "ok length 7 alive"),
            ("Content-Length: 9223372036854775807", "ok length 9223372036854775807 alive"),
            ("Content-Length: 9223372036854775808", "400 bad_content_length"),
            ("Content-Length: 18446744073709551617", "400 bad_content_length"),
            ("Content-Length:", "400 bad_content_length"),
            ("Content-Length: +1", "400 bad_content_length"),
            ("Content-Length: -1", "400 bad_content_length"),
            ("Content-Length: 1 2", "400 bad_content_length"),
            ("Content-Length: 5, 5", "400 bad_content_length"),
            ("Content-Length: 0x5", "400 bad_content_length"),
            ("Content-Length: 5.0", "400 bad_content_length"),
            ("Content-Length: 5;a=b", "400 bad_content_length"),
            ("Content-Length: \u{b2}", "400 bad_content_length"),
            ("Content-Length: 5\r\nContent-Length: 5", "400 bad_content_length"),
            ("Content-Length: 5\r\ncontent-length: 6", "400 bad_content_length"),
            ("Content_Length: 5", "ok none alive"), ("XContent-Length: 5", "ok none alive"),
            // Transfer-Encoding.
            ("Transfer-Encoding: chunked", "ok chunked alive"),
            ("transfer-encoding:CHUNKED\t", "ok chunked alive"),
            ("Transfer-Encoding: gzip", "400 bad_transfer_encoding"),
            ("Transfer-Encoding: identity", "400 bad_transfer_encoding"),
            ("Transfer-Encoding: xchunked", "400 bad_transfer_encoding"),
            ("Transfer-Encoding:", "400 bad_transfer_encoding"),
            ("Transfer-Encoding: chunked, chunked", "400 bad_transfer_encoding"),
            ("Transfer-Encoding: gzip, chunked", "501 unknown_transfer_coding"),
            ("Transfer-Encoding: identity ,\tChunked", "501 unknown_transfer_coding"),
            ("Transfer-Encoding: gzip;q=1, chunked", "400 bad_transfer_encoding"),
            ("Transfer-Encoding: , chunked", "400 bad_transfer_encoding"),
            ("Transfer-Encoding: chunked, gzip", "400 bad_transfer_encoding"),
            ("Transfer-Encoding: chunked,", "400 bad_transfer_encoding"),
            ("Transfer-Encoding: chunked;q=1", "400 bad_transfer_encoding"),
            ("Transfer-Encoding: \"chunked\"", "400 bad_transfer_encoding"),
            ("Transfer-Encoding: chunked\u{a0}", "400 bad_transfer_encoding"),
            (
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "400 bad_transfer_encoding"
            ),
            ("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked", "400 bad_transfer_encoding"),
            ("Transfer-Encoding: chunked\u{b}", "400 bad_field_value"),
            (
                "Transfer-Encoding: chunked\r\nContent-Length: 5",
                "400 length_and_transfer_encoding"
            ),
            (
                "Content-Length: 0\r\nTransfer-Encoding: chunked",
                "400 length_and_transfer_encoding"
            ),
            ("Content-Length: x\r\nTransfer-Encoding: gzip", "400 length_and_transfer_encoding"),
            // Connection.
            ("Connection: close", "ok none close"), ("Connection: CLOSE", "ok none close"),
            ("Connection: keep-alive", "ok none alive"),
            ("Connection: keep-alive, close", "ok none close"),
            ("Connection: keep-alive\r\nConnection: close", "ok none close"),
            ("Connection:", "ok none alive"), ("Connection: , ,a,", "ok none alive a"),
            ("Connection: Upgrade\r\nUpgrade: websocket", "ok none alive Upgrade"),
            ("Connection: te,close , X-a", "ok none close te,X-a"),
            ("Connection: a b", "400 bad_connection_field"),
            ("Connection: \"close\"", "400 bad_connection_field"),
            ("Connection: close;a", "400 bad_connection_field"),
            ("Connection: host", "400 bad_connection_field"),
            ("Connection: close, Content-Length", "400 bad_connection_field"),
            ("Connection: transfer-encoding", "400 bad_connection_field"),
            ("Connection: Cookie", "400 bad_connection_field"),
            ("Connection: AUTHORIZATION", "400 bad_connection_field"),
            ("Connection: \(members),z", "ok none alive \(members),z"),
            ("Connection: \(members)\r\nConnection: close,close", "400 bad_connection_field"),
            // Expect.
            ("Expect: 100-continue\r\nContent-Length: 5", "ok length 5 alive continue"),
            ("expect: 100-Continue", "ok none alive continue"),
            ("Expect: 200-ok", "417 bad_expect"), ("Expect:", "417 bad_expect"),
            ("Expect: 100-continue, x", "417 bad_expect"),
            ("Expect: 100-continue\r\nExpect: 100-continue", "417 bad_expect"),
        ] as [(String, String)])
    func knownFieldsDecide(lines: String, expected: String) {
        #expect(outcome("POST / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n\r\n") == expected)
    }

    @Test(
        arguments: [
            ("A: b", "ok none close"), ("Connection: keep-alive", "ok none alive"),
            ("Connection: Keep-Alive, close", "ok none close"),
            ("Connection: close", "ok none close"),
            ("Content-Length: 3", "ok length 3 close"),
            ("Transfer-Encoding: chunked", "400 bad_transfer_encoding"),
            ("Transfer-Encoding: chunked\r\nContent-Length: 5", "400 bad_transfer_encoding"),
            ("Expect: 100-continue", "ok none close"), ("Expect: more", "417 bad_expect"),
        ] as [(String, String)])
    func oldVersionDecidesOtherwise(lines: String, expected: String) {
        #expect(outcome("POST / HTTP/1.0\r\n\(lines)\r\n\r\n") == expected)
    }

    @Test(
        arguments: [
            ("OPTIONS *", "Max-Forwards: 0", "0"), ("OPTIONS /", "max-forwards: 007", "7"),
            ("TRACE /", "Max-Forwards: 9223372036854775807", "65534"),
            ("TRACE /", "A: b", "-"), ("GET /", "Max-Forwards: 5", "-"),
            ("GET /", "Max-Forwards: x", "-"), ("trace /", "Max-Forwards: x", "-"),
            ("OPTIONS /", "Max-Forwards: x", "400 bad_max_forwards"),
            ("OPTIONS /", "Max-Forwards: -1", "400 bad_max_forwards"),
            ("OPTIONS /", "Max-Forwards:", "400 bad_max_forwards"),
            ("TRACE /", "Max-Forwards: 1, 2", "400 bad_max_forwards"),
            ("TRACE /", "Max-Forwards: 9223372036854775808", "400 bad_max_forwards"),
            ("TRACE /", "Max-Forwards: 1\r\nMax-Forwards: 1", "400 bad_max_forwards"),
            ("TRACE /", "Content-Length: 0", "-"), ("OPTIONS /", "Content-Length: 5", "-"),
            ("TRACE /", "Content-Length: 5", "400 body_in_trace"),
            ("TRACE /", "Transfer-Encoding: chunked", "400 body_in_trace"),
        ])
    func hopsAreCountedForTwoMethods(line: String, fields: String, expected: String) {
        var view = RequestView()
        let head = bytes("\(line) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n")
        switch readRequest(head, into: &view) {
        case .failure(let refusal): #expect(describe(refusal) == expected)
        case .success(let head):
            #expect((head.countsForwards ? "\(head.maxForwards)" : "-") == expected)
        }
    }

    @Test func namesFindTheirSlots() {
        var names = HeaderNames()
        let accept = names.intern(bytes("accept"))
        let custom = names.intern(bytes("x-custom"))
        var view = RequestView()
        let head = bytes(
            "GET / HTTP/1.1\r\nX-CUSTOM: 1\r\nHost: a\r\naccept: b\r\nAccept: c\r\n\r\n")
        guard case .success = readRequest(head, names: names, into: &view) else {
            Issue.record("refused")
            return
        }
        #expect(view.fields.map(\.slot) == [custom, .none, accept, accept])
    }

    @Test func viewIsFilledAnew() {
        var view = RequestView()
        let first = bytes("GET /first HTTP/1.1\r\nHost: a\r\nCookie: b\r\n\r\n")
        guard case .success = readRequest(first, into: &view) else {
            Issue.record("refused")
            return
        }
        view.query = view.target
        view.upgrade = view.method
        // The head does not begin at 0, and another request follows it.
        let stream = bytes("xxxPUT /2 HTTP/1.0\r\nA: b\r\n\r\nGET / HT")
        let result = RequestHeadParser.parse(
            stream, 3..<stream.count - 8, limits: roomy, names: HeaderNames(), into: &view)
        guard case .success = result else {
            Issue.record("refused")
            return
        }
        #expect(text(view.bytes) == "PUT /2 HTTP/1.0\r\nA: b\r\n\r\n")
        #expect(text(view.bytes[view.target.indices]) == "/2")
        #expect(view.fields.count == 1)
        #expect(view.query == nil)
        #expect(view.upgrade == nil)
    }
}
