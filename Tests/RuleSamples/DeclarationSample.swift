/// Sets, lookup tables, listeners: what conditions name, and the files that it comes from.
extension RuleSetSample {
    // MARK: - Sets

    private static let sets: [String: [String]] = [
        "words": ["a", "beta", "x", "12", "caf\u{e9}", "-", "a b"],
        "paths": ["/api", "/a/b", "/static/logo.png", "/u/12/orders/3", "/A/b"],
        "hosts": ["example.com", "localhost", "b.a.example.com", "[2001:db8::7]"],
        "nets": ["10.0.0.0/8", "2001:db8::/32", "203.0.113.9", "::ffff:192.168.0.0/112"],
        "methods": ["GET", "PUT", "PROPFIND"], "numbers": ["1", "2", "12", "8080", "-3"],
        "regexes": ["^/api", "b$", "(?i)beta", "[0-9]+", "^(a|aa)+b$", "# no remark"],
        "routes": ["/u/{a}/orders/{b...}", "/{a}", "/api/{b}"],
        "zones": ["{a}.example.com", "example.{b}"],
    ]

    /// Those that the conditions have named.
    mutating func setDeclarations() -> [String] {
        usedSets.sorted().map { name in
            let elements = Self.sets[name, default: []]
            let isBare = ["nets", "methods", "numbers"].contains(name)
            // A pattern is in quotes, and lines of a file have none.
            let isFile = name == "regexes" || name != "routes" && name != "zones"
            if name == "regexes" || isFile && random.chance(3) {
                files["sets/\(name).txt"] = lines(elements)
                let kind = name == "regexes" ? "regex file" : "file"
                return "set \(name) = \(kind) \"sets/\(name).txt\""
            }
            let literals = elements.map { isBare ? $0 : quoted($0) }
            return "set \(name) = \(braces(literals))"
        }
    }

    /// A set file, with what is skipped and cut.
    private mutating func lines(_ elements: [String]) -> String {
        var text = random.chance(4) ? "# a list\n\n" : ""
        for element in elements where !element.hasPrefix("#") {
            text += random.chance(6) ? "  \(element)\t\n" : element + "\n"
            if random.chance(12) { text += "\n  # a remark\n" }
        }
        return random.chance(8) ? text.replacing("\n", with: "\r\n") : text
    }

    // MARK: - Lookup tables

    /// The keys of each table: values of every kind, one or several.
    private static let lookups: [[(key: String, cells: [String])]] = [
        [("path", Vocabulary.plainPaths)],
        [("host", Vocabulary.hosts), ("query.x", Vocabulary.words)],
        [("method", Vocabulary.methods), ("path.segments[0]", Vocabulary.segments)],
        [("client.ip", ["10.0.0.1", "203.0.113.9", "2001:db8::7", "::1"])],
        [("port", Vocabulary.numbers), ("scheme", Vocabulary.schemes)],
        [("lower(header.x-a)", ["a", "beta", "a b", "q\"q", "a,b"])],
        [("len(path)", Vocabulary.numbers)],
        [("any(query.x)", Vocabulary.words)],
        [("int(query.x)", ["1", "12", "-3", "999999999999999999"])],
        [("header[\"x-b\"]", Vocabulary.words), ("cookie.uid", Vocabulary.words), ("tls", [""])],
        [("http.version", Vocabulary.httpVersions), ("tls.sni", Vocabulary.serverNames)],
        [("len(path.segments)", Vocabulary.numbers), ("any(path.segments)", Vocabulary.segments)],
        [("listener", Vocabulary.listenerNames), ("peer.ip", ["10.0.0.1", "10.1.2.3", "::1"])],
        [("query", Vocabulary.queries)],
        [("now", ["0", "1795737600000", "1795737600001"]), ("client.port", Vocabulary.numbers)],
        [("http.upgrade", Vocabulary.upgrades), ("path.raw", Vocabulary.paths)],
    ]

    /// The name of a lookup table, which is declared at the end of the file.
    mutating func lookup() -> String {
        let number = random.between(0...Self.lookups.count - 1)
        usedLookups.insert(number)
        return "t\(number)"
    }

    mutating func lookupDeclarations() -> [String] {
        usedLookups.sorted().map { number in
            let keys = Self.lookups[number]
            let names = keys.indices.map { "t\(number)_k\($0)" }
            var records = [names + ["t\(number)_v", "t\(number)_pool"]]
            var seen: Set<[String]> = []
            for _ in 0..<random.between(1...12) {
                let cells = keys.map { random.pick($0.cells) }
                guard seen.insert(cells).inserted else { continue }
                let value = random.pick(Vocabulary.words)
                records.append(cells + [value, random.pick(["main_pool", "other-pool"])])
            }
            let lines = records.map { cells in cells.map { cell($0) }.joined(separator: ",") }
            let end = random.chance(6) ? "\r\n" : "\n"
            files["tables/t\(number).csv"] = lines.joined(separator: end) + end
            let values = keys.map(\.key).joined(separator: ", ")
            return "table t\(number) from \"tables/t\(number).csv\" key \(values)"
        }
    }

    private mutating func cell(_ text: String) -> String {
        let needsQuotes = text.contains { ",\"\n".contains($0) }
        guard needsQuotes || random.chance(8) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    // MARK: - Listeners and settings

    private static let listeners = [
        ("main", "127.0.0.1:8080"), ("public", ":80"), ("secure", "[::1]:443"),
        ("sock", "unix:/run/router.sock"), ("0.0.0.0:8081", "0.0.0.0:8081"),
    ]

    /// None to four, the first one often for the main table; sets `listenerNames`.
    mutating func listenDeclarations() -> [String] {
        var all = Self.listeners
        all.shuffle(using: &random)
        let chosen = all.prefix(random.pick([0, 1, 2, 3, 4]))
        listenerNames = chosen.map(\.0)
        return chosen.map { name, address in
            var line = "listen \(address)" + (name == address ? "" : " as \(name)")
            var settings = random.chance(3) ? [urlSetting()] : []
            if name == "secure" { settings.append("tls { certificate \"c.pem\" key \"k.pem\" }") }
            if !settings.isEmpty { line += " { \(settings.joined(separator: "; ")) }" }
            if ruleBlocks > 0, !random.chance(3) {
                line += " -> rules r\(random.between(0...ruleBlocks - 1))"
            }
            return line
        }
    }

    private mutating func urlSetting() -> String {
        random.pick([
            "encoded_slash keep", "empty_segments keep", "empty_segments refuse",
            "path_params strip", "path_params refuse", "double_encoding refuse",
            "header_underscores keep", "empty_segments keep encoded_slash keep",
        ])
    }

    mutating func settings() -> [String] {
        var lines = ["limits { regex_steps \(random.pick(["1000", "300", "2000"])) }"]
        if random.chance(3) { lines.append("defaults { \(urlSetting()) }") }
        if random.chance(2) {
            let blocks = random.chance(3) ? "$nets" : "{ 10.0.0.0/8, ::1 }"
            if blocks == "$nets" { usedSets.insert("nets") }
            let header = random.pick(["", " header x-forwarded-for", " header forwarded"])
            lines.append("trusted_proxies \(blocks)\(header)")
        }
        return lines
    }
}
