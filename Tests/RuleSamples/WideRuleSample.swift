/// Hundreds of rules with a constant of their own each, so that trees get nodes of every kind.
package struct WideRuleSample {
    private var random: SplitMix
    /// Which templates there are, so that each kind of field comes to be the one to branch on.
    private let templates: [Int]
    private let size: Int
    /// A rule must not capture one name twice.
    private var names = 0

    package init(seed: UInt64) {
        random = SplitMix(seed)
        var all = Array(0..<30)
        all.shuffle(using: &random)
        templates = Array(all.prefix(random.pick([1, 2, 4, 30])))
        size = random.chance(25) ? 2_000 : random.pick([40, 120, 300])
    }

    package mutating func text() -> String {
        var lines = ["limits { regex_steps 1000 }", "let l = header.x-flag or method == PUT"]
        for _ in 0..<size {
            var condition = condition(random.pick(templates))
            if random.chance(3) {
                condition = "\(condition) and \(self.condition(random.pick(templates)))"
            }
            if random.chance(6) {
                condition = "\(condition) or \(self.condition(random.pick(templates)))"
            }
            if random.chance(10) { condition = "(\(condition)) and @l" }
            if random.chance(20) { condition = "(\(condition)) and not (method == HEAD)" }
            lines.append("\(condition) -> deny")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private mutating func number() -> Int {
        Int.random(in: 0..<random.pick([20, 400]), using: &random)
    }

    private mutating func condition(_ template: Int) -> String {
        let n = number()
        switch template {
        case 0: return "host == \"h\(n).example.com\""
        case 1: return "host under \"d\(n).example\""
        case 2: return "path == \"/p/\(n)\""
        case 3: return "path under \"/p/\(n)\""
        case 4: return "path ends_with \"-\(n).png\""
        case 5: return "path ~ \"^/p/[a-z]*/x\(n)/\""
        case 6:
            names += 1
            return "path matches \"/p/{a\(names)}/t\(n)/{b\(names)...}\""
        case 7: return "header.user-agent ~ \"(?i)crawler-\(n)/\""
        case 8: return "header.user-agent contains \"b\(n % 7)\""
        case 9: return "header.x-h\(n % 30)"
        case 10: return "cookie.c\(n % 30) == \"v\(n % 3)\""
        case 11: return "query.q\(n % 30) in { \"v\(n % 3)\", \"v\(n % 5)\" }"
        case 12: return "client.ip in 10.\(n % 250).0.0/\(16 + n % 2 * 8)"
        case 13: return "int(query.q1) \(random.pick(["<", "==", ">="])) \(n)"
        // Different parameters may satisfy the two.
        case 15: return "int(any(query.q1)) > \(n) and int(any(query.q1)) < \(n + 9)"
        case 14: return "len(path) in { \(n % 20), \(n % 17 + 20) }"
        case 16: return "any(header.x-list) == \"m\(n % 40)\""
        default: return connectionCondition(template, n)
        }
    }

    private mutating func connectionCondition(_ template: Int, _ n: Int) -> String {
        switch template {
        case 17: return "peer.ip in 2001:db8:\(String(n, radix: 16))::/48"
        case 18: return "tls.sni == \"s\(n).example\""
        case 19: return "url starts_with \"https://h\(n % 9).example.com/p/\(n)\""
        case 20: return "peer.port in { \(n + 1_000), \(n + 1_003) }"
        case 21: return "path.segments[1] == \"s\(n)\""
        case 22: return "any(path.segments) in { \"g\(n)\", \"g\(n % 9)\" }"
        case 23: return "now >= 2026-11-\(10 + n % 20)T00:00:00.\(100 + n)Z"
        case 24: return "lower(header[\"x.mark\"]) $= \"-\(n)\""
        case 25: return "query ~ \"^a=[0-9]*b\(n)(&|$)\""
        case 26: return "tls.client.subject contains \"CN=u\(n),\""
        case 27: return "path.raw ^= \"/r\(n)/\" and scheme == \(n % 2 == 0 ? "http" : "https")"
        case 28:
            let many = (0..<20).map { "\"/p/\(n)-\($0)\"" }
            return "path starts_with { \(many.joined(separator: ", ")) }"
        default: return "client.ip == 2001:db8::\(String(n, radix: 16))"
        }
    }
}
