internal import RequestModel

/// Fields of the request by their names.
extension Resolver {
    mutating func resolveField(_ syntax: FieldSyntax) -> Field? {
        let root = syntax.root.text
        guard Self.valueRoots.contains(root) else {
            reportUnknownValue(syntax.root)
            return nil
        }
        if root == "header" || root == "cookie" || root == "query" && !syntax.members.isEmpty {
            return namedField(syntax)
        }
        if root == "path", let segment = segment(syntax) { return segment }
        var path = root
        for member in syntax.members {
            guard case .name(let name) = member, isKnownPrefix(path + "." + name.text) else {
                reportUnknownMember(member, of: path)
                return nil
            }
            path += "." + name.text
        }
        if let found = Self.plainFields[path] { return found.field }
        let members = members(of: path).map { "`\(path).\($0)`" }
        report(
            Diagnostic(
                .unknownName, at: syntax.span, "`\(path)` alone is no value",
                help: "write \(members.joined(separator: " or "))"))
        return nil
    }

    private func isKnownPrefix(_ path: String) -> Bool {
        Self.plainFields.keys.contains { $0 == path || $0.hasPrefix(path + ".") }
    }

    /// The words that may follow `path` and a dot, in byte order.
    private func members(of path: String) -> [String] {
        let prefix = path + "."
        let rest = Self.plainFields.keys.filter { $0.hasPrefix(prefix) }
            .map { String($0.dropFirst(prefix.count).prefix { $0 != "." }) }
        return Set(rest).sorted()
    }

    private mutating func reportUnknownValue(_ root: NameSyntax) {
        if let named = values[root.text] {
            let sigil = if case .binding = named { "@" } else { "$" }
            report(
                Diagnostic(
                    .unknownName, at: root.span, "there is no value `\(root.text)`",
                    help: "did you mean `\(sigil)\(root.text)`?",
                    fixIt: .init(.displayOnly, [.init(root.span, sigil + root.text)])))
            return
        }
        let behindDot = Self.plainFields.keys.filter { $0.hasSuffix("." + root.text) }
        let near =
            nearest(root.text, among: Self.valueRoots) ?? behindDot.sorted().first
        report(
            Diagnostic(
                .unknownName, at: root.span, "there is no value `\(root.text)`",
                help: near.map { "did you mean `\($0)`?" },
                fixIt: near.map { .init(.displayOnly, [.init(root.span, $0)]) }))
    }

    private mutating func reportUnknownMember(_ member: FieldSyntax.Member, of path: String) {
        let known = members(of: path)
        guard case .name(let name) = member else {
            guard path != "path.segments" else { return reportSegmentNumber(member) }
            report(
                Diagnostic(
                    .unknownName, at: member.span, "`\(path)` has no members in brackets",
                    help: known.isEmpty ? nil : "write `\(path).\(known[0])`"))
            return
        }
        let near = nearest(name.text, among: known)
        let all = known.map { "`\($0)`" }.joined(separator: ", ")
        report(
            Diagnostic(
                .unknownName, at: name.span, "`\(path)` has no `\(name.text)`",
                help: near.map { "did you mean `\($0)`?" }
                    ?? (known.isEmpty ? nil : "it has \(all)"),
                fixIt: near.map { .init(.displayOnly, [.init(name.span, $0)]) }))
    }

    private mutating func reportSegmentNumber(_ member: FieldSyntax.Member) {
        report(
            Diagnostic(
                .wrongOperand, at: member.span,
                "`\(text(of: member.span))` is not the number of a segment",
                help: "segments count from 0: `path.segments[0]`"))
    }

    // MARK: - Fields with a name or a number

    /// `path.segments[0]`; nil without a report when the field is another.
    private mutating func segment(_ syntax: FieldSyntax) -> Field? {
        guard syntax.members.count == 2, case .name(let name) = syntax.members[0],
            name.text == "segments", case .index(let word) = syntax.members[1],
            let index = Int(word.text), (0...9_999).contains(index)
        else { return nil }
        return .pathSegment(index)
    }

    /// `header.x`, `cookie.x`, `query.x`, with brackets for other characters.
    private mutating func namedField(_ syntax: FieldSyntax) -> Field? {
        let root = syntax.root.text
        guard let member = syntax.members.first else {
            report(
                Diagnostic(
                    .unknownName, at: syntax.span, "`\(root)` alone is no value",
                    help: "write `\(root).NAME` or `\(root)[\"NAME\"]`"))
            return nil
        }
        guard syntax.members.count == 1 else {
            let names = syntax.members.map { memberText($0) }.joined(separator: ".")
            let better = "\(root)[\(stringLiteral(Array(names.utf8)))]"
            report(
                Diagnostic(
                    .unknownName, at: syntax.span, "a name with a dot is written in brackets",
                    help: "write `\(better)`",
                    fixIt: .init(.safe, [.init(syntax.span, better)])))
            return nil
        }
        let name = Array(memberText(member).utf8)
        guard !name.isEmpty else {
            report(Diagnostic(.wrongOperand, at: member.span, "a name cannot be empty"))
            return nil
        }
        switch root {
        case "header": return headerField(name, at: member.span)
        case "cookie": return .cookie(memberBytes(member))
        default: return .query(memberBytes(member))
        }
    }

    private mutating func headerField(_ name: [UInt8], at span: SourceSpan) -> Field? {
        guard isToken(name) else {
            report(
                Diagnostic(
                    .wrongOperand, at: span,
                    "`\(String(decoding: name, as: UTF8.self))` is not a header name"))
            return nil
        }
        if program.headers.slot(of: name) == .none, program.headers.count >= Self.headerNameLimit {
            report(
                Diagnostic(
                    .tooManyHeaders, at: span,
                    "the rules ask for more than 4096 header names"))
            return nil
        }
        return .header(program.headers.intern(name))
    }

    func memberBytes(_ member: FieldSyntax.Member) -> [UInt8] {
        switch member {
        case .name(let name): Array(name.text.utf8)
        case .string(let string): string.bytes
        case .index(let word): Array(word.text.utf8)
        }
    }

    func memberText(_ member: FieldSyntax.Member) -> String {
        String(decoding: memberBytes(member), as: UTF8.self)
    }
}

/// `token` of RFC 9110 section 5.6.2.
func isToken(_ bytes: [UInt8]) -> Bool {
    !bytes.isEmpty
        && bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
        }
}

/// Bytes as a string literal of the language.
func stringLiteral(_ bytes: [UInt8]) -> String {
    var result = "\""
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\t": result += "\\t"
        default:
            if scalar.value < 0x20 || scalar.value == 0x7f {
                result += "\\u{" + String(scalar.value, radix: 16) + "}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
    }
    return result + "\""
}
