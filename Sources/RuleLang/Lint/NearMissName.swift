extension Lint {
    static let nearMissName: Lint = Lint(
        code: DiagnosticCode(
            "W042", "near-miss name",
            """
            A header, cookie or query parameter is spelled almost like a well-known header, or \
            like \
            another name that the file uses more often. A misspelled name is never present, and \
            nobody else can tell. If both names are meant, allow it with a reason.
            """)
    ) { input in
        var uses: [String: [String: [SourceSpan]]] = [:]
        input.forEachAtom { atom in
            let field = atom.value.field
            guard let name = field.memberName else { return }
            let root = field.root.text
            let folded = root == "header" ? name.lowercased() : name
            uses[root, default: [:]][folded, default: []].append(field.span)
        }
        return ["header", "cookie", "query"].flatMap { root in
            findings(among: uses[root] ?? [:], root: root)
        }
    }

    private static func findings(
        among names: [String: [SourceSpan]], root: String
    ) -> [Diagnostic] {
        let known = root == "header" ? wellKnownHeaders.sorted() : []
        let neighbours = Neighbours(of: names.keys)
        return names.keys.sorted().compactMap { name in
            guard let places = names[name], let first = places.first, !known.contains(name),
                let meant = known.first(where: { isNearMiss(name, $0) })
                    ?? neighbours.of(name).first(where: { other in
                        isNearMiss(name, other) && (names[other]?.count ?? 0) > places.count
                    })
            else { return nil }
            return Diagnostic(
                Lint.nearMissName.code, at: first, "`\(root).\(name)` is close to `\(meant)`",
                help: "did you mean `\(root).\(meant)`?")
        }
    }

    /// Names by what is left when one letter is taken out: names one slip apart share such a rest,
    /// so that not every pair has to be compared.
    private struct Neighbours {
        private var names: [[UInt8]: [String]] = [:]

        init(of names: some Sequence<String>) {
            for name in names {
                for rest in Self.rests(of: name) { self.names[rest, default: []].append(name) }
            }
        }

        /// In byte order.
        func of(_ name: String) -> [String] {
            Set(Self.rests(of: name).flatMap { names[$0] ?? [] }).sorted()
        }

        private static func rests(of name: String) -> [[UInt8]] {
            let bytes = name.lowercased().utf8.map { $0 == UInt8(ascii: "_") ? 0x2d : $0 }
            return [bytes]
                + bytes.indices.map { index in
                    Array(bytes[..<index] + bytes[(index + 1)...])
                }
        }
    }

    /// One letter more, less, other or swapped, in a name long enough for that to be a slip; or the
    /// same but for case or `-` against `_`.
    static func isNearMiss(_ a: String, _ b: String) -> Bool {
        guard a != b else { return false }
        func folded(_ name: String) -> [UInt8] {
            name.lowercased().utf8.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 }
        }
        let (left, right) = (folded(a), folded(b))
        if left == right { return true }
        guard min(left.count, right.count) >= 5, abs(left.count - right.count) <= 1 else {
            return false
        }
        let start = zip(left, right).prefix { $0 == $1 }.count
        let end = zip(left.reversed(), right.reversed()).prefix { $0 == $1 }.count
        if start + end >= max(left.count, right.count) - 1 { return true }
        let swapped = left.count == right.count && start + end == left.count - 2
        return swapped && left[start] == right[start + 1] && left[start + 1] == right[start]
            // A digit apart is a series (`x-team-1`, `x-team-2`), not a slip.
            && !left[start...].prefix(2).contains { (0x30...0x39).contains($0) }
    }
}

/// Request fields that rules often ask for.
private let wellKnownHeaders: Set<String> = [
    "accept", "accept-encoding", "accept-language", "access-control-request-headers",
    "access-control-request-method", "authorization", "cache-control", "content-length",
    "content-type", "cookie", "forwarded", "host", "if-modified-since", "if-none-match", "origin",
    "range", "referer", "sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site", "traceparent",
    "user-agent", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip",
    "x-request-id", "x-requested-with",
]
