internal import Patterns

extension Lint {
    static let barePrefix: Lint = Lint(
        code: DiagnosticCode(
            "W020", "path prefix that stops within a name",
            """
            `path ^= "/api"` (and the regex `^/api`) matches `/api` and `/api/items`, but also \
            `/apix` and `/api-internal`. `path under "/api"` matches whole segments: `/api` and \
            all \
            below it. A prefix that ends in `/`, `-` or `.` is plainly meant and not reported.
            """)
    ) { input in
        var findings: [Diagnostic] = []
        input.forEachAtom { atom in
            guard atom.value.functions.isEmpty, atom.value.field.dotted == "path",
                let comparison = atom.comparison
            else { return }
            findings += comparison.barePrefixes.compactMap { finding($0, comparison) }
        }
        return findings
    }

    private static func finding(
        _ prefix: BarePrefix, _ comparison: ComparisonSyntax
    ) -> Diagnostic? {
        guard let operand = quoted(prefix.text) else { return nil }
        let text = String(decoding: prefix.text, as: UTF8.self)
        var fixIt: Diagnostic.FixIt?
        if prefix.isWholeOperand {
            let place = comparison.operatorSpan.through(comparison.operand.span)
            fixIt = .init(.displayOnly, [.init(place, "under \(operand)")])
        }
        return Diagnostic(
            Lint.barePrefix.code, at: prefix.span, "this prefix also matches `\(text)x`",
            help: "write `path under \(operand)`", fixIt: fixIt)
    }
}

private struct BarePrefix {
    var text: [UInt8]
    var span: SourceSpan
    /// Nothing else is compared, so that `under` can take the operator's place.
    var isWholeOperand: Bool
}

extension ComparisonSyntax {
    fileprivate var barePrefixes: [BarePrefix] {
        switch (`operator`, operand) {
        case (.startsWith, .string(let string)):
            return [literal(string, isWholeOperand: true)].compactMap(\.self)
        case (.startsWith, .set(let set)):
            return set.elements.compactMap { element in
                guard case .string(let string) = element else { return nil }
                return literal(string, isWholeOperand: false)
            }
        case (.regex, .regex(let string)):
            return [regex(string, isWholeOperand: true)].compactMap(\.self)
        case (.notRegex, .regex(let string)):
            return [regex(string, isWholeOperand: false)].compactMap(\.self)
        case (.regex, .regexes(let strings, _)), (.notRegex, .regexes(let strings, _)):
            return strings.compactMap { regex($0, isWholeOperand: false) }
        default: return []
        }
    }

    private func literal(_ string: StringSyntax, isWholeOperand: Bool) -> BarePrefix? {
        guard RegexShape.isBarePrefix(string.bytes) else { return nil }
        return BarePrefix(text: string.bytes, span: string.span, isWholeOperand: isWholeOperand)
    }

    private func regex(_ string: StringSyntax, isWholeOperand: Bool) -> BarePrefix? {
        guard let text = RegexReader.read(string.bytes).flatMap(RegexShape.barePrefix) else {
            return nil
        }
        return BarePrefix(text: text, span: string.span, isWholeOperand: isWholeOperand)
    }
}
