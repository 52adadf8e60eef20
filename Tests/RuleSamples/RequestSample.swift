package import RequestModel
package import RuleLang

/// Requests that are near the constants of `RuleSetSample`.
package struct RequestSample {
    private var random: SplitMix

    package init(seed: UInt64) { random = SplitMix(seed) }

    package mutating func view(_ program: Program) -> RequestView {
        while true {
            if case .success(let view) = builder().build(headerNames: program.headers) {
                return view
            }
        }
    }

    package mutating func builder() -> RequestBuilder {
        var builder = RequestBuilder()
        builder.method = Array(random.pick(["GET", "GET", "POST", "HEAD", "PUT"]).utf8)
        builder.target = Array((target() + query()).utf8)
        builder.listenerPort = random.pick([80, 8080, 443])
        builder.peer = IPAddress(parsing: Array(random.pick(RuleSetSample.addresses).utf8))
        builder.version = random.pick([.http11, .http10, .http2])
        var host = random.pick(RuleSetSample.hosts)
        if random.chance(4) { host = host.uppercased() + ":81" }
        builder.headers = [(Array("Host".utf8), Array(host.utf8))]
        for _ in 0..<Int.random(in: 0...4, using: &random) { builder.headers.append(header()) }
        if random.chance(6) {
            builder.tls = TLSText(sni: Array(host.utf8), clientVerified: random.chance(2))
        }
        return builder
    }

    private mutating func target() -> String {
        var path = random.pick(RuleSetSample.paths)
        if random.chance(5) { path += random.pick(["/", "x", "/b", ".png", "/%61", "/orders"]) }
        return path
    }

    private mutating func query() -> String {
        if random.chance(3) { return "" }
        let pairs = (0..<Int.random(in: 0...3, using: &random)).map { _ in
            let name = random.pick(["x", "x", "y", "%78", "z", ""])
            return random.chance(6) ? name : "\(name)=\(random.pick(Self.values))"
        }
        return "?" + pairs.joined(separator: "&")
    }

    private static let values =
        RuleSetSample.words + [
            "%61b", "a+b", "be%74a", "%zz", String(repeating: "a", count: 40) + "c",
            String(repeating: "a", count: 40) + "cb",
        ]

    private mutating func header() -> (name: [UInt8], value: [UInt8]) {
        switch Int.random(in: 0..<6, using: &random) {
        case 0:
            return (Array("User-Agent".utf8), Array(random.pick(RuleSetSample.agents).utf8))
        case 1...2:
            let pairs = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                "\(random.pick(["uid", "beta", "notbeta"]))\(random.pick(["=", "=", " = ", ""]))"
                    + random.pick(RuleSetSample.words)
            }
            return (Array("cOOkie".utf8), Array(pairs.joined(separator: "; ").utf8))
        case 3: return (Array("X-B".utf8), Array(random.pick(RuleSetSample.words).utf8))
        case 4:
            let evil = String(repeating: "a", count: 30) + random.pick(["", "b", "c", "cb"])
            return (Array("x-a".utf8), Array(evil.utf8))
        default:
            let members = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                random.pick(RuleSetSample.words + ["\"a,b\"", " x "])
            }
            return (Array("X-A".utf8), Array(members.joined(separator: ",").utf8))
        }
    }
}
