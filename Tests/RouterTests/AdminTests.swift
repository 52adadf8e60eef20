import Sockets
import Testing

@testable import Router

@Suite struct AdminTests {
    @Test func whatIsAskedOften() throws {
        let router = try Reloadable("else -> respond 200 \"x\"\n")
        let cases: [(method: String, path: String, status: String, body: String)] = [
            ("GET", "/healthz", "200", "ok\n"), ("GET", "/readyz", "200", "ready\n"),
            ("POST", "/healthz", "405", "use GET, HEAD\n"), ("GET", "/reload", "405", "use POST\n"),
            ("GET", "/nowhere", "404", "no such path; GET / lists them\n"),
            ("GET", "/servers/a/b/drain", "405", "use POST\n"),
            ("POST", "/servers/a/b/drain", "404", "there is no server `b` in `a`\n"),
            ("GET", "/explain?nothing=1", "400", ""),
            ("GET", "/explain", "400", "`url` is missing: /explain?url=/path\n"),
        ]
        for one in cases {
            let answer = try router.admin(one.method, one.path)
            #expect(answer.head.hasPrefix("HTTP/1.1 \(one.status) "), "\(one)")
            if !one.body.isEmpty { #expect(answer.body == one.body) }
        }
        #expect(try router.admin("GET", "/").body.contains("/metrics"))
        for path in ["/healthz", "/metrics", "/status", "/explain?url=/", "/"] {
            let head = try router.admin("HEAD", path)
            #expect(head.head.hasPrefix("HTTP/1.1 200") && head.body.isEmpty, "\(path)")
        }
        let refused = try router.admin("DELETE", "/status").head.lowercased()
        #expect(refused.contains("\r\nallow: get, head\r\n"), "\(refused)")
    }

    @Test func explainAsksTheLiveTable() throws {
        let router = try Reloadable(
            "pool a { server 127.0.0.1:1 }\nbeta: cookie.beta -> pool a\nelse -> respond 404\n")
        let answer = try router.admin(
            "GET", "/explain?url=http://x.example/api&header=Cookie:beta%3D1&from=10.0.0.1")
        #expect(answer.body.contains("beta") && answer.body.contains("pool"), "\(answer.body)")
        let refused = try router.admin("GET", "/explain?url=/a%255C%5C")
        #expect(refused.body.hasPrefix("refused with 400"))
    }

    /// Every line of the text format is a comment or `name{labels} number`; each family is told
    /// once and its samples stand together.
    @Test func metricsAreWellFormed() throws {
        let router = try Reloadable(
            "pool a { server 127.0.0.1:1 weight 2 }\n\"x\": else -> respond 200\n"
                .replacing("\"x\": ", with: "") + "")
        let client = try Peer(port: router.port)
        try client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = try client.readHead()
        try client.send("BAD\r\n\r\n")
        _ = try client.readHead()
        let text = try router.admin("GET", "/metrics").body
        var family = ""
        var seen: Set<String> = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# HELP ") {
                family = String(line.split(separator: " ")[2])
                #expect(seen.insert(family).inserted, "\(family) twice")
            } else if line.hasPrefix("# TYPE ") {
                #expect(String(line.split(separator: " ")[2]) == family)
            } else {
                let parts = line.split(separator: " ")
                #expect(parts.count == 2 && Double(parts[1]) != nil, "\(line)")
                let name = parts[0].prefix { $0 != "{" }
                #expect(name.hasPrefix(family), "\(line) under \(family)")
            }
        }
        #expect(text.contains("l7route_requests_total{status=\"2xx\"} 1\n"))
        #expect(text.contains("l7route_ends_total{reason=\"bad_request_line\"} 1\n"))
        #expect(text.contains("l7route_request_duration_seconds_count 2\n"))
    }

    @Test func aDrainedServerGetsNothing() throws {
        let upstream = try Upstream(connections: 2) { peer in
            while try peer.readHead(orEnd: true) != nil {
                try peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            }
        }
        let router = try Reloadable(
            "pool a { server 127.0.0.1:\(upstream.port) }\nelse -> pool a\n", workers: 1)
        func status() throws -> String {
            let client = try Peer(port: router.port)
            try client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return String(try #require(try client.readHead()).prefix(12))
        }
        #expect(try status() == "HTTP/1.1 200")
        let name = "/servers/a/127.0.0.1:\(upstream.port)"
        #expect(try router.admin("POST", "\(name)/drain").head.hasPrefix("HTTP/1.1 200"))
        #expect(try status() == "HTTP/1.1 503")
        let metrics = try router.admin("GET", "/metrics").body
        #expect(metrics.contains("l7route_server_in_service{pool=\"a\""))
        #expect(try router.admin("GET", "/status").body.contains("\"inService\":false"))
        // An operator's word outlives a reload.
        #expect(
            router.reload(
                "pool a { server 127.0.0.1:\(upstream.port) }\nelse -> pool a\n"
            ).isAdopted)
        #expect(try status() == "HTTP/1.1 503")
        #expect(try router.admin("POST", "\(name)/ready").head.hasPrefix("HTTP/1.1 200"))
        #expect(try status() == "HTTP/1.1 200")
    }

    @Test func aDrainIsSeenAndEnds() throws {
        let router = try Reloadable("else -> respond 200 \"x\"\n")
        let idle = try Peer(port: router.port)
        try idle.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = try idle.readHead()
        _ = try idle.read(1)
        let busy = try Peer(port: router.port)
        try busy.send("GET / HTTP/1.1\r\nHo")
        let watcher = try Peer(port: router.adminPort)
        try watcher.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try watcher.readHead()
        _ = try watcher.read(3)
        router.server.drain()
        #expect(try idle.readRest() == "")
        try watcher.send("GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try #require(try watcher.readHead()).hasPrefix("HTTP/1.1 503"))
        try busy.send("st: x\r\n\r\n")
        let head = try #require(try busy.readHead())
        #expect(head.hasPrefix("HTTP/1.1 200") && head.contains("connection: close"))
        #expect(try busy.readRest() == "x")
        busy.close()
        router.server.wait()
    }
}
