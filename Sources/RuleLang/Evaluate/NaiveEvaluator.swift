package import Patterns
package import RequestModel

/// The oracle: the rules in order, each expression walked as it is written. Slow, and kept for
/// ever:
/// the decision tree must say the same, and `explain` asks it why an earlier rule did not match.
///
/// A pure function of the program, the table and the request.
package final class NaiveEvaluator {
    package let program: Program
    private let scratch: PatternScratch
    /// Whether a condition has asked for `now` since this was last set to false.
    package var hasReadNow = false

    package init(_ program: Program, scratch: PatternScratch) {
        self.program = program
        self.scratch = scratch
    }

    /// The first rule in file order that is true or an error.
    package func decide(_ table: RuleTableID, _ view: RequestView) -> Decision {
        walk(program.ruleTables[table].statements, guardTruth: .yes, view) ?? .noMatch
    }

    private func walk(
        _ statements: [Statement], guardTruth: Truth, _ view: RequestView
    ) -> Decision? {
        for statement in statements {
            switch statement {
            case .rule(let id):
                switch guardTruth && truth(program.rules[id].condition, view) {
                case .yes: return .rule(id)
                case .error: return .error(id, .regexLimit)
                case .no: continue
                }
            case .when(let condition, let body, _):
                let truth = guardTruth && truth(condition, view)
                guard truth != .no else { continue }
                if let decision = walk(body, guardTruth: truth, view) { return decision }
            case .use(let table, _):
                let inner = program.ruleTables[table].statements
                if let decision = walk(inner, guardTruth: guardTruth, view) { return decision }
            }
        }
        return nil
    }

    /// The value of a condition in Kleene's logic.
    package func truth(_ expression: Expression, _ view: RequestView) -> Truth {
        switch expression.kind {
        case .constant(let value): value ? .yes : .no
        case .atom(let id): truth(id, view)
        case .not(let inner): !truth(inner, view)
        case .all(let parts): parts.reduce(Truth.yes) { $0 && truth($1, view) }
        case .any(let parts): parts.reduce(Truth.no) { $0 || truth($1, view) }
        case .named(let id): truth(program.lets[id].expression, view)
        }
    }

    package func truth(_ id: AtomID, _ view: RequestView) -> Truth {
        switch program.atoms[id] {
        case .row(let table): return row(table, view) != nil ? .yes : .no
        case .test(let term, let test):
            if term.field == .now { hasReadNow = true }
            var result = Truth.no
            for value in term.values(in: view) {
                result = result || holds(test, value)
                if result == .yes { break }
            }
            return result
        }
    }

    /// The row of a lookup table that has the request's keys.
    package func row(_ id: TableID, _ view: RequestView) -> Int? {
        let table = program.tables[id]
        var key: [[UInt8]] = []
        for term in table.keys {
            guard let value = term.values(in: view).first else { return nil }
            key.append(value.text)
        }
        return table.rowByKey[key]
    }

    // MARK: - Tests of one value

    private func holds(_ test: Test, _ value: TermValue) -> Truth {
        if case .present = test { return .yes }
        switch value {
        case .text(let bytes): return textHolds(test, bytes)
        case .number(let number): return numberHolds(test, number) ? .yes : .no
        case .address(let address): return addressHolds(test, address) ? .yes : .no
        case .flag: return .no
        }
    }

    private func numberHolds(_ test: Test, _ number: Int64) -> Bool {
        switch test {
        case .number(let comparison, let operand):
            switch comparison {
            case .equal: return number == operand
            case .less: return number < operand
            case .lessOrEqual: return number <= operand
            case .greater: return number > operand
            case .greaterOrEqual: return number >= operand
            }
        case .inNumbers(let set):
            guard case .numbers(let numbers) = program.sets[set].elements else { return false }
            return numbers.contains(number)
        default: return false
        }
    }

    private func addressHolds(_ test: Test, _ address: IPAddress) -> Bool {
        switch test {
        case .equalsAddress(let operand): return address == operand
        case .inBlocks(let set):
            guard case .blocks(let blocks) = program.sets[set].elements else { return false }
            return blocks.contains { $0.contains(address) }
        default: return false
        }
    }

    private func textHolds(_ test: Test, _ bytes: [UInt8]) -> Truth {
        let holds: Bool
        switch test {
        case .equals(let operand): holds = bytes == operand
        case .inStrings(let set):
            guard case .strings(let strings) = program.sets[set].elements else { return .no }
            holds = strings.contains(bytes)
        case .hasPrefix(let operands): holds = operands.contains { bytes.starts(with: $0) }
        case .hasSuffix(let operands): holds = operands.contains { bytes.hasSuffix($0) }
        case .contains(let operands): holds = operands.contains { bytes.contains(run: $0) }
        case .under(let operands): holds = operands.contains { Self.isUnder(bytes, $0) }
        case .matches(let patterns): holds = patterns.contains { $0.match(bytes) != nil }
        case .regex(let patterns): return matches(patterns, bytes)
        default: holds = false
        }
        return holds ? .yes : .no
    }

    /// A path under `/api`, a host under `example.com`; which of them says the operand's first
    /// byte.
    private static func isUnder(_ bytes: [UInt8], _ operand: [UInt8]) -> Bool {
        guard operand.isEmpty || operand.first == UInt8(ascii: "/") else {
            return bytes == operand
                || bytes.hasSuffix([UInt8(ascii: ".")] + operand)
        }
        guard bytes.starts(with: operand) else { return false }
        return bytes.count == operand.count || bytes[operand.count] == UInt8(ascii: "/")
    }

    private func matches(_ patterns: [PatternID], _ bytes: [UInt8]) -> Truth {
        var result = Truth.no
        for id in patterns {
            let requirement = program.patterns[id].requirement
            if let requirement {
                guard requirement.allows(bytes) else { continue }
                if requirement.isExact { return .yes }
            }
            switch scratch.match(program.patterns[id].pattern, in: bytes) {
            case .match: return .yes
            case .noMatch: continue
            case .error:
                let isSure = requirement?.isSureOfNoMatch(bytes.span, 0..<bytes.count) ?? false
                if !isSure { result = .error }
            }
        }
        return result
    }

    /// The first of the patterns that matches, and the bytes of one of its groups ("" if it did not
    /// take part).
    func group(_ numbers: [Int], of patterns: [PatternID], in bytes: [UInt8]) -> [UInt8]? {
        for (index, id) in patterns.enumerated() {
            guard case .match = scratch.match(program.patterns[id].pattern, in: bytes) else {
                continue
            }
            return scratch.capture(numbers[index]).map { Array(bytes[$0]) } ?? []
        }
        return nil
    }
}

