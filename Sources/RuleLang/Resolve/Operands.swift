internal import RequestModel

/// The right sides of comparisons, checked against the value on the left. Nil after a report.
extension Resolver {
    mutating func resolveTest(_ term: ValueTerm, _ comparison: ComparisonSyntax) -> Test? {
        let type = valueType(of: term)
        guard allows(comparison, on: type) else { return nil }
        switch comparison.operator {
        case .equal, .notEqual: return equality(term, comparison)
        case .in, .notIn: return membership(term, comparison)
        case .startsWith:
            return operands(comparison.operand, of: term, use: .prefix).map { .hasPrefix($0) }
        case .endsWith:
            return operands(comparison.operand, of: term, use: .fragment).map { .hasSuffix($0) }
        case .contains:
            return operands(comparison.operand, of: term, use: .fragment).map { .contains($0) }
        case .under:
            return operands(comparison.operand, of: term, use: .under).map { .under($0) }
        case .matches:
            return segmentPatterns(comparison.operand, of: type).map { .matches($0) }
        case .regex, .notRegex: return regexes(comparison.operand).map { .regex($0) }
        case .less: return order(.less, term, comparison)
        case .lessOrEqual: return order(.lessOrEqual, term, comparison)
        case .greater: return order(.greater, term, comparison)
        case .greaterOrEqual: return order(.greaterOrEqual, term, comparison)
        }
    }

    // MARK: - Which operators a value has

    private mutating func allows(_ comparison: ComparisonSyntax, on type: ValueType) -> Bool {
        let op = comparison.operator
        guard let help = refusal(of: op, on: type) else { return true }
        let isOrder = [.less, .lessOrEqual, .greater, .greaterOrEqual].contains(op)
        let written = text(of: comparison.operatorSpan)
        report(
            Diagnostic(
                isOrder ? .orderOfText : .wrongOperator, at: comparison.operatorSpan,
                "`\(written)` is not for \(type.noun)", help: help.isEmpty ? nil : help))
        return false
    }

    /// Nil: allowed. Else the help, maybe empty.
    private func refusal(of op: ComparisonSyntax.Operator, on type: ValueType) -> String? {
        if type == .presence { return "write the value alone: it is present or absent" }
        switch op {
        case .equal, .notEqual, .in, .notIn:
            return type == .time ? "a time is compared with `<`, `<=`, `>` or `>=`" : nil
        case .under, .matches:
            guard type != .path && type != .host else { return nil }
            return "`\(op.rawValue)` is for `path` and `host`"
        case .startsWith, .endsWith, .contains, .regex, .notRegex:
            guard !type.isText else { return nil }
            return type == .address
                ? "write `in` and address blocks"
                : type == .number ? "write `==`, `<` or `in`" : "write `==` or `in`"
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            guard type != .number && type != .time else { return nil }
            return type.isText ? "`int(…)` makes a number of text, `len(…)` is its length" : ""
        }
    }

    // MARK: - Equality and membership

    private mutating func equality(_ term: ValueTerm, _ comparison: ComparisonSyntax) -> Test? {
        let literal: Literal
        switch comparison.operand {
        case .string(let string), .regex(let string): literal = Literal(string)
        case .word(let word): literal = Literal(word)
        case .set, .reference: return setTest(term, comparison.operand)
        case .regexes, .missing: return nil
        }
        let type = valueType(of: term)
        switch type {
        case .number: return numberLiteral(literal).map { .number(.equal, $0) }
        case .address:
            if literal.bytes.contains(UInt8(ascii: "/")) {
                reportBlockAsAddress(literal, comparison)
                return nil
            }
            return addressLiteral(literal).map { .equalsAddress($0) }
        case .host where literal.form == .string && literal.text.hasPrefix("*."):
            reportWildcardHost(literal, comparison)
            return nil
        default:
            checkSpelling([literal], against: term)
            return textLiteral(literal, for: type).map { .equals($0) }
        }
    }

    private mutating func reportBlockAsAddress(_ literal: Literal, _ comparison: ComparisonSyntax) {
        let op = comparison.operator == .equal ? "in" : "not in"
        report(
            Diagnostic(
                .wrongOperand, at: literal.span, "`\(literal.text)` is a block, not an address",
                help: "write `\(op) \(literal.text)`",
                fixIt: .init(
                    .safe,
                    [.init(comparison.operatorSpan, op), .init(literal.span, literal.text)])))
    }

    /// `host == "*.x"` of other routers.
    private mutating func reportWildcardHost(_ literal: Literal, _ comparison: ComparisonSyntax) {
        let rest = stringLiteral(Array(literal.bytes[2...]))
        let isPositive = comparison.operator == .equal
        report(
            Diagnostic(
                .foreignSpelling, at: literal.span,
                "`\(literal.text)` is written `host under \(rest)`",
                help: isPositive ? nil : "write `not host under \(rest)`",
                fixIt: isPositive
                    ? .init(
                        .safe,
                        [.init(comparison.operatorSpan, "under"), .init(literal.span, rest)])
                    : nil))
    }

    private mutating func membership(_ term: ValueTerm, _ comparison: ComparisonSyntax) -> Test? {
        let literal: Literal
        switch comparison.operand {
        case .set, .reference: return setTest(term, comparison.operand)
        case .string(let string), .regex(let string): literal = Literal(string)
        case .word(let word): literal = Literal(word)
        case .regexes, .missing: return nil
        }
        guard valueType(of: term) != .address else {
            guard let block = blockLiteral(literal) else { return nil }
            return .inBlocks(internSet(name: nil, elements: .blocks([block]), span: literal.span))
        }
        let op = comparison.operator == .in ? "==" : "!="
        report(
            Diagnostic(
                .wrongOperand, at: literal.span, "`\(comparison.operator.rawValue)` takes a set",
                help: "write `\(op)` for one value, or a set in `{ }`",
                fixIt: .init(.safe, [.init(comparison.operatorSpan, op)])))
        return nil
    }

    private mutating func setTest(_ term: ValueTerm, _ operand: OperandSyntax) -> Test? {
        let type = valueType(of: term)
        let id: SetID?
        switch operand {
        case .set(let literal):
            if type.isText { checkSpelling(literal.elements.map { Literal($0) }, against: term) }
            id = resolveSet(literal, for: type)
        case .reference(let name, let span):
            guard let set = namedSet(name, span: span) else { return nil }
            id = resolveSet(set, for: type)
        default: return nil
        }
        return id.map {
            switch type {
            case .number: .inNumbers($0)
            case .address: .inBlocks($0)
            default: .inStrings($0)
            }
        }
    }

    // MARK: - Order

    private mutating func order(
        _ op: Test.Comparison, _ term: ValueTerm, _ comparison: ComparisonSyntax
    ) -> Test? {
        let literal: Literal
        switch comparison.operand {
        case .word(let word): literal = Literal(word)
        case .string(let string), .regex(let string): literal = Literal(string)
        default:
            report(
                Diagnostic(
                    .wrongOperand, at: comparison.operand.span,
                    "`\(op.rawValue)` takes one value, not a set"))
            return nil
        }
        let isTime = valueType(of: term) == .time
        return (isTime ? timeLiteral(literal) : numberLiteral(literal)).map { .number(op, $0) }
    }
}
