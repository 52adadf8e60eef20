internal import RequestModel

/// What a value is compared with.
enum ValueType: Hashable, Sendable {
    case text, path, host, listener
    case method, scheme, httpVersion, tlsVersion, upgrade
    case number, address, time
    /// Present or absent, nothing else.
    case presence

    /// Compared with quoted text.
    var isText: Bool { [.text, .path, .host, .listener].contains(self) }
}

/// Values: roots, members and functions (language.md, Grammar).
extension Resolver {
    static let functionNames = ["lower", "len", "int", "any"]

    /// Every value but the named ones (`header.x`, `cookie.x`, `query.x`, `path.segments[0]`).
    static let plainFields: [String: (field: Field, type: ValueType)] = [
        "query": (.wholeQuery, .text), "path": (.path, .path), "path.raw": (.rawPath, .text),
        "path.segments": (.pathSegments, .text), "method": (.method, .method),
        "scheme": (.scheme, .scheme), "host": (.host, .host), "port": (.port, .number),
        "url": (.url, .text), "listener": (.listener, .listener),
        "http.version": (.httpVersion, .httpVersion), "http.upgrade": (.httpUpgrade, .upgrade),
        "client.ip": (.clientIP, .address), "client.port": (.clientPort, .number),
        "peer.ip": (.peerIP, .address), "peer.port": (.peerPort, .number),
        "tls": (.tls, .presence), "tls.sni": (.tlsSNI, .text),
        "tls.version": (.tlsVersion, .tlsVersion), "tls.alpn": (.tlsALPN, .text),
        "tls.client.subject": (.tlsClientSubject, .text),
        "tls.client.verified": (.tlsClientVerified, .presence), "now": (.now, .time),
    ]
    static let typesOfFields: [Field: ValueType] = Dictionary(
        uniqueKeysWithValues: plainFields.values.map { ($0.field, $0.type) })

    static let valueRoots: Set<String> = Set(
        plainFields.keys.map { String($0.prefix { $0 != "." }) } + ["header", "cookie"])

    /// Names that a capture cannot have.
    static let takenNames = valueRoots.union(functionNames).union(["split"])

    static let headerNameLimit = 4_096

    func valueType(of term: ValueTerm) -> ValueType {
        if term.transforms.contains(.length) || term.transforms.contains(.integer) {
            return .number
        }
        return Self.typesOfFields[term.field] ?? .text
    }

    /// The value, or nil after a report.
    mutating func resolveValue(_ syntax: ValueSyntax) -> ValueTerm? {
        guard let field = resolveField(syntax.field) else { return nil }
        var term = ValueTerm(field)
        for (depth, function) in syntax.functions.reversed().enumerated() {
            guard apply(function, to: &term, isInnermost: depth == 0, of: syntax) else {
                return nil
            }
        }
        if field == .pathSegments, !term.isAny, term.transforms.first != .length {
            report(
                Diagnostic(
                    .wrongFunction, at: syntax.span, "`path.segments` is many values",
                    help: "write `any(path.segments)`, `len(path.segments)` or "
                        + "`path.segments[0]`"))
            return nil
        }
        return term
    }

    // MARK: - Functions

    private mutating func apply(
        _ function: NameSyntax, to term: inout ValueTerm, isInnermost: Bool, of value: ValueSyntax
    ) -> Bool {
        switch function.text {
        case "any": return applyAny(function, to: &term, isInnermost: isInnermost, of: value)
        case "lower":
            guard takesText(function, term) else { return false }
            if term.transforms.last != .lower { term.transforms.append(.lower) }
        case "len":
            guard takesText(function, term) else { return false }
            term.transforms.append(.length)
        case "int":
            guard takesText(function, term) else { return false }
            term.transforms.append(.integer)
        default:
            reportUnknown("function", function, among: Self.functionNames)
            return false
        }
        return true
    }

    private mutating func applyAny(
        _ function: NameSyntax, to term: inout ValueTerm, isInnermost: Bool, of value: ValueSyntax
    ) -> Bool {
        switch term.field {
        case .header, .cookie, .query, .pathSegments: break
        default:
            report(
                Diagnostic(
                    .wrongFunction, at: function.span,
                    "`any` takes a value that may be repeated: a header, cookie, query parameter "
                        + "or `path.segments`"))
            return false
        }
        guard isInnermost else {
            let others = value.functions.map(\.text).filter { $0 != "any" }
            let field = text(of: value.field.span)
            let better =
                others.map { $0 + "(" }.joined() + "any(" + field + ")"
                + String(repeating: ")", count: others.count)
            report(
                Diagnostic(
                    .wrongFunction, at: function.span, "`any` stands directly around the value",
                    help: "write `\(better)`",
                    fixIt: .init(.safe, [.init(value.span, better)])))
            return false
        }
        term.isAny = true
        return true
    }

    private mutating func takesText(_ function: NameSyntax, _ term: ValueTerm) -> Bool {
        let type = valueType(of: term)
        if type.isText || type == .upgrade { return true }
        report(
            Diagnostic(
                .wrongFunction, at: function.span,
                "`\(function.text)` takes text, not \(type.noun)"))
        return false
    }

    /// The source text of a span, for fix-its.
    func text(of span: SourceSpan) -> String {
        String(decoding: program.sources.text(of: span), as: UTF8.self)
    }
}

extension ValueType {
    /// With its article, for messages.
    var noun: String {
        switch self {
        case .text: "text"
        case .path: "a path"
        case .host: "a host"
        case .listener: "a listener's name"
        case .method: "a method"
        case .scheme: "a scheme"
        case .httpVersion: "an HTTP version"
        case .tlsVersion: "a TLS version"
        case .upgrade: "an upgrade protocol"
        case .number: "a number"
        case .address: "an address"
        case .time: "a time"
        case .presence: "a value that is only present or absent"
        }
    }
}
