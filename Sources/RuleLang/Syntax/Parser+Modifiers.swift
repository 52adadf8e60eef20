/// `{ set request.header.x = "…"; … }`
extension Parser {
    private static let modifierWords = [
        "set", "add", "remove", "strip_prefix", "rewrite", "timeout", "tag", "use",
    ]
    private static let laterModifiers = ["retry", "fallback", "mirror", "limit"]

    mutating func modifiers() -> [ModifierSyntax]? {
        var modifiers: [ModifierSyntax] = []
        let block = block("the modifiers") { parser in
            guard let modifier = parser.modifier() else { return false }
            modifiers.append(modifier)
            return true
        }
        return block == nil ? nil : modifiers
    }

    private mutating func modifier() -> ModifierSyntax? {
        guard token.kind == .identifier else {
            unexpected("a modifier: \(Self.modifierWords.joined(separator: ", "))")
            return nil
        }
        let start = token.span
        let word = text(token)
        if Self.laterModifiers.contains(word) {
            notSupported(word)
            return nil
        }
        guard Self.modifierWords.contains(word) else {
            unknownWord("modifier", among: Self.modifierWords + Self.laterModifiers)
            return nil
        }
        advance()
        return modifierKind(word).map { ModifierSyntax(kind: $0, span: span(from: start)) }
    }

    private mutating func modifierKind(_ word: String) -> ModifierSyntax.Kind? {
        switch word {
        case "set": assignment(isAdd: false)
        case "add": assignment(isAdd: true)
        case "remove": removal()
        case "strip_prefix": string("a path in quotes").map { .stripPrefix($0) }
        case "rewrite": rewrite()
        case "timeout": timeout()
        case "tag": tag()
        default: name("the name of a bundle").map { .use($0) }
        }
    }

    private enum Place {
        case header(ModifierSyntax.Side, FieldSyntax.Member)
        case cookie(FieldSyntax.Member)
    }

    /// `request.header.x`, `response.header["x"]`, `response.cookie.x`
    private mutating func place() -> Place? {
        let help = "write `request.header.NAME`, `response.header.NAME` or `response.cookie.NAME`"
        guard token.kind == .identifier, !isSeparated,
            let side = ModifierSyntax.Side(rawValue: text(token))
        else {
            unexpected("`request` or `response`", help: help)
            return nil
        }
        advance()
        guard take(.dot) else {
            unexpected("`.header`", help: help)
            return nil
        }
        let isCookie = isKeyword("cookie")
        guard isKeyword("header") || isCookie && side == .response else {
            unexpected(side == .response ? "`header` or `cookie`" : "`header`", help: help)
            return nil
        }
        advance()
        guard [.dot, .leftBracket].contains(token.kind), !isSeparated, let member = member() else {
            if ![.dot, .leftBracket].contains(token.kind) { unexpected("`.` and a name") }
            return nil
        }
        return isCookie ? .cookie(member) : .header(side, member)
    }

    private mutating func assignment(isAdd: Bool) -> ModifierSyntax.Kind? {
        guard let place = place(), takeAssign() else { return nil }
        guard token.kind == .string else {
            unexpected("the value in quotes")
            return nil
        }
        let value = template()
        switch place {
        case .header(let side, let name):
            return isAdd ? .addHeader(side, name, value) : .setHeader(side, name, value)
        case .cookie(let name):
            guard !isAdd else {
                report(
                    Diagnostic(
                        .unknownWord, at: value.span, "a cookie is set, not added",
                        help: "write `set response.cookie.NAME = \"…\"`"))
                return nil
            }
            return cookieAttributes().map { .setCookie(name, value, attributes: $0) }
        }
    }

    private mutating func cookieAttributes() -> [CookieAttributeSyntax]? {
        var attributes: [CookieAttributeSyntax] = []
        while !isAtEnd {
            guard token.kind == .identifier else {
                unexpected("an attribute such as `path \"/\"` or `secure`")
                return nil
            }
            let name = NameSyntax(text: text(token), span: token.span)
            advance()
            var argument: OperandSyntax?
            if ["path", "domain"].contains(name.text) {
                guard let string = string("a string behind `\(name.text)`") else { return nil }
                argument = .string(string)
            } else if ["max_age", "same_site"].contains(name.text) {
                guard let word = word("a value of `\(name.text)`") else { return nil }
                argument = .word(word)
            }
            attributes.append(CookieAttributeSyntax(name: name, argument: argument))
        }
        return attributes
    }

    private mutating func removal() -> ModifierSyntax.Kind? {
        switch place() {
        case .header(let side, let name): .removeHeader(side, name)
        case .cookie(let name): .removeCookie(name)
        case nil: nil
        }
    }

    private mutating func rewrite() -> ModifierSyntax.Kind? {
        guard token.kind == .identifier, !isSeparated,
            let part = ModifierSyntax.RewritePart(rawValue: text(token))
        else {
            unexpected("`path`, `host` or `query`")
            return nil
        }
        advance()
        guard token.kind == .string, !isSeparated else {
            unexpected("the new \(part.rawValue) in quotes")
            return nil
        }
        return .rewrite(part, template())
    }

    private mutating func timeout() -> ModifierSyntax.Kind? {
        var which: NameSyntax?
        if token.kind == .identifier, !isSeparated { which = name("a timeout") }
        guard let duration = word("a duration such as `5s`") else { return nil }
        return .timeout(which, duration)
    }

    private mutating func tag() -> ModifierSyntax.Kind? {
        guard let name = name("the name of the tag"), takeAssign() else { return nil }
        guard token.kind == .string else {
            unexpected("the value in quotes")
            return nil
        }
        return .tag(name, template())
    }
}
