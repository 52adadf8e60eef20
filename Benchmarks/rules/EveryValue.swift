import RequestModel

/// Rules that read every kind of value in every way and are all false, so that each is verified:
/// what allocates, allocates here.
enum EveryValue {
    static let files = [
        "t.csv": "host,port,x,name\nh.example,9,1,one\n",
        "a.csv": "ip,name\n10.0.0.1,one\n",
    ]

    private static let texts = [
        "path", "path.raw", "path.segments[1]", "any(path.segments)", "host", "url", "listener",
        "query", "header.x-list", "any(header.x-list)", "header.user-agent", "header.cookie",
        "cookie.sid", "any(cookie.sid)", "query.key", "any(query.key)", "tls.sni",
        "tls.alpn", "lower(header.x-list)", "lower(url)", "lower(any(query.key))",
    ]

    static var text: String {
        var rules = texts.flatMap { value in
            [
                "\(value) ~ \"^[^!]+[!#]$\"", "\(value) ~ \"(?i)No[0-9]such\"",
                "\(value) ends_with \"!\"",
                "\(value) ~ \"^([a-z0-9./:]|[,;= _-])+!?#$\"", "\(value) contains \"!!\"",
            ]
        }
        rules += texts.filter { !["path", "url", "host", "listener"].contains($0) }.map {
            "\($0) == \"/!\""
        }
        rules += [
            "len(url) > 10000", "len(path.segments) == 77", "int(query.n) == -5",
            "int(any(query.n)) < -9", "client.ip in { 192.0.2.0/28, 2001:db8::/32 }", "port == 9",
            "http.upgrade == \"h2c\"",
            "peer.port == 1", "scheme == https and method == PUT", "http.version == 3", "$t", "$a",
            "tls.client.verified", "path matches \"/{a}/none/{b...}\"",
            "host under \"nowhere.example\"",
            "host matches \"{x}.nowhere.example\"", "path under \"/none\"",
            "method in { PUT, TRACE }",
            "tls.version == 1.2 and method == PUT", "now < 1970-01-01T00:00:00Z",
        ]
        let head = """
            pool p { server 127.0.0.1:80 }
            listen 127.0.0.1:8080 as main
            table t from "t.csv" key host, port, query.key
            table a from "a.csv" key client.ip

            """
        return head + rules.map { "\($0) -> pool p\n" }.joined() + "else -> deny\n"
    }

    static func request(_ n: Int) -> RequestBuilder {
        var builder = RequestBuilder()
        builder.target = Array("/A/b\(n)/c/?key=a%20b+\(n)&k%65y=2&n=\(n)&n=x&&=".utf8)
        builder.headers = [
            ("Host", "H\(n).example.com:8080"), ("X-List", "a, \"b,c\""), ("x-list", "d\(n),,E"),
            ("Cookie", "sid=\(n); a=b"), ("cookie", "sid=2;sid=3"), ("User-Agent", "Agent/\(n)"),
            ("Connection", "upgrade"), ("Upgrade", "WebSocket"),
        ].map { (Array($0.0.utf8), Array($0.1.utf8)) }
        builder.peer = IPAddress(parsing: Array((n % 2 == 0 ? "10.0.0.9" : "2001:db9::7").utf8))
        builder.tls = TLSText(sni: Array("h.example".utf8), alpn: Array("http/1.1".utf8))
        builder.listenerPort = 8_080
        builder.now = 1
        return builder
    }
}
