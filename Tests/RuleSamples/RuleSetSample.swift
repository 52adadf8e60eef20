/// SplitMix64: the same sequence everywhere.
package struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    package init(_ seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    package mutating func chance(_ count: Int) -> Bool {
        Int.random(in: 0..<count, using: &self) == 0
    }

    package mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[Int.random(in: 0..<choices.count, using: &self)]
    }
}

/// A file of rules over few constants, so that many rules meet and cover each other.
package struct RuleSetSample {
    package private(set) var random: SplitMix
    /// Few rules are lists, more make every kind of node.
    private let size: Int

    package init(seed: UInt64) {
        random = SplitMix(seed)
        size = random.pick([3, 8, 20, 60])
    }

    package static let paths = [
        "/", "/a", "/ab", "/a/b", "/a/bc", "/api", "/api/", "/api/items", "/api/items/7",
        "/apix", "/static/logo.png", "/static/site.css", "/u/12/orders/3", "/A/b", "/a//b",
    ]
    package static let hosts = [
        "example.com", "a.example.com", "b.a.example.com", "notexample.com", "localhost",
        "example.org",
    ]
    package static let words = [
        "a", "b", "ab", "beta", "Beta", "x", "", "1", "12", "007", "-3", "abab",
    ]
    package static let agents = [
        "Mozilla/5.0 (Linux; Android 14) Chrome", "Mozilla/5.0 (iPhone) Safari", "curl/8.5",
        "Googlebot/2.1", "BINGBOT",
    ]
    package static let addresses = [
        "10.0.0.1", "10.1.2.3", "192.168.1.9", "203.0.113.9", "2001:db8::7",
    ]
    private static let blocks = [
        "10.0.0.0/8", "10.1.0.0/16", "192.168.0.0/16", "203.0.113.9", "2001:db8::/32", "0.0.0.0/0",
        "::/0",
    ]
    private static let regexes = [
        "^/api", "^/api$", "^/api(/|$)", "\\\\.png$", "^/(a|b)/", "^/u/(\\\\d+)/orders",
        "items/[0-9]+$", "^/.*/orders", "(?i)^/API", "logo|site", "^/a/?$", "[aA]/b", "b", "^$", "",
        "^/static/.*[.](png|css)$", "/(api|u)/.+", ".*a.*", "a{2}|b{1,2}", "^(?!/a)",
        "\\\\bapi\\\\b",
    ]
    private static let wordRegexes = [
        "^a", "b$", "^(a|aa)+b$", "^(a+)+$", "(?i)beta", "^[0-9]+$", "ab",
    ]
    private static let agentRegexes = [
        "(?i)android|iphone", "bot", "(?i)bot", "^curl/", "^Mozilla.*Safari$", "(Chrome|Safari)",
        "^(a+)+$", "^(a|aa)+b$",
    ]

    /// The text of the file and what it reads from others.
    package mutating func text() -> String {
        var lines = [
            "limits { regex_steps 1000 }", "listen 127.0.0.1:8080 as main",
            "set words = { \"a\", \"beta\", \"x\", \"12\" }",
            "set nets = { 10.0.0.0/8, 2001:db8::/32 }",
            "table pages from \"pages.csv\" key path",
            "table tenants from \"tenants.csv\" key host, query.x",
        ]
        for name in 0..<3 { lines.append("let l\(name) = \(condition(depth: 2, lets: 0))") }
        lines += statements(size, depth: 2)
        lines.append("rules inner {")
        lines += statements(4, depth: 0, used: true)
        lines.append("}")
        if random.chance(2) { lines.append("else -> respond 404") }
        return lines.joined(separator: "\n") + "\n"
    }

    package static let files = [
        "pages.csv": "path,target\n/a,one\n/api/items,two\n/a/b,three\n",
        "tenants.csv": "host,x,name\nexample.com,1,one\nlocalhost,a,two\na.example.com,,three\n",
    ]

    private mutating func statements(_ count: Int, depth: Int, used: Bool = false) -> [String] {
        var lines: [String] = []
        for _ in 0..<count {
            if depth > 0, random.chance(12) {
                lines.append("when \(condition(depth: 1, lets: 3)) {")
                lines += statements(Int.random(in: 1...8, using: &random), depth: depth - 1)
                lines.append("}")
            } else if !used, random.chance(15) {
                lines.append("use inner")
            } else {
                // Narrow rules let requests come to the later ones.
                let narrow = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                    "\(atom()) and "
                }
                lines.append("\(narrow.joined())\(condition(depth: 2, lets: 3)) -> deny")
            }
        }
        return lines
    }

    private mutating func condition(depth: Int, lets: Int) -> String {
        if depth > 0 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0...3:
                return "(\(condition(depth: depth - 1, lets: lets)) and "
                    + "\(condition(depth: depth - 1, lets: lets)))"
            case 4...5:
                return "(\(condition(depth: depth - 1, lets: lets)) or "
                    + "\(condition(depth: depth - 1, lets: lets)))"
            case 6: return "not (\(condition(depth: depth - 1, lets: lets)))"
            default: break
            }
        }
        if lets > 0, random.chance(12) { return "@l\(Int.random(in: 0..<lets, using: &random))" }
        return atom()
    }

    private mutating func quoted(_ choices: [String]) -> String { "\"\(random.pick(choices))\"" }

    private mutating func quotedSet(_ choices: [String]) -> String {
        let count = Int.random(in: 1...4, using: &random)
        let elements = Set((0..<count).map { _ in quoted(choices) }).sorted()
        return "{ \(elements.joined(separator: ", ")) }"
    }

    private mutating func atom() -> String {
        switch Int.random(in: 0..<16, using: &random) {
        case 0...3: return pathAtom()
        case 4...5: return hostAtom()
        case 6: return "method == \(random.pick(["GET", "POST", "HEAD"]))"
        case 7: return "client.ip \(random.pick(["in", "not in"])) \(addressOperand())"
        case 8: return numberAtom()
        case 9: return random.pick(["$pages", "$tenants", "query", "http.upgrade", "tls"])
        case 10:
            return "header.user-agent \(random.pick(["~", "~", "!~"])) "
                + quoted(Self.agentRegexes)
        case 11: return "header.user-agent contains \(quotedSet(["bot", "Mozilla", "e", "Chrome"]))"
        default: return wordAtom()
        }
    }

    private mutating func addressOperand() -> String {
        if random.chance(3) { return "$nets" }
        let count = Int.random(in: 1...3, using: &random)
        let elements = Set((0..<count).map { _ in random.pick(Self.blocks) }).sorted()
        return "{ \(elements.joined(separator: ", ")) }"
    }

    private mutating func numberAtom() -> String {
        let value = random.pick([
            "len(path)", "len(path.segments)", "int(query.x)", "int(cookie.uid)", "port",
            "len(header.x-a)", "int(any(query.x))", "len(any(header.x-a))",
        ])
        if random.chance(4) { return "\(value) in { 1, 2, 12, 8080 }" }
        let op = random.pick(["==", "<", "<=", ">", ">=", "!="])
        return "\(value) \(op) \(random.pick(["0", "1", "2", "4", "7", "12", "8080"]))"
    }

    private mutating func pathAtom() -> String {
        let canonical = Self.paths.filter { !$0.contains("//") }
        switch Int.random(in: 0..<9, using: &random) {
        case 0: return "path == \(quoted(canonical))"
        case 1: return "path in \(quotedSet(canonical))"
        case 2:
            return "path starts_with \(quotedSet(["/", "/a", "/api", "/api/", "/static/", "/u/"]))"
        case 3: return "path ends_with \(quotedSet([".png", ".css", "/", "b", "7", "items"]))"
        case 4: return "path under \(quotedSet(["/a", "/api", "/static", "/", "/u/12"]))"
        case 5:
            return "path matches "
                + quoted([
                    "/u/{id}/orders/{rest...}", "/{x}", "/api/{x}", "/a/{rest...}", "/{x}/b",
                    "/a/b",
                ])
        case 6: return "path \(random.pick(["~", "~", "!~"])) \(quoted(Self.regexes.map(Self.raw)))"
        case 7:
            return "path ~ { \(quoted(Self.regexes.map(Self.raw))), "
                + "\(quoted(Self.regexes.map(Self.raw))) }"
        default:
            return random.pick([
                "path.segments[0] == \"api\"", "any(path.segments) == \"b\"",
                "path.segments[1] ~ \"^[0-9]+$\"", "path.raw ends_with \"/\"",
                "lower(path) == \"/a/b\"", "url starts_with \"http://example.com\"",
            ])
        }
    }

    /// The list spells backslashes twice, as Swift strings with one level less would.
    private static func raw(_ text: String) -> String { text.replacing("\\\\", with: "\\") }

    private mutating func hostAtom() -> String {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: return "host == \(quoted(Self.hosts))"
        case 1: return "host \(random.pick(["in", "not in"])) \(quotedSet(Self.hosts))"
        case 2: return "host under \(quotedSet(["example.com", "a.example.com", "org"]))"
        case 3:
            return "host ~ \(quoted(["example", "^a[.]", "[.]com$", "^[^.]+[.]example[.]com$"]))"
        default:
            return "host matches " + quoted(["{t}.example.com", "example.{tld}", "{x}", "{a}.{b}"])
        }
    }

    private mutating func wordAtom() -> String {
        var value = random.pick([
            "cookie.uid", "cookie.beta", "query.x", "query.y", "header.x-a", "header.x-b",
            "header.cookie", "any(header.x-a)", "any(query.x)", "any(cookie.uid)",
            "lower(header.x-b)",
        ])
        if random.chance(8) { value = "lower(\(value))" }
        switch Int.random(in: 0..<8, using: &random) {
        case 0...1: return "\(value) == \(quoted(Self.words))"
        case 2: return "\(value) != \(quoted(Self.words))"
        case 3:
            return random.chance(2) ? "\(value) in $words" : "\(value) in \(quotedSet(Self.words))"
        case 4: return "\(value) starts_with \(quotedSet(Self.words))"
        case 5: return "\(value) ends_with \(quotedSet(Self.words))"
        case 6: return "\(value) ~ \(quoted(Self.wordRegexes))"
        default: return value.hasPrefix("lower") ? "\(value) contains \"b\"" : value
        }
    }
}
