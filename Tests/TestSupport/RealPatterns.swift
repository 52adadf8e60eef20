internal import Foundation

/// Regexes that others wrote for real traffic: Debian's `uap-core` and `modsecurity-crs`, read
/// where the packages are installed (`./dev ci` installs them).
package enum RealPatterns {
    private static let agents = URL(fileURLWithPath: "/usr/share/uap-core")
    private static let attacks = URL(fileURLWithPath: "/usr/share/modsecurity-crs/rules")

    package static let hasAgents = FileManager.default.fileExists(atPath: agents.path)
    package static let hasAttacks = FileManager.default.fileExists(atPath: attacks.path)

    /// A line of one of the ordered lists: the first regex that finds something decides.
    package struct Entry: Sendable {
        /// Options in front, as PCRE2 spells them.
        package var pattern: String
        /// `family_replacement` and the like.
        package var replacements: [String: String] = [:]
    }

    /// `user_agent_parsers`, `os_parsers`, `device_parsers`.
    package static func list(_ name: String) throws -> [Entry] {
        var entries: [Entry] = []
        var section = ""
        let text = try String(
            contentsOf: agents.appendingPathComponent("regexes.yaml"), encoding: .utf8)
        for line in lines(of: text) {
            if !line.hasPrefix(" "), line.hasSuffix(":") {
                section = String(line.dropLast())
            } else if section == name, let (key, value) = pair(line) {
                if line.contains("- regex:") {
                    entries.append(Entry(pattern: value))
                } else if key == "regex_flag" {
                    entries[entries.count - 1].pattern =
                        "(?\(value))" + entries[entries.count - 1].pattern
                } else {
                    entries[entries.count - 1].replacements[key] = value
                }
            }
        }
        return entries
    }

    /// User agents with what the list says of them: `test_ua.yaml`, `test_device.yaml`.
    package static func expectations(_ file: String) throws -> [[String: String]] {
        let text = try String(
            contentsOf: agents.appendingPathComponent("tests/\(file)"), encoding: .utf8)
        var cases: [[String: String]] = []
        for line in lines(of: text) {
            guard let (key, value) = pair(line) else { continue }
            if line.contains("- user_agent_string:") { cases.append([:]) }
            if !cases.isEmpty { cases[cases.count - 1][key] = value }
        }
        return cases
    }

    private static func lines(of text: String) -> [Substring] {
        text.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("#") }
    }

    /// `  - key: 'value'`, where a quote within is two; or without quotes.
    private static func pair(_ line: Substring) -> (key: String, value: String)? {
        guard let colon = line.range(of: ": ") else { return nil }
        let key = line[..<colon.lowerBound].drop { $0 == " " || $0 == "-" }
        var value = line[colon.upperBound...].drop { $0 == " " }
        guard let mark = value.first, mark == "'" || mark == "\"" else {
            return (String(key), String(value))
        }
        value = value.dropFirst()
        guard let end = value.lastIndex(of: mark) else { return nil }
        let text = value[..<end]
        return (
            String(key),
            mark == "'"
                ? text.replacingOccurrences(of: "''", with: "'")
                : text.replacingOccurrences(of: "\\\"", with: "\"")
                    .replacingOccurrences(of: "\\\\", with: "\\")
        )
    }

    /// What follows `@rx` in the rules against attacks.
    package static func attackPatterns() throws -> [String] {
        var patterns: [String] = []
        for name in try FileManager.default.contentsOfDirectory(atPath: attacks.path).sorted()
        where name.hasSuffix(".conf") {
            let text = try String(
                contentsOf: attacks.appendingPathComponent(name), encoding: .isoLatin1)
            for line in lines(of: text) {
                guard let start = line.range(of: "@rx ") else { continue }
                var pattern = ""
                var isEscaped = false
                for character in line[start.upperBound...] {
                    if character == "\"", !isEscaped { break }
                    // Apache takes the backslash off a quote.
                    if character == "\"" { pattern.removeLast() }
                    pattern.append(character)
                    isEscaped = character == "\\" && !isEscaped
                }
                patterns.append(pattern)
            }
        }
        return patterns
    }
}
