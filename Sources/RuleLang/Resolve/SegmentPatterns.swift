internal import RequestModel

/// Patterns of `matches` (language.md 6).
extension Resolver {
    mutating func segmentPatterns(
        _ operand: OperandSyntax, of type: ValueType
    ) -> [SegmentPattern]? {
        let written: [Literal]
        switch operand {
        case .string(let string), .regex(let string): written = [Literal(string)]
        case .word(let word): written = [Literal(word)]
        case .set(let set): written = set.elements.map { Literal($0) }
        case .reference(let name, let span):
            guard let set = namedSet(name, span: span), let elements = literals(of: set) else {
                return nil
            }
            written = elements
        case .regexes, .missing: return nil
        }
        return complete(written.map { segmentPattern($0, of: type) })
    }

    private mutating func segmentPattern(_ literal: Literal, of type: ValueType) -> SegmentPattern?
    {
        if literal.form == .word {
            report(
                Diagnostic(
                    .wrongOperand, at: literal.span, "a pattern is written in quotes",
                    fixIt: .init(.safe, [.init(literal.span, stringLiteral(literal.bytes))])))
            return nil
        }
        let separator: SegmentPattern.Separator = type == .path ? .slash : .dot
        var bytes = literal.bytes[...]
        if separator == .slash {
            guard bytes.first == UInt8(ascii: "/") else {
                let better = [UInt8(ascii: "/")] + literal.bytes
                report(
                    Diagnostic(
                        .wrongOperand, at: literal.span, "a path begins with `/`",
                        fixIt: .init(.safe, [.init(literal.span, literal.spelled(better))])))
                return nil
            }
            bytes = bytes.dropFirst()
        }
        return parts(of: bytes, separator: separator, in: literal)
    }

    private mutating func parts(
        of bytes: ArraySlice<UInt8>, separator: SegmentPattern.Separator, in literal: Literal
    ) -> SegmentPattern? {
        if separator == .dot, reportDottedName(in: bytes, of: literal) { return nil }
        let segments = bytes.split(separator: separator.rawValue, omittingEmptySubsequences: false)
        var parts: [SegmentPattern.Part] = []
        var names: Set<String> = []
        for (index, segment) in segments.enumerated() {
            let isLast = index == segments.count - 1
            guard let part = part(segment, isLast: isLast, separator, in: literal) else {
                return nil
            }
            let span = place(of: segment, in: literal)
            switch part {
            case .literal: break
            case .one(let name), .rest(let name):
                if Self.takenNames.contains(name) {
                    reportTakenName(name, at: span)
                    return nil
                }
                guard names.insert(name).inserted else {
                    report(
                        Diagnostic(
                            .badSegmentPattern, at: span, "`{\(name)}` stands twice in the pattern")
                    )
                    return nil
                }
                if case .rest = part, !isLast {
                    report(
                        Diagnostic(
                            .badSegmentPattern, at: span,
                            "`{\(name)...}` stands at the end of a pattern only"))
                    return nil
                }
            }
            parts.append(part)
        }
        return SegmentPattern(separator: separator, parts: parts)
    }

    private mutating func part(
        _ segment: ArraySlice<UInt8>, isLast: Bool, _ separator: SegmentPattern.Separator,
        in literal: Literal
    ) -> SegmentPattern.Part? {
        let hasBraces = segment.contains { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }
        guard !hasBraces else { return wildcard(segment, separator, in: literal) }
        if separator == .dot {
            guard let host = CanonicalHost.parse(segment), host.port == nil else {
                reportSegment(
                    segment, "a label is made of letters, digits, `-` and `_`",
                    help: Array(segment) == [UInt8(ascii: "*")]
                        ? "write `{name}` for one label, or `under` for any number of them" : nil,
                    in: literal)
                return nil
            }
            if host.host != Array(segment) {
                reportOnce(
                    Diagnostic(
                        .hostSpelling, at: literal.span, "`host` is lower case",
                        help: "write `\(literal.text.lowercased())`",
                        fixIt: .init(
                            .safe,
                            [
                                .init(
                                    literal.span, literal.spelled(literal.bytes.map(asciiLowercase))
                                )
                            ]
                        )))
            }
            return .literal(host.host)
        }
        return pathSegment(segment, isLast: isLast, in: literal)
    }

    private mutating func pathSegment(
        _ segment: ArraySlice<UInt8>, isLast: Bool, in literal: Literal
    ) -> SegmentPattern.Part? {
        if segment.isEmpty, !isLast {
            guard policies().contains(where: { $0.emptySegments != .keep }) || policies().isEmpty
            else { return .literal([]) }
            reportSegment(segment, "no path has an empty segment in its middle", in: literal)
            return nil
        }
        if segment.contains(UInt8(ascii: "?")) {
            reportSegment(segment, "no path contains a query", in: literal)
            return nil
        }
        switch canonical([UInt8(ascii: "/")] + segment, isFragment: false) {
        case .failure(let reason):
            let why = Self.explanation(of: reason)
            let escaped = escaped(Array(segment)).map { String(decoding: $0, as: UTF8.self) }
            reportSegment(
                segment, "no path has such a segment: \(why)",
                help: escaped.map { "it is received as `\($0)`" }, in: literal)
            return nil
        case .success(let canonical):
            let bytes = Array(canonical.dropFirst())
            guard bytes != Array(segment) else { return .literal(bytes) }
            guard !bytes.isEmpty || segment.isEmpty else {
                reportSegment(segment, "no path has a dot segment", in: literal)
                return nil
            }
            report(
                Diagnostic(
                    .literalSpelling, at: place(of: segment, in: literal),
                    "no path is spelled `\(String(decoding: segment, as: UTF8.self))`",
                    help: "the canonical spelling is `\(String(decoding: bytes, as: UTF8.self))`"))
            return .literal(bytes)
        }
    }

