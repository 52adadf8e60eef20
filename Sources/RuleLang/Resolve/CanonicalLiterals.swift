internal import RequestModel

/// Literals for paths and hosts, brought to the spelling that requests have (language.md 3).
extension Resolver {
    // MARK: - Paths

    mutating func pathLiteral(_ literal: Literal, use: LiteralUse) -> [UInt8]? {
        if use != .fragment, literal.bytes.first != UInt8(ascii: "/") {
            let better = [UInt8(ascii: "/")] + literal.bytes
            report(
                Diagnostic(
                    .wrongOperand, at: literal.span, "a path begins with `/`",
                    fixIt: .init(.safe, [.init(literal.span, literal.spelled(better))])))
            return nil
        }
        var bytes = canonicalPath(literal, isFragment: use == .prefix || use == .fragment)
        if use == .under, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        return bytes
    }

    /// The canonical form, with W026 where it is another; as written where there is none.
    private mutating func canonicalPath(_ literal: Literal, isFragment: Bool) -> [UInt8] {
        if let mark = literal.bytes.firstIndex(of: UInt8(ascii: "?")) {
            let path = Array(literal.bytes[..<mark])
            report(
                Diagnostic(
                    .literalSpelling, at: literal.span, "no path contains a query",
                    help: "test the parameters with `query.NAME`",
                    fixIt: .init(.displayOnly, [.init(literal.span, literal.spelled(path))])))
            return literal.bytes
        }
        switch canonical(literal.bytes, isFragment: isFragment) {
        case .success(let bytes):
            if bytes != literal.bytes { reportSpelling(literal, canonical: bytes) }
            return bytes
        case .failure(let reason):
            let escaped = escaped(literal.bytes)
            let shown = escaped.map { String(decoding: $0, as: UTF8.self) }
            report(
                Diagnostic(
                    .literalSpelling, at: literal.span,
                    "no path is spelled `\(literal.text)`: \(Self.explanation(of: reason))",
                    help: shown.map { "it is received as `\($0)`" },
                    fixIt: escaped.map {
                        .init(.safe, [.init(literal.span, literal.spelled($0))])
                    }))
            return literal.bytes
        }
    }

    private mutating func reportSpelling(_ literal: Literal, canonical bytes: [UInt8]) {
        let message = "no path is spelled `\(literal.text)`"
        guard !literal.bytes.contains(UInt8(ascii: "{")) else {
            report(
                Diagnostic(
                    .literalSpelling, at: literal.span, message,
                    help: "`{name}` stands for a segment behind `matches` only"))
            return
        }
        report(
            Diagnostic(
                .literalSpelling, at: literal.span, message,
                help: "the canonical path is `\(String(decoding: bytes, as: UTF8.self))`",
                fixIt: .init(.safe, [.init(literal.span, literal.spelled(bytes))])))
    }

    /// By the listeners' options. With options that differ, the form that merges slashes: a literal
    /// keeps `//` only if every listener keeps it.
    func canonical(_ bytes: [UInt8], isFragment: Bool) -> Result<[UInt8], RefusalReason> {
        let all = policies().isEmpty ? [ListenerPolicy()] : policies()
        let merging = all.filter { $0.emptySegments != .keep }
        var failure: RefusalReason?
        for policy in merging + all {
            let result =
                isFragment
                ? CanonicalPath.canonicaliseFragment(bytes, policy: policy)
                : CanonicalPath.canonicaliseLiteral(bytes, policy: policy)
            switch result {
            case .failure(let reason): failure = failure ?? reason
            case .success(let canonical):
                let isMerged = isFragment && !merging.isEmpty
                guard isMerged, canonical.containsDoubleSlash else { return .success(canonical) }
                return .failure(.pathEmptySegment)
            }
        }
        return .failure(failure ?? .badTarget)
    }

