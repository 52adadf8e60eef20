/// Shrinking by what the text means: conditions become constants, actions `deny`, blocks what is in
/// them. A candidate that does not compile shows nothing and is not taken.
extension Disagreement {
    /// Lines that need not be two.
    mutating func joinLines(_ check: Check) {
        var lines = files.main.split(separator: "\n").map(String.init)
        var index = 0
        while index + 1 < lines.count {
            var fewer = lines
            fewer[index] += " " + fewer.remove(at: index + 1)
            if take(fewer.joined(separator: "\n") + "\n", files.others, check) {
                lines = fewer
            } else {
                index += 1
            }
        }
    }

    /// What a rule does is of no matter.
    mutating func simplifyActions(_ check: Check) {
        for ending in [" -> deny", " -> deny }", ""] {
            var lines = files.main.split(separator: "\n").map(String.init)
            for index in lines.indices {
                guard let arrow = lines[index].ranges(of: "->").last else { continue }
                var changed = lines
                changed[index] = lines[index][..<arrow.lowerBound].trimmedEnd + ending
                guard changed[index].utf8.count < lines[index].utf8.count else { continue }
                if take(changed.joined(separator: "\n") + "\n", files.others, check) {
                    lines = changed
                }
            }
        }
    }

    /// `when X {` and its `}` go, what is inside stays; or a block goes with the `use` of it.
    mutating func unwrapBlocks(_ check: Check) {
        var start = 0
        while true {
            let lines = files.main.split(separator: "\n").map(String.init)
            guard start < lines.count else { return }
            if let end = end(ofBlockAt: start, lines), end > start {
                var without = lines
                without.remove(at: end)
                without.remove(at: start)
                var unused = lines
                unused.removeSubrange(start...end)
                let words = lines[start].split(separator: " ")
                if words.first == "rules", words.count > 1 {
                    unused.removeAll { $0 == "use \(words[1])" }
                }
                if take(unused.joined(separator: "\n") + "\n", files.others, check)
                    || take(without.joined(separator: "\n") + "\n", files.others, check)
                {
                    continue
                }
            }
            start += 1
        }
    }

    private func end(ofBlockAt start: Int, _ lines: [String]) -> Int? {
        guard lines[start].trimmedEnd.hasSuffix("{") else { return nil }
        var depth = 0
        for index in start..<lines.count {
            let line = lines[index].utf8
            depth += line.count { $0 == UInt8(ascii: "{") } - line.count { $0 == UInt8(ascii: "}") }
            if depth <= 0 { return index }
        }
        return nil
    }

    /// Parentheses and names become a true or a false constant, or lose their parentheses.
    mutating func simplifyGroups(_ check: Check) {
        var place = 0
        while true {
            let text = Array(files.main.utf8)
            guard place < text.count else { return }
            if let range = Self.group(text, at: place) {
                let inner = text[range.dropFirst(text[place] == UInt8(ascii: "(") ? 1 : 0)]
                    .dropLast(text[place] == UInt8(ascii: "(") ? 1 : 0)
                let others = [Array("path".utf8), Array("not path".utf8), Array(inner)]
                let isTaken = others.contains { other in
                    guard other.count < range.count || text[place] != UInt8(ascii: "(") else {
                        return false
                    }
                    guard other != Array(text[range]) else { return false }
                    let changed = text[..<place] + other + text[range.upperBound...]
                    return take(String(decoding: changed, as: UTF8.self), files.others, check)
                }
                if isTaken { continue }
            }
            place += 1
        }
    }

    /// `( … )`, `@name` or `$name` that begins here.
    private static func group(_ text: [UInt8], at start: Int) -> Range<Int>? {
        guard text[start] == UInt8(ascii: "(") else {
            guard text[start] == UInt8(ascii: "@") || text[start] == UInt8(ascii: "$") else {
                return nil
            }
            let end = text[(start + 1)...].firstIndex { !isNameByte($0) } ?? text.count
            return end > start + 1 ? start..<end : nil
        }
        var depth = 0
        for index in start..<text.count {
            if text[index] == UInt8(ascii: "(") { depth += 1 }
            if text[index] == UInt8(ascii: ")") { depth -= 1 }
            if depth == 0 { return start..<index + 1 }
        }
        return nil
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20)
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }
}

extension StringProtocol {
    fileprivate var trimmedEnd: String {
        var text = String(self)
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
