import HTTPWire
import RequestModel
import Testing

@Suite struct RequestLineTests {
    @Test(
        arguments: [
            ("GET / HTTP/1.1", "GET", "/", .http11),
            ("GET / HTTP/1.0", "GET", "/", .http10),
            ("GET / HTTP/1.2", "GET", "/", .http11), ("GET / HTTP/1.9", "GET", "/", .http11),
            ("get / HTTP/1.1", "get", "/", .http11),
            ("M-SEARCH * HTTP/1.1", "M-SEARCH", "*", .http11),
            ("!#$%&'*+-.^_`|~09AZaz /x HTTP/1.1", "!#$%&'*+-.^_`|~09AZaz", "/x", .http11),
            (
                "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF / HTTP/1.1",
                "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF", "/", .http11
            ),
            ("GET http://h/p?q HTTP/1.1", "GET", "http://h/p?q", .http11),
            ("CONNECT h:443 HTTP/1.1", "CONNECT", "h:443", .http11),
            ("GET /\u{e9}\u{ff} HTTP/1.1", "GET", "/\u{e9}\u{ff}", .http11),
            ("GET /a#b HTTP/1.1", "GET", "/a#b", .http11),
            ("OPTIONS * HTTP/1.1", "OPTIONS", "*", .http11),
            ("\r\nGET / HTTP/1.1", "GET", "/", .http11),
            ("\r\n\r\nGET / HTTP/1.1", "GET", "/", .http11),
        ] as [(String, String, String, HTTPVersion)])
    func lineIsTakenApart(line: String, method: String, target: String, version: HTTPVersion) {
        var view = RequestView()
        guard case .success = readRequest(bytes(line + "\r\n\r\n"), into: &view) else {
            Issue.record("refused: \(line)")
            return
        }
        #expect(text(view.bytes[view.method.indices]) == method)
        #expect(text(view.bytes[view.target.indices]) == target)
        #expect(view.version == version)
        #expect(view.fields.isEmpty)
    }

    @Test(
        arguments: [
            // The shape of the line.
            ("GET", "400 bad_request_line"), ("GET ", "400 bad_request_line"),
            ("GET /", "400 bad_request_line"), ("GET / ", "400 bad_request_line"),
            (" GET / HTTP/1.1", "400 bad_request_line"),
            ("GET  / HTTP/1.1", "400 bad_request_line"),
            ("GET /  HTTP/1.1", "400 bad_request_line"),
            ("GET / HTTP/1.1 ", "400 bad_request_line"),
            ("GET /a b HTTP/1.1", "400 bad_request_line"),
            ("GET / HTTP/1.1\t", "400 bad_request_line"),
            ("\r\n\r\n\r\nGET / HTTP/1.1", "400 bad_request_line"),
            ("\0GET / HTTP/1.1", "400 bad_request_line"),
            ("GET /\0 HTTP/1.1", "400 bad_request_line"),
            // The method.
            ("GE(T / HTTP/1.1", "400 bad_method"), ("\tGET / HTTP/1.1", "400 bad_method"),
            ("GET\t/ HTTP/1.1", "400 bad_method"), ("G\u{e9}T / HTTP/1.1", "400 bad_method"),
            ("GET: / HTTP/1.1", "400 bad_method"),
            ("\u{16}\u{3}\u{1} / HTTP/1.1", "400 bad_method"),
            ("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG / HTTP/1.1", "501 unknown_method"),
            // The target.
            ("GET /\t HTTP/1.1", "400 bad_target"), ("GET /\u{7f} HTTP/1.1", "400 bad_target"),
            ("GET /\u{1} HTTP/1.1", "400 bad_target"), ("GET \u{b}/ HTTP/1.1", "400 bad_target"),
            // The version.
            ("GET / HTTP/1.10", "400 bad_version"), ("GET / HTTP/2.0", "505 bad_version"),
            ("PRI * HTTP/2.0", "505 bad_version"), ("GET / HTTP/0.9", "505 bad_version"),
            ("GET / http/1.1", "400 bad_version"), ("GET / HTTP/1", "400 bad_version"),
            ("GET / HTTP/11", "400 bad_version"), ("GET / HTTP/1.1.1", "400 bad_version"),
            ("GET / HTTP/01.1", "400 bad_version"), ("GET / HTTP/1,1", "400 bad_version"),
            ("GET / HTTPS/1.1", "400 bad_version"), ("GET / ICAP/1.0", "400 bad_version"),
            ("GET / HTTP/+.1", "400 bad_version"), ("GET / HTTP/1.x", "400 bad_version"),
            // Line ends.
            ("GET / HTTP/1.1\nHost: a", "400 bare_lf"), ("GET /\rx HTTP/1.1", "400 bare_cr"),
            ("\nGET / HTTP/1.1", "400 bare_lf"), ("\rGET / HTTP/1.1", "400 bare_cr"),
            ("\r\r\nGET / HTTP/1.1", "400 bare_cr"), ("GET / HTTP/1.1\r", "400 bare_cr"),
        ] as [(String, String)])
    func badLineIsRefused(line: String, expected: String) {
        #expect(outcome(line + "\r\n\r\n") == expected)
    }

    @Test(
        arguments: [
            ("GET /2345678 HTTP/1.1\r\n\r\n", "ok none alive"),
            ("GET /23456789 HTTP/1.1\r\n\r\n", "414 target_too_long"),
            ("GET /23456789\r\n\r\n", "414 target_too_long"),
            ("GET / HTTP/1.1\r\nA: 1\r\nB: 2\r\n\r\n", "ok none alive"),
            ("GET / HTTP/1.1\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n", "431 too_many_fields"),
            // 60 bytes, then 61.
            ("GET / HTTP/1.1\r\nA: 3456789012345678901234567890123456789\r\n\r\n", "ok none alive"),
            (
                "GET / HTTP/1.1\r\nA: 34567890123456789012345678901234567890\r\n\r\n",
                "431 head_too_large"
            ),
            // Skipped lines are not counted.
            (
                "\r\nGET / HTTP/1.1\r\nA: 3456789012345678901234567890123456789\r\n\r\n",
                "ok none alive"
            ),
        ] as [(String, String)])
    func limitsAreInclusive(head: String, expected: String) {
        #expect(outcome(head, limits: HeadLimits(head: 60, fields: 2, target: 8)) == expected)
    }

    @Test func parserKeepsTheHeadLimitItself() {
        let head = bytes("GET / HTTP/1.1\r\n\r\n")
        var view = RequestView()
        let limits = HeadLimits(head: head.count - 1, fields: 1, target: 1)
        let result = RequestHeadParser.parse(
            head, head.indices, limits: limits, names: HeaderNames(), into: &view)
        guard case .failure(let refusal) = result else {
            Issue.record("accepted")
            return
        }
        #expect(describe(refusal) == "431 head_too_large")
    }
}
