/// `# l7: allow CODE, CODE because REASON`: findings of these codes on the lines it covers pass.
package struct Allow: Sendable {
    package var codes: [String]
    package var span: SourceSpan
    /// 1-based. Behind text: its own line; on a line of its own: the next line that is not a
    /// comment
    /// or blank, too.
    package var lines: ClosedRange<Int>
    package var reason: String

    /// Every `# l7:` comment of the file, and what is wrong with those that are.
    static func all(in lexer: Lexer) -> ([Allow], [Diagnostic]) {
        var allows: [Allow] = []
        var faults: [Diagnostic] = []
        let file = SourceFile(name: "", bytes: lexer.bytes)
        for comment in lexer.comments {
            let text = String(
                decoding: lexer.bytes[comment.span.indices].dropFirst(), as: UTF8.self)
            let trimmed = text.drop { $0 == " " || $0 == "\t" }
            guard trimmed.hasPrefix("l7:") else { continue }
            let line = file.position(of: comment.span.start).line
            let last = comment.isWholeLine ? nextCodeLine(after: line, in: file) : line
            switch parse(trimmed.dropFirst(3)) {
            case .success(let (codes, reason)):
                allows.append(
                    Allow(codes: codes, span: comment.span, lines: line...last, reason: reason))
            case .failure(let fault):
                faults.append(
                    Diagnostic(
                        .badAllow, at: comment.span, fault.message,
                        help: "write `# l7: allow W020 because REASON`"))
            }
        }
        return (allows, faults)
    }

    private struct Fault: Error { let message: String }

    private static func parse(_ text: Substring) -> Result<([String], String), Fault> {
        let words = text.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "," })
        guard words.first == "allow" else {
            return .failure(Fault(message: "the only word behind `l7:` is `allow`"))
        }
        guard let because = words.firstIndex(of: "because"), because + 1 < words.count else {
            return .failure(Fault(message: "an allowance needs a reason"))
        }
        let codes = words[1..<because].map(String.init)
        guard !codes.isEmpty else {
            return .failure(Fault(message: "the code that is allowed is missing"))
        }
        for code in codes where !isAllowable(code) {
            return .failure(Fault(message: "`\(code)` is not a code that can be allowed"))
        }
        return .success((codes, words[(because + 1)...].joined(separator: " ")))
    }

    /// W, P, I and T041 and a number of three digits: S, T and E findings stay.
    private static func isAllowable(_ code: String) -> Bool {
        let digits = code.utf8.dropFirst()
        guard digits.count == 3, digits.allSatisfy(\.isASCIIDigit) else { return false }
        return ["W", "P", "I"].contains(code.first) || code == "T041"
    }

    private static func nextCodeLine(after line: Int, in file: SourceFile) -> Int {
        var next = line + 1
        while next <= file.lineStarts.count {
            let text = file.line(next).drop { $0 == 0x20 || $0 == 0x09 }
            if let first = text.first, first != UInt8(ascii: "#") { return next }
            next += 1
        }
        return line
    }
}

extension Compilation {
    /// Whether an `# l7: allow` of the finding's file covers it.
    package func allows(_ diagnostic: Diagnostic) -> Bool {
        guard !sources.files.isEmpty else { return false }
        let line = sources[diagnostic.span.file].position(of: diagnostic.span.start).line
        return allows.contains { allow in
            allow.span.file == diagnostic.span.file && allow.lines.contains(line)
                && allow.codes.contains(diagnostic.code.id)
        }
    }
}
