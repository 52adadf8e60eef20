import RequestModel

/// SplitMix64: the same sequence everywhere.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Rules as large sites have them: most by host and path, some by header, cookie or parameter, few
/// by suffix, regex, user agent or address. None is shadowed by an earlier one.
enum MixedRules {
    static func condition(_ n: Int) -> String {
        switch n % 50 {
        case 0...14: "host == \"h\(n % 997).example.com\" and path under \"/site/\(n)\""
        case 15...26: "path == \"/page/\(n % 31)/item-\(n)\""
        case 27...33: "path starts_with \"/api/v\(n)/\" and header.x-tenant == \"t\(n % 13)\""
        case 34...36: "path under \"/beta/\(n)\" and cookie.group == \"g\(n % 7)\""
        case 37...38: "path under \"/q/\(n)\" and query.key == \"k\(n % 11)\""
        case 39: "any(header.x-list) == \"m\(n)\""
        case 40: "host under \"c\(n).example.org\" and method == GET"
        case 41...43: "path ~ \"^/r\(n)/[0-9]+/edit$\""
        case 44: "path ends_with \"/file-\(n).png\""
        case 45...46: "header.user-agent ~ \"agent-\(n)/[0-9]\""
        case 47: "header.x-key-\(n % 500) == \"v\(n)\" and method == POST"
        case 48: "client.ip in 10.\(n / 256 % 256).\(n % 256).0/24 and path == \"/net/\(n)\""
        default: "path matches \"/users/{id}/tab-\(n)/{rest...}\""
        }
    }

    /// A request for rule `n`, or near it.
    static func request(_ n: Int, _ hits: Bool) -> RequestBuilder {
        var builder = RequestBuilder()
        var host = "www.example.net"
        var target = "/"
        var headers: [(String, String)] = [
            ("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"),
            ("Accept-Encoding", "gzip, deflate, br"),
            ("Cookie", "sid=0123456789abcdef; group=g\(n % 7)"),
        ]
        var agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
        let end = hits ? "" : "-not"
        switch n % 50 {
        case 0...14:
            host = "h\(n % 997).example.com"
            target = "/site/\(n)\(end)/index.html"
        case 15...26: target = "/page/\(n % 31)/item-\(n)\(end)"
        case 27...33:
            target = "/api/v\(n)/x"
            headers.append(("X-Tenant", "t\(n % 13)\(end)"))
        case 34...36: target = "/beta/\(n)\(end)/x"
        case 37...38: target = "/q/\(n)?a=1+1&k%65y=%6B\(n % 11)\(end)&b=2"
        case 39: headers += [("X-List", "a, b"), ("x-list", "c,m\(n)\(end)")]
        case 40: host = "www.c\(n).example\(hits ? ".org" : ".net")"
        case 41...43: target = "/r\(n)/1234/edit\(end)"
        case 44: target = "/images/file-\(n).png\(end)"
        case 45...46: agent = "agent-\(n)/\(hits ? "1" : "x").0"
        case 47:
            builder.method = Array("POST".utf8)
            headers.append(("X-Key-\(n % 500)", "v\(n)\(end)"))
        case 48:
            target = "/net/\(n)\(end)"
            builder.peer = IPAddress(parsing: Array("10.\(n / 256 % 256).\(n % 256).9".utf8))
        default: target = "/users/77/tab-\(n)\(end)/a/b"
        }
        headers.append(("User-Agent", agent))
        headers.append(("Host", host))
        builder.target = Array(target.utf8)
        builder.headers = headers.map { (Array($0.0.utf8), Array($0.1.utf8)) }
        return builder
    }
}
