import RequestModel

/// A set of rules to measure, of any number, and requests that are for one of them.
struct RuleSet: Sendable {
    let name: String
    /// The condition of rule `n`.
    let condition: @Sendable (Int) -> String
    /// A request for rule `n`, or, without `hits`, one near it that no rule is for.
    let request: @Sendable (_ n: Int, _ hits: Bool) -> RequestBuilder

    func text(_ count: Int) -> String {
        var text = "pool p { server 127.0.0.1:80 }\n"
        for number in 0..<count { text += "\(condition(number)) -> pool p\n" }
        return text
    }

    static let all = [mixed, paths, hosts, headers, agents, redirects]

    /// Every operator; see `MixedRules`.
    static let mixed = RuleSet(
        name: "mixed", condition: MixedRules.condition, request: MixedRules.request)

    /// The routes of an API: parameters in the path, a method, a version.
    static let paths = RuleSet(
        name: "paths",
        condition: { n in
            switch n % 4 {
            case 0: "method == GET and path matches \"/v\(n % 3)/res\(n)/{id}\""
            case 1: "method == POST and path == \"/v\(n % 3)/res\(n)\""
            case 2: "path under \"/v\(n % 3)/res\(n)/admin\""
            default: "path matches \"/v\(n % 3)/res\(n)/{id}/items/{item}\""
            }
        },
        request: { n, hits in
            let end = hits ? "" : "-not"
            let base = "/v\(n % 3)/res\(n)"
            return switch n % 4 {
            case 0: builder("\(base)\(end)/4711?full=1")
            case 1: builder("\(base)\(end)", method: "POST")
            case 2: builder("\(base)/admin\(end)/users")
            default: builder("\(base)/77/items\(end)/9")
            }
        })

    static let hosts = RuleSet(
        name: "hosts",
        condition: { n in
            n % 3 == 0
                ? "host under \"tenant\(n).example.com\"" : "host == \"shop-\(n).example.org\""
        },
        request: { n, hits in
            let top = hits ? "" : ".not"
            let host =
                n % 3 == 0
                ? "www.tenant\(n)\(top).example.com" : "shop-\(n)\(top).example.org"
            return builder("/a/b?c=\(n)", host: host)
        })

    static let headers = RuleSet(
        name: "headers",
        condition: { n in
            switch n % 3 {
            case 0: "header.x-tenant == \"tenant-\(n)\""
            case 1: "cookie.group == \"group-\(n)\" and path under \"/app\""
            default: "header.x-flags contains \"flag-\(n);\""
            }
        },
        request: { n, hits in
            let end = hits ? "" : "-not"
            let field =
                switch n % 3 {
                case 0: ("X-Tenant", "tenant-\(n)\(end)")
                case 1: ("Cookie", "sid=0123456789; group=group-\(n)\(end); theme=dark")
                default: ("X-Flags", "alpha; flag-\(n)\(end); beta;")
                }
            return builder("/app/page?x=\(n)", fields: [field])
        })

    static let agents = RuleSet(
        name: "agents",
        condition: { n in "header.user-agent ~ \"(?i)Client-\(n)[ /]([0-9]+)[.]\"" },
        request: { n, hits in
            let agent =
                "Mozilla/5.0 (compatible; Client-\(n)\(hits ? "" : "x")/12.1; +http://a.example)"
            return builder("/feed?n=\(n)", fields: [("User-Agent", agent)])
        })

    /// Old addresses that are sent elsewhere.
    static let redirects = RuleSet(
        name: "redirects",
        condition: { n in "path == \"/archive/\(1990 + n % 36)/post-\(n)-about-things.html\"" },
        request: { n, hits in
            builder("/archive/\(1990 + n % 36)/post-\(n)-about-\(hits ? "things" : "nothing").html")
        })

    private static func builder(
        _ target: String, host: String = "www.example.com", method: String = "GET",
        fields: [(String, String)] = []
    ) -> RequestBuilder {
        var builder = RequestBuilder()
        builder.method = Array(method.utf8)
        builder.target = Array(target.utf8)
        let usual = [
            ("Host", host), ("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"),
            ("Accept-Encoding", "gzip, deflate, br"), ("Accept-Language", "en-US,en;q=0.5"),
        ]
        builder.headers = (usual + fields).map { (Array($0.0.utf8), Array($0.1.utf8)) }
        return builder
    }
}

/// Which rule a request is for.
enum Position: String, CaseIterable {
    case first, middle, last, random, none

    /// Rules whose requests are asked. Those beside each other, so that requests differ.
    func rule(_ index: Int, of count: Int, _ random: inout SplitMix) -> Int {
        let near = min(count, 50)
        return switch self {
        case .first: index % near
        case .middle: (count / 2 + index % near) % count
        case .last: count - 1 - index % near
        case .random, .none: Int.random(in: 0..<count, using: &random)
        }
    }
}
