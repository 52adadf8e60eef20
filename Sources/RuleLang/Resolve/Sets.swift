internal import RequestModel

/// Sets: literals and named ones, typed by the value they are compared with.
extension Resolver {
    /// The set that a literal means for a value of `type`; nil after a report.
    mutating func resolveSet(_ syntax: SetLiteralSyntax, for type: ValueType) -> SetID? {
        let literals = syntax.elements.map { Literal($0) }
        return elements(literals, for: type).map {
            internSet(name: nil, elements: $0, span: syntax.span)
        }
    }

    /// A named set, typed for this use. What is wrong is reported once for each type.
    mutating func resolveSet(_ syntax: SetSyntax, for type: ValueType) -> SetID? {
        let key = ConditionState.TypedSetKey(name: syntax.name.text, type: type, use: .whole)
        if let known = conditionState.typedSets[key] { return known }
        var id: SetID?
        if let literals = literals(of: syntax), let elements = elements(literals, for: type) {
            id = internSet(name: syntax.name.text, elements: elements, span: syntax.span)
        }
        conditionState.typedSets[key] = .some(id)
        return id
    }

    func isSet(_ name: String) -> Bool {
        if case .set? = values[name] { return true }
        return false
    }

    /// The set that `$name` refers to.
    mutating func namedSet(_ name: NameSyntax, span: SourceSpan) -> SetSyntax? {
        switch values[name.text] {
        case .set(let syntax): return syntax
        case .binding:
            report(Diagnostic(.wrongKind, at: span, "`\(name.text)` is a `let`, not a set"))
        case .table:
            report(Diagnostic(.wrongKind, at: span, "`\(name.text)` is a table, not a set"))
        case nil:
            let sets = values.keys.filter { isSet($0) }
            reportUnknown("set", name, among: sets, sigil: "$")
        }
        return nil
    }

    /// The elements as written; nil after a report.
    mutating func literals(of syntax: SetSyntax) -> [Literal]? {
        switch syntax.elements {
        case .literal(let literal): return literal.elements.map { Literal($0) }
        case .file: return setFileElements(syntax)?.map { Literal(line: $0) }
        case .regexFile:
            report(
                Diagnostic(
                    .wrongKind, at: syntax.name.span,
                    "`$\(syntax.name.text)` holds regexes, not values",
                    help: "use it with `~`, or declare it with `file` alone"))
            return nil
        }
    }

    private mutating func elements(
        _ literals: [Literal], for type: ValueType
    ) -> ElementSet.Elements? {
        switch type {
        case .number:
            let numbers = literals.map { numberLiteral($0) }
            return complete(numbers).map { .numbers(Set($0)) }
        case .address:
            let blocks = literals.map { blockLiteral($0) }
            return complete(blocks).map { .blocks($0) }
        default:
            let strings = literals.map { textLiteral($0, for: type) }
            return complete(strings).map { .strings(Set($0)) }
        }
    }

    func complete<Value>(_ values: [Value?]) -> [Value]? {
        let present = values.compactMap { $0 }
        return present.count == values.count ? present : nil
    }

    mutating func internSet(
        name: String?, elements: ElementSet.Elements, span: SourceSpan
    ) -> SetID {
        let key = ConditionState.SetKey(name: name, elements: elements)
        if let id = conditionState.setIDs[key] { return id }
        let id = SetID(program.sets.count)
        program.sets.append(ElementSet(name: name, elements: elements, span: span))
        conditionState.setIDs[key] = id
        return id
    }

    /// The operands of a string operator: one, or those of a set.
    mutating func operands(
        _ operand: OperandSyntax, of term: ValueTerm, use: LiteralUse
    ) -> [[UInt8]]? {
        let type = valueType(of: term)
        let literals: [Literal]
        switch operand {
        case .string(let string), .regex(let string): literals = [Literal(string)]
        case .word(let word): literals = [Literal(word)]
        case .set(let set): literals = set.elements.map { Literal($0) }
        case .reference(let name, let span):
            guard let set = namedSet(name, span: span) else { return nil }
            let key = ConditionState.TypedSetKey(name: name.text, type: type, use: use)
            if let known = conditionState.typedLists[key] { return known }
            guard let named = self.literals(of: set),
                let list = complete(named.map { textLiteral($0, for: type, use: use) })
            else { return nil }
            conditionState.typedLists[key] = list
            return list
        case .regexes, .missing: return nil
        }
        checkSpelling(literals, against: term)
        return complete(literals.map { textLiteral($0, for: type, use: use) })
    }
}
