internal import Patterns
internal import RequestModel

/// Regexes behind `~`.
extension Resolver {
    mutating func regexes(_ operand: OperandSyntax) -> [PatternID]? {
        switch operand {
        case .regex(let string), .string(let string): return regexIDs([raw(string)])
        case .regexes(let strings, _): return regexIDs(strings.map { raw($0) })
        case .reference(let name, let span):
            guard let set = namedSet(name, span: span) else { return nil }
            guard case .regexFile = set.elements else {
                report(
                    Diagnostic(
                        .wrongKind, at: span, "`$\(name.text)` holds values, not regexes",
                        help: "regexes come from `set \(name.text) = regex file \"…\"`; for values "
                            + "write `in $\(name.text)`"))
                return nil
            }
            return setFileElements(set).flatMap { regexIDs($0) }
        case .word, .set, .missing: return nil
        }
    }

    /// A raw string's bytes stand one to one behind its quote.
    private func raw(_ string: StringSyntax) -> (bytes: [UInt8], span: SourceSpan) {
        var span = string.span
        span.start += 1
        span.end = span.start + UInt32(string.bytes.count)
        return (string.bytes, span)
    }

    private mutating func regexIDs(
        _ sources: [(bytes: [UInt8], span: SourceSpan)]
    ) -> [PatternID]? {
        // In two steps: in one, `self` is copied for the call while its argument changes it.
        let ids = sources.map { regexID($0.bytes, at: $0.span) }
        return complete(ids)
    }

    private mutating func regexID(_ source: [UInt8], at span: SourceSpan) -> PatternID? {
        if let id = conditionState.patternIDs[source] { return id }
        let pattern: CompiledPattern
        do {
            pattern = try CompiledPattern(source)
        } catch {
            report(
                Diagnostic(
                    .invalidRegex, at: part(of: span, error.offset, error.length), error.message,
                    help: error.help))
            return nil
        }
        guard checkNames(of: pattern, at: span) else { return nil }
        let id = PatternID(program.patterns.count)
        program.patterns.append(CompiledRegex(source: source, pattern: pattern, span: span))
        conditionState.patternIDs[source] = id
        return id
    }

    /// `span` is that of the bytes, without quotes. What is missing at the end of a regex is shown
    /// at its closing quote, which may be missing too, with the rest of the file.
    private func part(of span: SourceSpan, _ offset: Int, _ length: Int) -> SourceSpan {
        let start = min(span.start + UInt32(offset), span.end)
        let end = min(start + UInt32(length), UInt32(program.sources[span.file].bytes.count))
        return SourceSpan(file: span.file, start: start, end: max(start, end))
    }

    private mutating func checkNames(of pattern: CompiledPattern, at span: SourceSpan) -> Bool {
        guard let taken = pattern.captureNames.first(where: { Self.takenNames.contains($0.name) })
        else { return true }
        let openers = ["?<\(taken.name)>", "?P<\(taken.name)>", "?'\(taken.name)'"]
        var place = span
        for opener in openers.map({ Array($0.utf8) }) {
            guard let start = pattern.source.firstRange(of: opener)?.lowerBound else { continue }
            let name = start + opener.count - 1 - taken.name.utf8.count
            place = part(of: span, name, taken.name.utf8.count)
        }
        reportTakenName(taken.name, at: place)
        return false
    }

    mutating func reportTakenName(_ name: String, at span: SourceSpan) {
        report(
            Diagnostic(
                .captureNameTaken, at: span, "`\(name)` is a value's name",
                help: "in a template `${\(name)}` is the value; give the capture another name"))
    }
}
