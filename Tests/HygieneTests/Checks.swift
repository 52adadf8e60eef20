import Foundation

/// The rules of the house, each a function from a file to what is wrong with it.
enum Check {
    static func lineWidth(_ file: SwiftFile) -> [String] {
        file.lines.enumerated().compactMap { index, line in
            line.count > 100 ? "\(file.path):\(index + 1): \(line.count) columns" : nil
        }
    }

    /// A function reaches from the line that declares it to the `}` of the same indentation: the
    /// formatter guarantees that. Computed properties count too.
    static func functionLength(_ file: SwiftFile) -> [String] {
        var findings: [String] = []
        for (index, line) in file.lines.enumerated() where isFunctionHead(line) {
            let indentation = line.prefix { $0 == " " }
            guard
                let end = file.lines[(index + 1)...].firstIndex(where: {
                    $0 == indentation + "}" || $0.hasPrefix(indentation + "} ")
                })
            else { continue }
            let length = end - index + 1
            if length > 70 { findings.append("\(file.path):\(index + 1): \(length) lines") }
        }
        return findings
    }

    private static func isFunctionHead(_ line: String) -> Bool {
        let code = line.drop { $0 == " " }
        guard !code.hasPrefix("//"), !line.hasSuffix("}") else { return false }
        let words = code.split(separator: " ")
        let isFunction = words.contains { word in
            word == "func" || word == "deinit"
                || ["init(", "init?(", "init<", "subscript(", "subscript<"].contains(
                    where: word.hasPrefix)
        }
        return isFunction || words.contains("var") && line.hasSuffix("{")
    }

    static func fileLength(_ file: SwiftFile, allowed: [String: Int]) -> [String] {
        let count = file.lines.count
        if count > 600 { return ["\(file.path): \(count) lines, over the hard limit of 600"] }
        if count > 400, allowed[file.path] == nil {
            return ["\(file.path): \(count) lines, over the soft limit of 400"]
        }
        return []
    }

    static func foundation(_ file: SwiftFile) -> [String] {
        guard file.isLibrary else { return [] }
        return matches(file) { $0.contains("import Foundation") || $0.contains("import Dispatch") }
    }

    /// `unsafe` and its kin: only in the wrappers of C libraries, and where a measurement in a
    /// comment says why.
    static func unsafeCode(_ file: SwiftFile) -> [String] {
        guard file.path.hasPrefix("Sources/"),
            !file.path.hasPrefix("Sources/HTTPWire/WordScan"),
            file.path != "Sources/RequestModel/ByteLanes.swift",
            !["Patterns", "TLS", "Sockets"].contains(file.target)
        else { return [] }
        return matches(file) { line in
            let code = line.split(separator: "//", omittingEmptySubsequences: false).first ?? ""
            return code.contains(#/\bunsafe\b|@unchecked|Unsafe/#)
        }
    }

    private static let importers = [
        "CPCRE2": ["Patterns"], "COpenSSL": ["TLS"], "CLinux": ["Sockets"], "Glibc": ["Sockets"],
        "CLanes": ["HTTPWire", "RequestModel", "Sockets"],
    ]

    static func cModules(_ file: SwiftFile) -> [String] {
        guard file.path.hasPrefix("Sources/") else { return [] }
        return importers.flatMap { module, targets in
            targets.contains(file.target)
                ? [] : matches(file) { $0.hasSuffix("import \(module)") }
        }
    }

    static func printing(_ file: SwiftFile) -> [String] {
        guard file.isLibrary else { return [] }
        return matches(file) { line in
            let code = line.drop { $0 == " " }
            return !code.hasPrefix("//") && code.contains(#/(^|[^.\w])(print|exit)\(/#)
                && !code.contains("func print(")
        }
    }

    static func openEnds(_ file: SwiftFile) -> [String] {
        matches(file) { line in
            ["TO" + "DO", "FIX" + "ME"].contains { line.contains($0) }
        }
    }

    private static func matches(_ file: SwiftFile, _ isWrong: (String) -> Bool) -> [String] {
        file.lines.enumerated().compactMap { index, line in
            isWrong(line) ? "\(file.path):\(index + 1): \(line)" : nil
        }
    }

    /// Links of a Markdown text to files of the repository, `[text](path)`.
    static func links(_ text: String) -> [String] {
        text.components(separatedBy: "](").dropFirst().compactMap { part in
            let target = part.prefix { $0 != ")" && $0 != "#" }
            return target.isEmpty || target.contains("://") ? nil : String(target)
        }
    }
}
