import Glibc
import RuleLang
import Sockets
import Synchronization
import TestSupport
import Testing

@testable import Router

@Suite struct LogTests {
    /// The lines that a router wrote for these requests.
    private func lines(_ log: String, _ rules: String, _ requests: [String]) throws -> [String] {
        let folder = try Temporary()
        let path = folder.path("access.log")
        let text =
            "listen 127.0.0.1:0\nlog { to file \"\(path)\" \(log) }\n" + rules + "\n"
        let compilation = compile("log.l7", loader: OneFile(text: text))
        let program = try #require(
            compilation.program, "\(compilation.diagnostics.map(\.message))")
        let server = try RouterServer.start(program, workers: 1).get()
        let port = try #require(server.addresses.first?.address.port)
        for request in requests {
            let peer = try Peer(port: port)
            try peer.send(request)
            _ = try peer.readRest()
        }
        server.stop()
        server.wait()
        let bytes = try Files.read(path, limit: 1 << 20).get()
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func get(_ target: String, _ fields: String = "") -> String {
        "GET \(target) HTTP/1.1\r\nHost: h.example\r\n\(fields)Connection: close\r\n\r\n"
    }

    @Test func combined() throws {
        let got = try lines(
            "format combined", "else -> respond 200 \"hello\"",
            [get("/a?b=1", "User-Agent: quo\"te\u{1}\r\n".replacing("\u{1}", with: ""))])
        let line = try #require(got.first)
        let time = #/\d\d/[A-Z][a-z][a-z]/\d{4}:\d\d:\d\d:\d\d \+0000/#
        let plain = line.replacing(time, with: "TIME")
        #expect(
            plain
                == #"127.0.0.1 - - [TIME] "GET /a?b=1 HTTP/1.1" 200 5 "-" "quo\x22te""#)
    }

    @Test(
        arguments: [
            "GET / HTTP/1.1\r\n\r\n", "PRI * HTTP/2.0\r\n\r\n", "GET /\r\n", "\0",
            "GET /%2f HTTP/1.1\r\nHost: x\r\n\r\n",
        ])
    func whoWasRefusedIsNamed(request: String) throws {
        let got = try lines("", "else -> respond 200", [request])
        let line = try #require(got.first)
        #expect(line.contains(#""client":"127.0.0.1""#))
        #expect(line.contains(#""reason":""#))
    }

