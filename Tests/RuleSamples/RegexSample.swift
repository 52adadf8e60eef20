/// Regexes around the constants of a value.
extension RuleSetSample {
    /// In quotes; a regex is raw, so only its quote is hidden.
    mutating func regex(_ constants: [String]) -> String {
        switch random.between(0...19) {
        case 0...8: "\"\(random.pick(Vocabulary.regexes))\""
        case 9: "\"\(random.pick(Vocabulary.evilRegexes))\""
        default: "\"\(composed(constants))\""
        }
    }

    mutating func composed(_ constants: [String]) -> String {
        var text = random.chance(6) ? random.pick(["(?i)", "(?s)", "(?x)", "(?-i)", "(?is)"]) : ""
        if random.chance(2) { text += random.pick(["^", "^", "\\A"]) }
        for _ in 0..<random.between(1...3) { text += piece(constants, depth: 2) }
        if random.chance(3) { text += random.pick(["$", "$", "\\z"]) }
        return text
    }

    private mutating func piece(_ constants: [String], depth: Int) -> String {
        guard depth > 0 else { return escaped(fragment(of: random.pick(constants))) }
        switch random.between(0...13) {
        case 0: return random.pick([".*", ".+", ".", "[^/]*", "[^/]+", ".{0,3}", ".*?"])
        case 1: return random.pick(["[ab]", "[0-9]+", "\\d", "\\w+", "[aA]", "[[:alpha:]]", "\\S"])
        case 2: return "(\(branches(constants, depth: depth)))"
        case 3: return "(?:\(branches(constants, depth: depth)))" + random.pick(["", "?", "{2}"])
        case 4: return "(?i:\(branches(constants, depth: depth)))"
        case 5:
            let name = newCapture()
            let opener = random.pick(["(?<\(name)>", "(?P<\(name)>", "(?'\(name)'"])
            return opener + branches(constants, depth: depth) + ")"
        case 6: return random.pick(["\\b", "\\B", "(?=.)", "(?!b)", "(?<=/)", ""])
        case 7:
            let atom = random.pick(["a", "b", "/", "[ab]", "\\."])
            return atom + random.pick(["?", "*", "+", "{1,2}", "{0}", "*?", "?+", "{2,}"])
        default: return escaped(fragment(of: random.pick(constants)))
        }
    }

    private mutating func branches(_ constants: [String], depth: Int) -> String {
        (0..<random.between(1...3)).map { _ in piece(constants, depth: depth - 1) }
            .joined(separator: "|")
    }

    /// A part of a text, maybe all of it.
    mutating func fragment(of text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        guard scalars.count > 1, random.chance(2) else { return text }
        let start = random.between(0...scalars.count - 1)
        let end = random.between(start + 1...scalars.count)
        return String(String.UnicodeScalarView(scalars[start..<end]))
    }

    private mutating func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if ".+*?()[]{}|^$\\/-#\" ".unicodeScalars.contains(scalar) {
                result += scalar == "." && random.chance(3) ? "[.]" : "\\\(scalar)"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Of a rule no two are the same.
    mutating func newCapture() -> String {
        captured += 1
        return "p\(captured)"
    }
}
