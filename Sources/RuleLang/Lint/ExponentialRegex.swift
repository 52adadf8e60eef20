internal import Patterns

extension Lint {
    static let exponentialRegex: Lint = Lint(
        code: DiagnosticCode(
            "W016", "regex that backtracks exponentially",
            """
            In `^(a+)+$` each `a` can belong to the inner or to the outer repetition: on a value \
            that fails at its end, a search tries all ways, and each byte more doubles them. The \
            search ends at `limits { regex_steps }`, and the request is answered 500 \
            `regex_limit`: anybody can make the rule fail. The finding shows a value that does so; \
            it was searched with the engine before it was shown. Regexes that come from a file are \
            looked at too. Write the repetition once \
            (`^a+$`), make the parts begin differently (`^(/[^/]+)+$`), or use a possessive one \
            (`^(a++)+$`), which never goes back.
            """)
    ) { input in
        let steps = UInt32(clamping: input.program.settings.limits.regexSteps)
        var findings: [Diagnostic] = []
        var known: [[UInt8]: BacktrackingWitness?] = [:]
        input.forEachAtom { atom in
            for regex in atom.regexes {
                let witness =
                    known[regex.bytes]
                    ?? (try? CompiledPattern(regex.bytes)).flatMap {
                        Backtracking.witness($0, steps: steps)
                    }
                known[regex.bytes] = witness
                guard let witness else { continue }
                findings.append(finding("this regex", at: regex.span, witness, steps))
            }
        }
        for regex in input.program.patterns {
            guard let file = input.regexFile(of: regex),
                let witness = known[regex.source]
                    ?? Backtracking.witness(regex.pattern, steps: steps)
            else { continue }
            // At the name of the file, where it can be allowed.
            var finding = finding("a regex of this file", at: file.span, witness, steps)
            finding.labels = [Diagnostic.Label(regex.span, "this one")]
            findings.append(finding)
        }
        return findings
    }

    private static func finding(
        _ subject: String, at span: SourceSpan, _ witness: BacktrackingWitness, _ steps: UInt32
    ) -> Diagnostic {
        Diagnostic(
            Lint.exponentialRegex.code, at: span,
            "\(subject) backtracks exponentially: \(witness.text) takes more than \(steps) steps",
            help: "such a value is answered 500 `regex_limit`; repeat in one place only, or use "
                + "possessive repetition (`++`, `*+`)")
    }
}

extension LintInput {
    /// The file's name in `set … = regex file "…"`, where a regex comes from one.
    fileprivate func regexFile(of regex: CompiledRegex) -> StringSyntax? {
        guard !files.contains(where: { $0.file == regex.span.file }) else { return nil }
        let name = program.sources[regex.span.file].name
        for case .set(let set) in items {
            guard case .regexFile(let path) = set.elements else { continue }
            let last = String(decoding: path.bytes, as: UTF8.self).split(separator: "/").last
            if let last, "/\(name)".hasSuffix("/\(last)") { return path }
        }
        return nil
    }
}

extension BacktrackingWitness {
    /// `"/x", then "ab" 24 times, then "!"`.
    fileprivate var text: String {
        var parts: [String] = []
        if !prefix.isEmpty { parts.append(quoted(prefix)) }
        parts.append("\(quoted(pump)) \(count) times")
        if !suffix.isEmpty { parts.append(quoted(suffix)) }
        return parts.joined(separator: ", then ")
    }

    private func quoted(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            switch byte {
            case 0x22, 0x5C: text += [0x5C, byte]
            case 0x20...0x7E: text.append(byte)
            default:
                text += [0x5C, UInt8(ascii: "x"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return "\"\(String(decoding: text, as: UTF8.self))\""
    }
}
