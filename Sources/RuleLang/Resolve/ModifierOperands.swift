internal import RequestModel

/// Cookies, paths, hosts and times of modifiers.
extension Resolver {
    // MARK: - Cookies (RFC 6265 section 4.1)

    mutating func cookieName(_ member: FieldSyntax.Member) -> [UInt8]? {
        let name = memberBytes(member)
        if isToken(name) { return name }
        report(
            Diagnostic(
                .badModifierOperand, at: member.span,
                "`\(memberText(member))` is not a cookie name"))
        return nil
    }

    mutating func cookieValue(_ value: TemplateSyntax, _ captures: [Capture]) -> Template {
        let isBad = value.texts.joined().contains { byte in
            byte <= 0x20 || byte >= 0x7f || "\",;\\".utf8.contains(byte)
        }
        if isBad {
            report(
                Diagnostic(
                    .badModifierOperand, at: value.span,
                    "a cookie value has no blanks, quotes, commas, semicolons, backslashes or "
                        + "control bytes"))
        }
        return resolveTemplate(value, captures: captures)
    }

    private static let cookieAttributeNames = [
        "path", "domain", "max_age", "secure", "http_only", "same_site",
    ]

    /// `; Path=/; Secure`, in the order as written.
    mutating func cookieAttributes(_ attributes: [CookieAttributeSyntax]) -> [UInt8] {
        var rendered = ""
        var seen: Set<String> = []
        for attribute in attributes {
            let name = attribute.name
            guard seen.insert(name.text).inserted else {
                report(
                    Diagnostic(.declaredTwice, at: name.span, "`\(name.text)` stands twice"))
                continue
            }
            rendered += self.attribute(attribute) ?? ""
        }
        return Array(rendered.utf8)
    }

    private mutating func attribute(_ attribute: CookieAttributeSyntax) -> String? {
        switch (attribute.name.text, attribute.argument) {
        case ("secure", nil): return "; Secure"
        case ("http_only", nil): return "; HttpOnly"
        case ("path", .string(let string)):
            return attributeText(string, mustBegin: "/").map { "; Path=" + $0 }
        case ("domain", .string(let string)):
            guard let host = CanonicalHost.parse(string.bytes), host.port == nil else {
                report(
                    Diagnostic(
                        .badModifierOperand, at: string.span,
                        "`\(String(decoding: string.bytes, as: UTF8.self))` is not a domain"))
                return nil
            }
            return "; Domain=" + String(decoding: host.host, as: UTF8.self)
        case ("max_age", .word(let word)):
            guard let milliseconds = duration(word) else { return nil }
            guard milliseconds % 1_000 == 0 else {
                report(
                    Diagnostic(
                        .badModifierOperand, at: word.span, "`max_age` counts whole seconds"))
                return nil
            }
            return "; Max-Age=\(milliseconds / 1_000)"
        case ("same_site", .word(let word)):
            let known = ["lax": "Lax", "strict": "Strict", "none": "None"]
            if let value = known[word.text] { return "; SameSite=" + value }
            report(
                Diagnostic(
                    .badModifierOperand, at: word.span,
                    "`\(word.text)` is not a value of `same_site`",
                    help: "it takes `lax`, `strict` or `none`"))
            return nil
        default:
            let near = nearest(attribute.name.text, among: Self.cookieAttributeNames)
            report(
                Diagnostic(
                    .unknownWord, at: attribute.name.span,
                    "`\(attribute.name.text)` is not an attribute of a cookie",
                    help: near.map { "did you mean `\($0)`?" }
                        ?? "there are path, domain, max_age, secure, http_only and same_site"))
            return nil
        }
    }

    private mutating func attributeText(_ string: StringSyntax, mustBegin: String) -> String? {
        let isBad = string.bytes.contains { $0 < 0x20 || $0 >= 0x7f || $0 == UInt8(ascii: ";") }
        if !isBad, string.bytes.starts(with: Array(mustBegin.utf8)) {
            return String(decoding: string.bytes, as: UTF8.self)
        }
        report(
            Diagnostic(
                .badModifierOperand, at: string.span,
                "a cookie path begins with `\(mustBegin)` and has no `;`"))
        return nil
    }

    // MARK: - Paths, hosts, queries

    mutating func stripPrefix(_ string: StringSyntax) -> Modifier.Kind? {
        guard var bytes = pathLiteral(Literal(string), use: .under) else { return nil }
        if case .failure(let reason) = canonical(string.bytes, isFragment: false) {
            report(
                Diagnostic(
                    .badModifierOperand, at: string.span,
                    "no path begins so: \(Self.explanation(of: reason))"))
            return nil
        }
        while bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        return .stripPrefix(bytes)
    }

