/// The many ways to write one thing.
extension RuleSetSample {
    /// A string literal; now and then with escapes where none are needed.
    mutating func quoted(_ text: String) -> String {
        let escapes = random.chance(20)
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            default:
                if escapes, random.chance(2) {
                    result += "\\u{\(String(scalar.value, radix: 16))}"
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }

    /// `and`, `or`, an operator: what a line may break in front of, or behind.
    mutating func connective(_ word: String) -> String {
        guard random.chance(30) else { return " \(word) " }
        return switch random.between(0...4) {
        case 0: "\n  \(word) "
        case 1: " \(word)\n  "
        case 2: "\n# a remark\n\n\t\(word)\t"
        case 3: " \(word) # a remark\n  "
        default: "   \(word)  "
        }
    }

    /// Behind an operator a line may break.
    mutating func space() -> String { random.chance(60) ? "\n    " : " " }

    mutating func parenthesised(_ text: String) -> String {
        random.chance(30) ? "(\n  \(text)\n)" : "(\(text))"
    }

    mutating func braces(_ elements: [String]) -> String {
        guard random.chance(20) else { return "{ \(elements.joined(separator: ", ")) }" }
        return random.chance(2)
            ? "{\(elements.joined(separator: ","))}"
            : "{\n  \(elements.joined(separator: ",\n  ")), # the last comma\n}"
    }

    /// One to four different ones.
    mutating func some(_ element: (inout RuleSetSample) -> String) -> [String] {
        let count = random.between(1...4)
        return Set((0..<count).map { _ in element(&self) }).sorted()
    }

    /// The whole file in another dress.
    mutating func dressed(_ text: String) -> String {
        switch random.between(0...19) {
        case 0: text.replacing("\n", with: "\r\n")
        case 1: "\u{feff}" + text
        case 2: "# " + String(repeating: "=", count: 60) + "\n\n" + text
        default: text
        }
    }
}
