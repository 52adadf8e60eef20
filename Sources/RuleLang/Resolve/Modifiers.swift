internal import RequestModel

/// Modifiers, with bundles expanded in place.
extension Resolver {
    /// `allowsUpgrade`: the action answers 426, which has to name the protocol (RFC 9110 section
    /// 15.5.22).
    mutating func resolveModifiers(
        _ modifiers: [ModifierSyntax], captures: [Capture], allowsUpgrade: Bool = false
    ) -> [Modifier] {
        resolveModifiers(modifiers, captures: captures, path: [], allowsUpgrade: allowsUpgrade)
    }

    /// The modifiers of a bundle; `path` names the bundles that are being expanded.
    mutating func expand(
        _ name: NameSyntax, captures: [Capture], path: [String], allowsUpgrade: Bool
    ) -> [Modifier] {
        // A bundle is resolved for each rule that uses it; a fault of its own is one fault.
        let known = diagnostics.count
        defer { forgetRepeated(from: known) }
        guard let bundle = bundles[name.text] else {
            reportUnknown("bundle", name, among: bundles.keys)
            return []
        }
        guard !path.contains(name.text) else {
            report(
                Diagnostic(
                    .cycle, at: name.span,
                    "the bundle `\(name.text)` uses itself: "
                        + (path + [name.text]).map { "`\($0)`" }.joined(separator: " → ")))
            return []
        }
        return resolveModifiers(
            bundle.modifiers, captures: captures, path: path + [name.text],
            allowsUpgrade: allowsUpgrade)
    }

    private mutating func forgetRepeated(from known: Int) {
        let new = diagnostics[known...]
        diagnostics.removeSubrange(known...)
        for diagnostic in new { reportOnce(diagnostic) }
    }

    /// Bundles that no rule uses are checked too; their captures are taken as given.
    mutating func checkBundles() {
        for name in bundles.keys.sorted() {
            guard let bundle = bundles[name] else { continue }
            let captures = bundle.modifiers.flatMap(\.templates).flatMap(\.simpleNames)
                .map { Capture(name: $0, sources: []) }
            _ = expand(bundle.name, captures: captures, path: [], allowsUpgrade: true)
        }
    }

    mutating func reportOnce(_ diagnostic: Diagnostic) {
        let isKnown = diagnostics.contains {
            $0.code == diagnostic.code && $0.span == diagnostic.span
                && $0.message == diagnostic.message
        }
        if !isKnown { report(diagnostic) }
    }

    private mutating func resolveModifiers(
        _ modifiers: [ModifierSyntax], captures: [Capture], path: [String], allowsUpgrade: Bool
    ) -> [Modifier] {
        modifiers.flatMap { syntax -> [Modifier] in
            if case .use(let name) = syntax.kind {
                return expand(name, captures: captures, path: path, allowsUpgrade: allowsUpgrade)
            }
            let kind = kind(of: syntax, captures: captures, allowsUpgrade: allowsUpgrade)
            return kind.map { [Modifier($0, span: syntax.span)] } ?? []
        }
    }

    private mutating func kind(
        of syntax: ModifierSyntax, captures: [Capture], allowsUpgrade: Bool
    ) -> Modifier.Kind? {
        switch syntax.kind {
        case .setHeader(let side, let name, let value):
            let template = headerValue(value, captures)
            return headerName(name, side, allowsUpgrade).map {
                .setHeader(.init(side), name: $0, template)
            }
        case .addHeader(let side, let name, let value):
            let template = headerValue(value, captures)
            return headerName(name, side, allowsUpgrade).map {
                .addHeader(.init(side), name: $0, template)
            }
        case .removeHeader(let side, let name):
            return headerName(name, side, allowsUpgrade).map {
                .removeHeader(.init(side), name: $0)
            }
        case .setCookie(let name, let value, let attributes):
            let template = cookieValue(value, captures)
            let rendered = cookieAttributes(attributes)
            return cookieName(name).map {
                .setCookie(name: $0, template, attributes: rendered)
            }
        case .removeCookie(let name): return cookieName(name).map { .removeCookie(name: $0) }
        case .stripPrefix(let string): return stripPrefix(string)
        case .rewrite(let part, let value): return rewrite(part, value, captures)
        case .timeout(let which, let duration): return timeout(which, duration)
        case .tag(let name, let value):
            return .tag(name: name.text, resolveTemplate(value, captures: captures))
        case .use: return nil
        }
    }

    // MARK: - Header fields

    /// Host, framing and what belongs to one connection (RFC 9110 section 7.6.1).
    private static let protected: Set<String> = [
        "host", "content-length", "transfer-encoding", "connection", "keep-alive",
        "proxy-connection", "te", "trailer", "upgrade",
    ]

    private mutating func headerName(
        _ member: FieldSyntax.Member, _ side: ModifierSyntax.Side, _ allowsUpgrade: Bool
    ) -> [UInt8]? {
        let name = memberBytes(member).map(asciiLowercase)
        let shown = String(decoding: name, as: UTF8.self)
        guard isToken(name) else {
            report(
                Diagnostic(
                    .badModifierOperand, at: member.span, "`\(shown)` is not a header name"))
            return nil
        }
        let isUpgrade = shown == "upgrade" && side == .response && allowsUpgrade
        guard Self.protected.contains(shown), !isUpgrade else { return name }
        let help =
            switch (shown, side) {
            case ("host", .request): "write `rewrite host \"…\"`"
            case ("upgrade", .response): "only a rule with `respond 426` may set it"
            default: "the router sets it for each connection and message"
            }
        report(
            Diagnostic(
                .protectedHeader, at: member.span, "a rule cannot change `\(shown)`", help: help))
        return nil
    }

    private mutating func headerValue(_ value: TemplateSyntax, _ captures: [Capture]) -> Template {
        if value.texts.joined().contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7f }) {
            report(
                Diagnostic(
                    .badModifierOperand, at: value.span, "a header value has no control bytes"))
        }
        return resolveTemplate(value, captures: captures)
    }
}

extension Modifier.Side {
    fileprivate init(_ side: ModifierSyntax.Side) {
        self = side == .request ? .request : .response
    }
}

extension ModifierSyntax {
    fileprivate var templates: [TemplateSyntax] {
        switch kind {
        case .setHeader(_, _, let value), .addHeader(_, _, let value), .setCookie(_, let value, _),
            .rewrite(_, let value), .tag(_, let value):
            [value]
        case .removeHeader, .removeCookie, .stripPrefix, .timeout, .use: []
        }
    }
}

extension TemplateSyntax {
    /// Names that stand alone: captures, unless they are values.
    fileprivate var simpleNames: [String] {
        pieces.compactMap { piece in
            guard case .value(let value, _, _) = piece, value.field.members.isEmpty else {
                return nil
            }
            return value.field.root.text
        }
    }
}