    mutating func rewrite(
        _ part: ModifierSyntax.RewritePart, _ value: TemplateSyntax, _ captures: [Capture]
    ) -> Modifier.Kind? {
        let template = resolveTemplate(value, captures: captures)
        switch part {
        case .path:
            guard isRewritePath(value) else { return nil }
            return .rewritePath(template)
        case .host:
            guard isRewriteHost(value) else { return nil }
            return .rewriteHost(template)
        case .query:
            guard isRewriteQuery(value) else { return nil }
            return .rewriteQuery(template)
        }
    }

    private mutating func isRewritePath(_ value: TemplateSyntax) -> Bool {
        let lead = value.leadingText
        guard value.beginsWithSubstitution || lead.first == UInt8(ascii: "/") else {
            return refuse(value, "a path begins with `/`")
        }
        guard !lead.starts(with: Array("//".utf8)) else {
            return refuse(value, "a path begins with one `/`")
        }
        let texts = Array(value.texts.joined())
        guard !texts.contains(UInt8(ascii: "?")) else {
            return refuse(value, "a path has no query", help: "write `rewrite query \"…\"` too")
        }
        for text in value.texts {
            guard case .failure(let reason) = canonical(text, isFragment: true),
                reason != .pathEmptySegment
            else { continue }
            return refuse(value, "this is no path: \(Self.explanation(of: reason))")
        }
        return true
    }

    private mutating func isRewriteHost(_ value: TemplateSyntax) -> Bool {
        let isGood = value.texts.joined().allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20)
                || ".-_:[]".utf8.contains(byte)
        }
        guard isGood, !value.pieces.isEmpty else {
            return refuse(value, "this is no host", help: "write a name such as `api.internal`")
        }
        let isLiteral = value.pieces.count == value.texts.count
        if isLiteral, CanonicalHost.parse(Array(value.texts.joined())) == nil {
            return refuse(value, "this is no host", help: "write a name such as `api.internal`")
        }
        return true
    }

    private mutating func isRewriteQuery(_ value: TemplateSyntax) -> Bool {
        if value.leadingText.first == UInt8(ascii: "?") {
            return refuse(value, "a query is written without its `?`")
        }
        if case .queryWithMark? = value.pieces.first {
            return refuse(value, "a query is written without its `?`", help: "write `${query}`")
        }
        let isBad = value.texts.joined().contains {
            $0 <= 0x20 || $0 >= 0x7f || $0 == UInt8(ascii: "#")
        }
        return isBad ? refuse(value, "a query has no blanks, `#` or control bytes") : true
    }

    /// Always false.
    private mutating func refuse(
        _ value: TemplateSyntax, _ message: String, help: String? = nil
    ) -> Bool {
        report(Diagnostic(.badModifierOperand, at: value.span, message, help: help))
        return false
    }

    // MARK: - Times

    mutating func timeout(_ which: NameSyntax?, _ word: WordSyntax) -> Modifier.Kind? {
        let milliseconds = duration(word)
        guard let which else {
            return milliseconds.map { .timeout(.request, milliseconds: $0) }
        }
        guard let timeout = Modifier.Timeout(rawValue: which.text) else {
            let all = Modifier.Timeout.allCases.map(\.rawValue)
            let near = nearest(which.text, among: all)
            report(
                Diagnostic(
                    .unknownWord, at: which.span, "there is no timeout `\(which.text)`",
                    help: near.map { "did you mean `\($0)`?" }
                        ?? "there are \(all.joined(separator: ", "))"))
            return nil
        }
        return milliseconds.map { .timeout(timeout, milliseconds: $0) }
    }

    /// Milliseconds, more than 0.
    private mutating func duration(_ word: WordSyntax) -> Int? {
        let units = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)]
        let digits = word.text.prefix { ("0"..."9").contains($0) }
        let unit = word.text.dropFirst(digits.count)
        if let factor = units.first(where: { $0.0 == unit })?.1, (1...9).contains(digits.count),
            let number = Int(digits), number > 0
        {
            return number * factor
        }
        report(
            Diagnostic(
                .badModifierOperand, at: word.span, "`\(word.text)` is not a duration above zero",
                help: "write a number and ms, s, m, h or d: `500ms`, `5s`, `1h`"))
        return nil
    }
}
