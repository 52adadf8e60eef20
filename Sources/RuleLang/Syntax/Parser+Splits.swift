/// `split NAME [by V [else V] | sticky cookie NAME [for D]] [salt "…"] {…}`
extension Parser {
    mutating func split() -> SplitSyntax? {
        let start = token.span
        advance()
        guard let name = name("the name of the split") else { return nil }
        var split = SplitSyntax(name: name, key: nil, salt: nil, arms: [], span: start)
        if !header(of: &split) { recover() }
        split.span = span(from: start)
        return split
    }

    private mutating func header(of split: inout SplitSyntax) -> Bool {
        if takeKeyword("by") {
            guard let value = value() else { return false }
            var fallback: ValueSyntax?
            if takeKeyword("else") {
                fallback = self.value()
                guard fallback != nil else { return false }
            }
            split.key = .value(value, fallback: fallback)
        } else if takeKeyword("sticky") {
            guard let key = stickyCookie() else { return false }
            split.key = key
        }
        if takeKeyword("salt") {
            guard let salt = string("a string behind `salt`") else { return false }
            split.salt = salt
        }
        var arms: [ArmSyntax] = []
        let block = block("`split`") { parser in
            guard let arm = parser.arm() else { return false }
            arms.append(arm)
            return true
        }
        split.arms = arms
        return block != nil
    }

    private mutating func stickyCookie() -> SplitSyntax.Key? {
        guard takeKeyword("cookie") else {
            unexpected("`cookie NAME`")
            return nil
        }
        guard let name = name("the name of the cookie") else { return nil }
        guard takeKeyword("for") else { return .stickyCookie(name: name, lifetime: nil) }
        guard let lifetime = word("a duration such as `1h`") else { return nil }
        return .stickyCookie(name: name, lifetime: lifetime)
    }

    private mutating func arm() -> ArmSyntax? {
        let start = token.span
        var label: NameSyntax?
        if isAtLabel {
            label = NameSyntax(text: text(token), span: start)
            advance()
            advance()
        }
        var share: WordSyntax?
        if isKeyword("rest") {
            advance()
        } else {
            guard token.kind == .word else {
                unexpected("a share such as `5%`, or `rest`")
                return nil
            }
            share = word("a share")
        }
        guard takeArrow() else { return nil }
        guard let action = action() else { return nil }
        return ArmSyntax(label: label, share: share, action: action, span: span(from: start))
    }
}
