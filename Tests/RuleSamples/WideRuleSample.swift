package import RequestModel

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
        var all = Array(0..<17)
        all.shuffle(using: &random)
        templates = Array(all.prefix(random.pick([1, 2, 4, 17])))
        size = random.pick([40, 120, 300])
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
        default: return "any(header.x-list) == \"m\(n % 40)\""
        }
    }

    package mutating func builder() -> RequestBuilder {
        var builder = RequestBuilder()
        var target = "/p/\(number())"
        switch Int.random(in: 0..<6, using: &random) {
        case 0: target += "/img-\(number()).png"
        case 1: target = "/p/ab/x\(number())/y"
        case 2: target = "/p/7/t\(number())/y"
        case 3: target += "/"
        default: break
        }
        target += "?q\(number() % 30)=v\(number() % 6)&q1=\(number())&q1=\(number())"
        builder.target = Array(target.utf8)
        builder.method = Array(random.pick(["GET", "HEAD", "PUT"]).utf8)
        builder.peer = IPAddress(parsing: Array("10.\(number() % 250).0.\(number() % 250)".utf8))
        let host = random.pick(["h\(number()).example.com", "a.d\(number()).example", "localhost"])
        var headers = [("Host", host)]
        if random.chance(2) {
            headers.append(("User-Agent", "x Crawler-\(number())/1 b\(number())"))
        }
        if random.chance(3) { headers.append(("X-H\(number() % 30)", "")) }
        if random.chance(2) {
            headers.append(("Cookie", "c\(number() % 30)=v\(number() % 3); c1=v1;c2=v2"))
        }
        if random.chance(3) {
            headers.append(("X-List", "m\(number() % 40), m\(number() % 40)"))
            headers.append(("X-List", "m\(number() % 40),m1,m1"))
        }
        if random.chance(9) { headers.append(("X-Flag", "1")) }
        builder.headers = headers.map { (Array($0.0.utf8), Array($0.1.utf8)) }
        return builder
    }
}
