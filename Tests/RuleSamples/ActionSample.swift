/// What a rule does. It never decides, but with captures, lookup tables and bundles it says which
/// files are right ones.
extension RuleSetSample {
    /// `row`: the lookup table that has a row when the rule matches.
    mutating func action(captures: [String], row: String?) -> String {
        if let row, random.chance(2) { return "pool $\(row).\(row)_pool" }
        guard !captures.isEmpty || random.chance(3) else { return "deny" }
        let text = template(captures + (row.map { ["\($0)_v"] } ?? []))
        switch random.between(0...9) {
        case 0: return "redirect \(random.pick([301, 302, 303, 307, 308])) \"/x\(text)\""
        case 1: return "redirect 302 \"https://${host}/\(text)${?query}\""
        case 2: return "respond \(random.pick([200, 404, 503])) \"so \(text)\""
        case 3: return random.pick(["respond 204", "respond 200 file \"body.txt\"", "close"])
        case 4: return "deny \(random.pick([401, 403, 451]))"
        case 5: return "split \(random.pick(["keyed", "sticky", "nested"])) { \(armModifier()) }"
        case 6: return "pool other-pool {\n  \(modifier(text))\n  \(modifier(text))\n}"
        case 7: return "pool main_pool { use common; \(modifier(text)) }"
        default: return "pool main_pool"
        }
    }

    private mutating func template(_ captures: [String]) -> String {
        let names = captures.isEmpty ? ["path"] : captures
        return random.pick([
            "${\(random.pick(names))}", "${\(random.pick(names)) else 'none'}", "$$",
            "${lower(header.x-a) else 'none'}", "${path.segments[0] else ''}", "${client.ip}",
            "${\(names[0])}-${cookie.uid else 'u'}", "${len(query) else '0'}",
        ])
    }

    private mutating func modifier(_ text: String) -> String {
        random.pick([
            "set request.header.x-u = \"\(text)\"", "add response.header[\"x.u\"] = \"\(text)\"",
            "remove request.header.cookie", "remove response.cookie.c",
            "set response.cookie.c = \"v\" path \"/\" secure", "strip_prefix \"/api\"",
            "rewrite path \"/in${path}\"", "rewrite host \"internal.example\"",
            "rewrite query \"a=1\"", "timeout 5s", "timeout connect 250ms", "tag t = \"\(text)\"",
        ])
    }

    private mutating func armModifier() -> String {
        random.pick(["tag arm = \"${split.keyed else 'none'}\"", "timeout 1m", "use common"])
    }

    mutating func actionDeclarations() -> [String] {
        files["body.txt"] = "a body\n"
        return [
            "pool main_pool { server 10.9.0.1:80 weight 3; server 10.9.0.2:80 backup }",
            "pool other-pool { server [2001:db8::1]:8080  server app.internal:80 drain }",
            "split keyed by cookie.uid else client.ip salt \"s\" {\n  2.25% -> pool other-pool\n"
                + "  rest -> pool main_pool\n}",
            "split sticky sticky cookie arm for 2h { 0% -> deny; rest -> pool main_pool }",
            "split nested { far: 50% -> split keyed; near: 50% -> respond 200 \"near\" }",
            "modifiers common { set response.header.x-frame-options = \"DENY\"; use inner }",
            "modifiers inner { remove response.header.server }",
        ]
    }
}