    private mutating func wildcard(
        _ segment: ArraySlice<UInt8>, _ separator: SegmentPattern.Separator, in literal: Literal
    ) -> SegmentPattern.Part? {
        let inner = String(decoding: segment.dropFirst().dropLast(), as: UTF8.self)
        let isWhole =
            segment.first == UInt8(ascii: "{") && segment.last == UInt8(ascii: "}")
            && !inner.contains("{") && !inner.contains("}")
        guard isWhole else {
            let shown = String(decoding: segment, as: UTF8.self)
            guard segment.contains(UInt8(ascii: "}")) else {
                reportSegment(segment, "the `{` of `\(shown)` is never closed", in: literal)
                return nil
            }
            let regex = regex(of: literal, separator)
            let unit = separator == .slash ? "segment" : "label"
            reportSegment(
                segment, "a name stands for a whole \(unit), not for a part of `\(shown)`",
                help: "write `~ \"\(regex)\"`", in: literal)
            return nil
        }
        if inner == "$" {
            reportSegment(
                segment, "`{$}` is not needed: a pattern always matches the whole value",
                in: literal)
            return nil
        }
        let isRest = inner.hasSuffix("...")
        let name = isRest ? String(inner.dropLast(3)) : inner
        guard isCaptureName(name) else {
            reportName(name, segment, in: literal)
            return nil
        }
        return isRest ? .rest(name) : .one(name)
    }

    private mutating func reportName(
        _ name: String, _ wildcard: ArraySlice<UInt8>, in literal: Literal
    ) {
        let shown = String(decoding: wildcard, as: UTF8.self)
        reportSegment(
            wildcard, name.isEmpty ? "`\(shown)` has no name" : "`\(name)` is not a name",
            help: "a name is a letter or `_`, then letters, digits and `_`", in: literal)
    }

    /// Braces of a host pattern that hold a dot, before labels are cut at the dots: they are no
    /// label, and a host has no rest.
    private mutating func reportDottedName(
        in bytes: ArraySlice<UInt8>, of literal: Literal
    ) -> Bool {
        var rest = bytes
        while let start = rest.firstIndex(of: UInt8(ascii: "{")),
            let end = rest[start...].firstIndex(of: UInt8(ascii: "}"))
        {
            let wildcard = rest[start...end]
            rest = rest[(end + 1)...]
            guard wildcard.contains(UInt8(ascii: ".")) else { continue }
            let inner = String(decoding: wildcard.dropFirst().dropLast(), as: UTF8.self)
            let name = inner.hasSuffix("...") ? String(inner.dropLast(3)) : inner
            guard isCaptureName(name) else {
                reportName(name, wildcard, in: literal)
                return true
            }
            reportSegment(
                wildcard, "a host has no rest: `{\(inner)}` stands at the end of a path only",
                help:
                    "write `~ \"\(regex(of: literal, .dot))\"`; for a name and all names below it "
                    + "write `under`", in: literal)
            return true
        }
        return false
    }

    private func isCaptureName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte)
                || (0x61...0x7a).contains(byte | 0x20)
        }
    }

    /// The same with a regex, where names may be parts of segments.
    private func regex(of literal: Literal, _ separator: SegmentPattern.Separator) -> String {
        let other = separator == .slash ? "/" : "."
        var result = "^"
        var rest = Substring(literal.text)
        while let character = rest.popFirst() {
            guard character == "{", let end = rest.firstIndex(of: "}") else {
                result += ".+*?()[]{}|^$\\".contains(character) ? "\\\(character)" : "\(character)"
                continue
            }
            let name = rest[..<end]
            rest = rest[rest.index(after: end)...]
            result +=
                name.hasSuffix("...") ? "(?<\(name.dropLast(3))>.*)" : "(?<\(name)>[^\(other)]+)"
        }
        return result + "$"
    }

    private mutating func reportSegment(
        _ segment: ArraySlice<UInt8>, _ message: String, help: String? = nil, in literal: Literal
    ) {
        report(
            Diagnostic(
                .badSegmentPattern, at: place(of: segment, in: literal), message, help: help))
    }

    /// The place of a slice of the literal's bytes; all of it where escapes move the bytes.
    private func place(of slice: ArraySlice<UInt8>, in literal: Literal) -> SourceSpan {
        let quotes = literal.form == .string ? 1 : 0
        guard literal.span.indices.count == literal.bytes.count + 2 * quotes,
            literal.bytes[...].indices.contains(slice.startIndex),
            Array(literal.bytes[slice.indices.clamped(to: literal.bytes.indices)]) == Array(slice)
        else { return literal.span }
        let start = literal.span.start + UInt32(quotes + slice.startIndex)
        return SourceSpan(
            file: literal.span.file, start: start, end: start + UInt32(slice.count))
    }
}