    @Test func aTemplateOfTheFile() throws {
        let format =
            "format \"${method} ${host} ${path} ${status} ${rule} ${pool} ${cookie.uid} "
            + "${header.x-y} ${tag.kind} $$\""
        let got = try lines(
            format, "home: path == \"/\" -> respond 200 { tag kind = \"k ${path}\" }",
            [get("/", "Cookie: uid=7\r\nX-Y: a\tb\r\n"), get("/none")])
        #expect(
            got == [
                "GET h.example / 200 home - 7 a\\x09b k / $",
                "GET h.example /none 404 - - - - - $",
            ])
    }

    /// Names of the file's author are escaped as what clients send is.
    @Test func namesAreEscapedToo() throws {
        let folder = try Temporary()
        let text = """
            listen 127.0.0.1:0
            log { to file "\(folder.path("log"))" format "${at} ${listener}" }
            all: path under "/" -> respond 200
            """
        let compilation = compile("\u{fc}.l7", loader: OneFile(text: text))
        let program = try #require(
            compilation.program, "\(compilation.diagnostics.map(\.message))")
        let server = try RouterServer.start(program, workers: 1).get()
        let peer = try Peer(port: try #require(server.addresses.first?.address.port))
        try peer.send(get("/"))
        _ = try peer.readRest()
        server.stop()
        server.wait()
        let bytes = try Files.read(folder.path("log"), limit: 1 << 20).get()
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        #expect(lines == ["\\xc3\\xbc.l7:3 127.0.0.1:0"])
        #expect(LogText.plain("unix:/a\\b \"c\"\n") == Array("unix:/a\\x5cb \\x22c\\x22\\x0a".utf8))
    }

    /// Moments that come again, go on and go back, over the ends of seconds and years.
    @Test func timestampsAreOfTheirMoment() {
        var timestamps = TimestampText()
        let newYear: Int64 = 1_798_761_600_000
        let moments: [Int64] = [0, 0, 7, 99, 100, 999, 1_000, 1_001, 3_600_000, 250, 249, -1, -2]
        for moment in moments.map({ newYear + $0 }) {
            var expected: [UInt8] = []
            Timestamp.append(milliseconds: moment, to: &expected)
            var line = ByteBuffer()
            timestamps.append(moment, to: &line)
            var text: [UInt8] = []
            line.copy(to: &text)
            #expect(text == expected)
        }
    }

    /// What a client sends cannot end its text, however much of it is clean behind.
    @Test(arguments: ["", "format \"${query}\""]) func queriesCannotEndTheirText(
        format: String
    ) throws {
        let got = try lines(
            format, "else -> respond 200",
            [get("/?\",\"status\":200,\"x\":\"abcdefghijklmnopqrstuv")])
        let line = try #require(got.first)
        let quote = format.isEmpty ? "\\\"" : "\\x22"
        let text = "\",\"status\":200,\"x\":\"abcdefghijklmnopqrstuv".replacing("\"", with: quote)
        #expect(line.contains(text), "\(line)")
        #expect(!line.contains("\"status\":200,\"x\""), "\(line)")
    }

    /// Every field, with and without a value.
    @Test func everyField() throws {
        let format =
            "format \"${client} ${peer} ${version} ${query} ${listener} ${generation} ${at} "
            + "${server} ${reason} ${request_bytes} ${response_bytes} ${upstream_us} "
            + "${request_id} ${header.accept} ${cookie.a} ${cookie.b}\""
        let got = try lines(
            format, "path == \"/\" -> respond 200",
            [
                get(
                    "/?q=1",
                    "Accept: a\r\nX-Request-Id: one-1\r\nAccept: \"b\"\r\n"
                        + "Cookie: x; a =1; =2;b=; a=3; ;\r\n"),
                get("/none", "X-Request-Id: two-2\r\n"),
            ])
        #expect(
            got == [
                "127.0.0.1 127.0.0.1 HTTP/1.1 q=1 127.0.0.1:0 1 log.l7:3 - - 0 0 0 one-1 "
                    + "a, \\x22b\\x22 1 -",
                "127.0.0.1 127.0.0.1 HTTP/1.1 - 127.0.0.1:0 1 - - no_match 0 16 0 two-2 - - -",
            ])
    }

    @Test func whatIsListedIsRedacted() throws {
        let got = try lines(
            "format \"${target} ${query} ${cookie.sid} ${header.cookie} ${header.referer}\" "
                + "redact query { \"token\" } redact cookie { \"sid\" }",
            "else -> respond 200",
            [
                get(
                    "/?token=abc&x=1&to%6ben=def",
                    "Cookie: a=1; sid=secret\r\nReferer: http://y/?a=1&token=ghi#f\r\n")
            ])
        #expect(
            got == [
                "/?token=***&x=1&to%6ben=*** token=***&x=1&to%6ben=*** *** a=1; sid=*** "
                    + "http://y/?a=1&token=***#f"
            ])
    }

    /// A refused target is logged as received, but for what is listed.
    @Test(
        arguments: [
            ("", #""target":"/?x=1&token=***","#),
            ("format combined", #""GET /?x=1&token=*** HTTP"#),
            ("format \"${target} ${listener} ${request_id}|\"", "/?x=1&token=*** 127.0.0.1:0 -|"),
        ])
    func whatIsListedIsRedactedOfRefusedRequestsToo(format: String, part: String) throws {
        let got = try lines(
            format + " redact query { \"token\" }", "else -> respond 200",
            ["GET /?x=1&token=abc HTTP/1.1\r\n\r\n"])
        #expect(got.first?.contains(part) == true, "\(got)")
    }

    /// What is known of the target of a request that was not read to its end.
    @Test(
        arguments: [
            ("GET /?token=abc&x=\(long) HTTP/1.1\r\n\r\n", "/?token=***&x=\(long.prefix(242))"),
            ("\r\nGET /a\u{7f}b HTTP/1.1\r\nHost: x\r\n\r\n", "/a\\u007fb"),
            ("GET /big HTTP/1.1\r\nA: \(long)\(long)\(long)\(long)\r\n\r\n", "/big"),
            ("GET /new HTTP/3.0\r\nHost: x\r\n\r\n", "/new"), ("GET /old\r\n", "/old"),
            ("GET /slow HTTP/1.1\r\nHost", "/slow"), ("GET /slo", "/slo"),
            ("SSH-2.0-OpenSSH_9.2\r\n", ""),
        ])
    func theTargetOfARefusedRequestIsNamed(request: String, target: String) throws {
        let got = try lines(
            "redact query { \"token\" }", "timeouts { client_head 100ms }\nelse -> respond 200",
            [request])
        #expect(got.first?.contains("\"target\":\"\(target)\",") == true, "\(got)")
    }

    private static let long = String(repeating: "a", count: 9_000)

    @Test func aFormatThatIsNotKnownIsAnError() {
        for format in ["${nothing}", "$x", "${header.}", "${"] {
            let compilation = compile(
                "log.l7", loader: OneFile(text: "log { format \"\(format)\" }\nelse -> deny\n"))
            #expect(compilation.program == nil, "\(format)")
        }
    }

    @Test func jsonSaysWhoAndWhy() throws {
        let got = try lines(
            "", "home: path == \"/\" -> respond 200 \"x\"",
            [
                get("/", "X-Request-Id: abc-1\r\n"), get("/\u{7f}x"),
                get("/q?a=\"b\\\u{1}".replacing("\u{1}", with: "")),
            ])
        #expect(got.count == 3)
        let home = try #require(got.first)
        #expect(home.contains("\"rule\":\"home\",\"at\":\"log.l7:3\""), "\(home)")
        #expect(home.contains("\"request_id\":\"abc-1\""))
        #expect(got[1].contains("\"status\":400") && got[1].contains("\"reason\":\""))
        #expect(got[2].contains(#""query":"a=\"b\\""#), "\(got[2])")
    }

    /// The old file is moved away, the new one gets the lines from then on.
    @Test func theFileIsOpenedAnew() throws {
        let folder = try Temporary()
        let path = folder.path("access.log")
        let text = "listen 127.0.0.1:0\nlog { to file \"\(path)\" }\nelse -> respond 200\n"
        let program = try #require(compile("l", loader: OneFile(text: text)).program)
        let server = try RouterServer.start(program, workers: 1).get()
        let port = try #require(server.addresses.first?.address.port)
        func ask(_ target: String) throws {
            let peer = try Peer(port: port)
            try peer.send(get(target))
            _ = try peer.readRest()
        }
        try ask("/one")
        while (try? Files.read(path, limit: 1 << 20).get())?.isEmpty ?? true {}
        try folder.move("access.log", to: "old.log")
        server.reopenLog()
        while (try? Files.read(path, limit: 1 << 20).get()) == nil {}
        try ask("/two")
        server.stop()
        server.wait()
        let old = try Files.read(folder.path("old.log"), limit: 1 << 20).get()
        let new = try Files.read(path, limit: 1 << 20).get()
        #expect(String(decoding: old, as: UTF8.self).contains("\"/one\""))
        #expect(String(decoding: new, as: UTF8.self).contains("\"/two\""))
    }

    /// A disk that is full costs lines, counted, and no request.
    @Test func aFullDiskCostsLinesOnly() throws {
        let text =
            "listen 127.0.0.1:0\nadmin 127.0.0.1:0\nlog { to file \"/dev/full\" }\n"
            + "else -> respond 200\n"
        let program = try #require(compile("l", loader: OneFile(text: text)).program)
        let server = try RouterServer.start(program, workers: 1).get()
        defer {
            server.stop()
            server.wait()
        }
        let port = try #require(server.addresses.first?.address.port)
        let admin = try #require(server.addresses.last?.address.port)
        for _ in 0..<5 {
            let peer = try Peer(port: port)
            try peer.send(get("/"))
            #expect(try #require(try peer.readHead()).hasPrefix("HTTP/1.1 200"))
        }
        var metrics = ""
        while !metrics.contains("l7route_log_lines_lost_total 5\n") {
            let peer = try Peer(port: admin)
            try peer.send("GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            metrics = try peer.readRest()
        }
    }

    /// A pipe whose reader stands still holds neither requests nor the end of the process.
    @Test func aPipeThatStandsStillHoldsNothing() throws {
        let folder = try Temporary()
        let path = folder.path("pipe")
        #expect(unsafe mkfifo(path, 0o600) == 0)
        let text = "listen 127.0.0.1:0\nlog { to file \"\(path)\" }\nelse -> respond 200\n"
        let program = try #require(compile("l", loader: OneFile(text: text)).program)
        guard case .failure(let error) = RouterServer.start(program, workers: 1) else {
            Issue.record("started with a pipe that nobody reads")
            return
        }
        #expect(error.message == "cannot open the log \(path): nobody reads this pipe")
        // Never closed: a write to a closed pipe would end the process that runs the tests.
        #expect(unsafe open(path, O_RDWR | O_NONBLOCK) >= 0)
        let told = Mutex<[String]>([])
        var options = RouterServer.Options()
        options.workers = 1
        options.heard = { news in
            if case .notice(let text) = news { told.withLock { $0.append(text) } }
        }
        let server = try RouterServer.start(program, options).get()
        let peer = try Peer(port: try #require(server.addresses.first?.address.port))
        let name = String(repeating: "a", count: 100)
        for _ in 0..<600 {
            try peer.send("GET /\(name) HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try peer.readHead()?.hasPrefix("HTTP/1.1 200 ") == true)
        }
        server.stop()
        server.wait()
        #expect(
            told.withLock { $0 } == ["the log does not take its last lines: they are lost\n"])
    }
}