    static func explanation(of reason: RefusalReason) -> String {
        switch reason {
        case .pathControlByte: "control bytes are refused"
        case .pathNonASCII, .badTarget: "it has bytes that a path cannot have"
        case .pathBackslash: "backslashes are refused"
        case .pathBadEscape: "a `%` is not followed by two hexadecimal digits"
        case .pathEncodedSlash, .pathEncodedDotSegment: "encoded slashes are refused"
        case .pathDotParameter: "segments such as `..;` are refused"
        case .pathEmptySegment: "empty segments are merged or refused"
        case .pathParameter: "path parameters are refused"
        case .pathDoubleEncoding: "double encoding is refused"
        default: "such requests are refused"
        }
    }

    /// Spaces and non-ASCII text stand percent-encoded in a path; nil where that is not what is
    /// wrong.
    func escaped(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.contains(where: { $0 >= 0x80 || $0 == 0x20 }) else { return nil }
        let escaped = bytes.flatMap { byte -> [UInt8] in
            guard byte >= 0x80 || byte == 0x20 else { return [byte] }
            return Array(("%" + String(byte, radix: 16, uppercase: true)).utf8)
        }
        guard case .success = canonical(escaped, isFragment: true) else { return nil }
        return escaped
    }

    // MARK: - Hosts

    mutating func hostLiteral(_ literal: Literal, use: LiteralUse) -> [UInt8]? {
        var bytes = literal.bytes
        if bytes.starts(with: Array("*.".utf8)) {
            let rest = Array(bytes.dropFirst(2))
            let better = "host under \(stringLiteral(rest))"
            report(
                Diagnostic(
                    .foreignSpelling, at: literal.span,
                    "`\(literal.text)` is written `\(better)`",
                    fixIt: use == .under
                        ? .init(.safe, [.init(literal.span, literal.spelled(rest))]) : nil))
            return nil
        }
        if use == .prefix || use == .fragment {
            return hostForm(literal, bytes.map(asciiLowercase))
        }
        if use == .under, bytes.first == UInt8(ascii: ".") { bytes.removeFirst() }
        guard let parsed = CanonicalHost.parse(bytes) else {
            report(
                Diagnostic(
                    .literalSpelling, at: literal.span, "no host is spelled `\(literal.text)`"))
            return bytes
        }
        if bytes.count < literal.bytes.count, parsed.host == bytes { return bytes }
        return hostForm(literal, parsed.host)
    }

    private mutating func hostForm(_ literal: Literal, _ canonical: [UInt8]) -> [UInt8] {
        guard canonical != literal.bytes else { return canonical }
        report(
            Diagnostic(
                .hostSpelling, at: literal.span,
                "`host` is lower case, without port and final dot",
                help: "write `\(String(decoding: canonical, as: UTF8.self))`",
                fixIt: .init(.safe, [.init(literal.span, literal.spelled(canonical))])))
        return canonical
    }

    // MARK: - Text that is not so

    /// W026 for `lower(…) == "Foo"` and `path.segments[0] == "/api"`.
    mutating func checkSpelling(_ literals: [Literal], against term: ValueTerm) {
        let type = valueType(of: term)
        guard type.isText, type != .host else { return }
        let isSegment =
            switch term.field {
            case .pathSegment, .pathSegments: true
            default: false
            }
        for literal in literals {
            let lower = literal.bytes.map(asciiLowercase)
            if term.transforms.contains(.lower), lower != literal.bytes {
                report(
                    Diagnostic(
                        .literalSpelling, at: literal.span,
                        "`lower(…)` never has an upper-case letter",
                        fixIt: .init(.safe, [.init(literal.span, literal.spelled(lower))])))
            } else if isSegment, literal.bytes.contains(where: { "/?# ".utf8.contains($0) }) {
                let bare = literal.bytes.filter { $0 != UInt8(ascii: "/") }
                report(
                    Diagnostic(
                        .literalSpelling, at: literal.span,
                        "no segment of a path contains `/`, `?`, `#` or a space",
                        fixIt: .init(
                            .displayOnly, [.init(literal.span, literal.spelled(bare))])))
            }
        }
    }
}

extension [UInt8] {
    fileprivate var containsDoubleSlash: Bool {
        zip(self, dropFirst()).contains { $0 == UInt8(ascii: "/") && $1 == UInt8(ascii: "/") }
    }
}
