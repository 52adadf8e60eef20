internal import Patterns

extension Lint {
    static let regexEqualsOperator: Lint = Lint(
        code: DiagnosticCode(
            "I019", "regex where an operator says the same",
            """
            `==`, `^=`, `$=`, `*=`, `in` and `under` say what they find, need no escapes and cannot \
            hit a limit. `path ~ "^/api"` is `path ^= "/api"`; `path ~ "\\.(png|jpg)$"` is \
            `path $= { ".png", ".jpg" }`; `path ~ "^/api(/|$)"` is `path under "/api"`.
            """)
    ) { input in
        var findings: [Diagnostic] = []
        input.forEachAtom { atom in
            guard let comparison = atom.comparison, let simpler = atom.simplerOperator else {
                return
            }
            let isNegated = comparison.operator == .notRegex
            guard let replacement = simpler.spelling(isNegated: isNegated, of: atom.value.field)
            else { return }
            let place = comparison.operatorSpan.through(comparison.operand.span)
            var edits = [Diagnostic.Edit(place, replacement.text)]
            if replacement.needsNot {
                let start = SourceSpan(
                    file: atom.span.file, start: atom.span.start, end: atom.span.start)
                edits.insert(.init(start, "not "), at: 0)
            }
            let negation = replacement.needsNot ? ", with `not` in front of the comparison" : ""
            findings.append(
                Diagnostic(
                    Lint.regexEqualsOperator.code, at: place, "an operator says the same",
                    help: "write `\(replacement.text)`\(negation)",
                    fixIt: .init(.displayOnly, edits)))
        }
        return findings
    }
}

extension AtomSyntax {
    /// What the regexes on the right come to, on a field that has string operators.
    fileprivate var simplerOperator: SimplerOperator? {
        guard value.field.isText,
            value.functions.allSatisfy({ ["any", "lower"].contains($0.text) })
        else { return nil }
        let nodes = regexes.map { RegexReader.read($0.bytes) }
        guard let first = nodes.first, !nodes.contains(nil) else { return nil }
        let node =
            nodes.count == 1
            ? first : RegexNode(.alternation(nodes.compactMap(\.self)), span: 0..<0)
        let isLowered = value.functions.contains { $0.text == "lower" }
        return node.flatMap(RegexShape.simplerOperator).flatMap { simpler in
            let isFit = simpler.texts.allSatisfy {
                value.field.takes($0, isWhole: simpler.isAtStart, isLowered: isLowered)
            }
            return isFit ? simpler : nil
        }
    }
}

extension SimplerOperator {
    fileprivate var texts: [[UInt8]] {
        switch self {
        case .equals(let texts), .startsWith(let texts), .endsWith(let texts),
            .contains(let texts):
            texts
        case .under(let text): [text]
        }
    }

    fileprivate var isAtStart: Bool {
        switch self {
        case .equals, .startsWith, .under: true
        case .endsWith, .contains: false
        }
    }

    /// The operator and its operand; `needsNot` when there is no operator for the complement. Nil
    /// when the operands cannot be written as strings.
    fileprivate func spelling(
        isNegated: Bool, of field: FieldSyntax
    ) -> (text: String, needsNot: Bool)? {
        let strings = texts.compactMap(quoted)
        guard strings.count == texts.count, !strings.isEmpty else { return nil }
        let isOne = strings.count == 1
        let operand = isOne ? strings[0] : "{ " + strings.joined(separator: ", ") + " }"
        switch self {
        case .equals where isOne: return ((isNegated ? "!= " : "== ") + operand, false)
        case .equals: return ((isNegated ? "not in " : "in ") + operand, false)
        case .startsWith: return ("^= " + operand, isNegated)
        case .endsWith: return ("$= " + operand, isNegated)
        case .contains: return ("*= " + operand, isNegated)
        case .under:
            return field.dotted == "path" ? ("under " + operand, isNegated) : nil
        }
    }
}

extension FieldSyntax {
    /// Whether the string operators compare it byte by byte with a text in quotes.
    fileprivate var isText: Bool {
        switch root.text {
        case "header", "cookie": memberName != nil
        case "query": members.isEmpty || memberName != nil
        case "path": members.isEmpty || dotted == "path.raw"
        case "host", "url": members.isEmpty
        default: false
        }
    }

    /// Whether the text means as an operand what it means in a regex: operands of `path` are
    /// brought
    /// into canonical form (and begin with `/`), a host is in lower case.
    fileprivate func takes(_ text: [UInt8], isWhole: Bool, isLowered: Bool) -> Bool {
        let hasUpperCase = text.contains { (0x41...0x5A).contains($0) }
        if hasUpperCase, isLowered || root.text == "host" { return false }
        guard dotted == "path" else { return true }
        return (!isWhole || text.first == UInt8(ascii: "/")) && isPlainPath(text)
    }
}

/// Whether canonical form leaves a piece of a path as it is: nothing encoded, no `//`, no segment
/// that begins with a dot.
private func isPlainPath(_ text: [UInt8]) -> Bool {
    let slash = UInt8(ascii: "/")
    let plain = text.allSatisfy {
        switch $0 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~/@:+,=!".utf8.contains($0)
        }
    }
    return plain
        && !zip(text, text.dropFirst()).contains { pair in
            pair.0 == slash && (pair.1 == slash || pair.1 == UInt8(ascii: "."))
        }
}

/// A string of the language with these bytes; nil when they are not UTF-8.
func quoted(_ bytes: [UInt8]) -> String? {
    guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
    var quoted = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"", "\\": quoted += "\\\(scalar)"
        case "\n": quoted += "\\n"
        case "\t": quoted += "\\t"
        case _ where scalar.value < 0x20 || scalar.value == 0x7F:
            quoted += "\\u{" + String(scalar.value, radix: 16) + "}"
        default: quoted.unicodeScalars.append(scalar)
        }
    }
    return quoted + "\""
}