extension [UInt8] {
    func hasSuffix(_ suffix: [UInt8]) -> Bool {
        count >= suffix.count && self[(count - suffix.count)...].elementsEqual(suffix)
    }

    func contains(run: [UInt8]) -> Bool {
        guard !run.isEmpty else { return true }
        guard count >= run.count else { return false }
        return (0...count - run.count).contains { self[$0..<$0 + run.count].elementsEqual(run) }
    }
}

extension SegmentPattern {
    /// The bytes of each part, or nil if the value does not fit as a whole.
    package func match(_ value: [UInt8]) -> [ArraySlice<UInt8>]? {
        var rest = value[...]
        if separator == .slash {
            guard rest.first == UInt8(ascii: "/") else { return nil }
            rest = rest.dropFirst()
        }
        var pieces = rest.split(separator: separator.rawValue, omittingEmptySubsequences: false)[
            ...]
        var result: [ArraySlice<UInt8>] = []
        for part in parts {
            if case .rest = part {
                let start = pieces.first?.startIndex ?? value.endIndex
                result.append(value[start...])
                return result
            }
            guard let piece = pieces.popFirst() else { return nil }
            switch part {
            case .literal(let bytes): guard piece.elementsEqual(bytes) else { return nil }
            case .one: guard !piece.isEmpty else { return nil }
            case .rest: break
            }
            result.append(piece)
        }
        return pieces.isEmpty ? result : nil
    }
}

extension NaiveEvaluator {
    /// With a scratch of its own, limited as the program's settings say.
    package convenience init(_ program: Program) {
        let limits = MatchLimits(steps: UInt32(clamping: program.settings.limits.regexSteps))
        self.init(program, scratch: PatternScratch(limits: limits))
    }
}
