/// Few constants, so that many rules meet and cover each other, and requests meet the rules.
/// What a file is compared with and what a request is made of are the same words.
enum Vocabulary {
    static let paths = [
        "/", "/a", "/ab", "/a/b", "/a/bc", "/api", "/api/", "/api/items", "/api/items/7",
        "/apix", "/static/logo.png", "/static/site.css", "/u/12/orders/3", "/A/b", "/a/b/",
        "/caf%C3%A9", "/a;v=1/b", "/a%3Bb", "/%2525", "/a/b/c/d/e",
    ]
    /// What no listener refuses.
    static let plainPaths = paths.filter { !$0.contains(";") && !$0.contains("%25") }
    /// Spelled otherwise in a request, or refused, by the listener's settings.
    static let oddPaths = ["/a//b", "/%61/b", "/a/./b", "/a/x/../b", "/a%2Fb", "/a%2fb/", "*"]
    static let hosts = [
        "example.com", "a.example.com", "b.a.example.com", "notexample.com", "localhost",
        "example.org", "[2001:db8::7]", "10.0.0.1", "x_y.example.com",
    ]
    static let words = [
        "a", "b", "ab", "beta", "Beta", "x", "", "1", "12", "007", "-3", "abab", "a b", "q\"q",
        "back\\slash", "caf\u{e9}", "\u{1F600}", "100%", "a,b", "#1", "999999999999999999",
        "1000000000000000000", "-", "a{b}",
    ]
    static let segments = ["api", "a", "b", "u", "12", "7", "items", "", "static", "A", "a;v=1"]
    static let agents = [
        "Mozilla/5.0 (Linux; Android 14) Chrome", "Mozilla/5.0 (iPhone) Safari", "curl/8.5",
        "Googlebot/2.1", "BINGBOT", "",
    ]
    static let queries = ["x=1", "x=a&y=b", "", "x", "y=12&x=beta", "x=%61b", "&&", "x=a+b"]
    static let urls = [
        "http://example.com/", "http://example.com/a", "https://a.example.com/api?x=1",
        "http://localhost:8080/a/b", "https://example.com:8080/api/items/7",
    ]
    static let serverNames = ["example.com", "a.example.com", "localhost", "Example.com"]
    static let protocols = ["h2", "http/1.1", "acme-tls/1"]
    static let subjects = ["CN=ann,O=Example", "CN=bob", "cn=ann", ""]
    static let upgrades = ["websocket", "h2c", "websocket, h2c"]
    static let listenerNames = ["main", "public", "secure", "sock", "0.0.0.0:8081"]

    static let methods = ["GET", "POST", "HEAD", "PUT", "OPTIONS", "DELETE", "PROPFIND"]
    static let schemes = ["http", "https"]
    static let httpVersions = ["1.0", "1.1", "2", "3"]
    static let tlsVersions = ["1.2", "1.3", "1.1"]
    static let numbers = ["0", "1", "2", "3", "4", "7", "12", "80", "443", "8080", "50000"]
    static let wildNumbers = ["-3", "-1", "999999999999999999", "-999999999999999999", "007"]
    static let addresses = [
        "10.0.0.1", "10.1.2.3", "192.168.1.9", "203.0.113.9", "2001:db8::7", "::1",
        "::ffff:10.0.0.1", "2001:DB8:0:0::7",
    ]
    static let blocks = [
        "10.0.0.0/8", "10.1.0.0/16", "192.168.0.0/16", "203.0.113.9", "2001:db8::/32", "0.0.0.0/0",
        "::/0", "10.0.0.0/31", "2001:db8::7/128", "203.0.113.9/32", "::ffff:10.0.0.0/104",
        "::1", "10.128.0.0/9",
    ]
    static let times = [
        "2026-11-27T00:00:00Z", "1970-01-01T00:00:00Z", "2026-11-27T01:00:00+01:00",
        "2026-11-27T00:00:00.001Z", "2025-02-28T23:59:59.999999999-00:30",
    ]

    /// Regexes by hand: each something that PCRE2 knows and a tree may misunderstand.
    static let regexes = [
        "^/api", "^/api$", "^/api(/|$)", #"\.png$"#, "^/(a|b)/", #"^/u/(\d+)/orders"#,
        "items/[0-9]+$", "^/.*/orders", "(?i)^/API", "logo|site", "^/a/?$", "[aA]/b", "b", "^$",
        "", "^/static/.*[.](png|css)$", "/(api|u)/.+", ".*a.*", "a{2}|b{1,2}", "^(?!/a)",
        #"\bapi\b"#, "^a", "b$", "(?i)beta", "^[0-9]+$", "(?i)android|iphone", "bot", "(?i)bot",
        "^curl/", "^Mozilla.*Safari$", "(Chrome|Safari)", #"\Aa"#, #"b\z"#, "(?x) a  b # c",
        "(?s)a.b", "(?i:A)b", "(?-i)b", "a++b", "(?>a|ab)b", "(?<=/)a", "(?<!a)b", #"(a)\1"#,
        #"\x61b"#, #"\Qa.b\E"#, "[[:digit:]]+", #"(?|(a)|(b))"#, "(a(?1)?b)", "\\\"", "caf\u{e9}",
        "(?:a|b){2,3}?", "^(?:example|localhost)", "^a[.]", "[.]com$", "^[^.]+[.]example[.]com$",
    ]
    /// They come to the limit of steps.
    static let evilRegexes = ["^(a|aa)+b$", "^(a+)+$", "(a*)*c", "^(a|aa)+c$"]
    static let evilWords = [
        String(repeating: "a", count: 40) + "c", String(repeating: "a", count: 40) + "cb",
        String(repeating: "a", count: 30), String(repeating: "a", count: 30) + "b",
    ]
    static let matchPatterns = [
        "/u/{}/orders/{...}", "/{}", "/api/{}", "/a/{...}", "/{}/b", "/a/b", "/", "/{...}",
        "/api/", "/u/{}/{}/{}",
    ]
    static let hostPatterns = [
        "{}.example.com", "example.{}", "{}", "{}.{}", "localhost", "{}.{}.{}",
    ]
}
