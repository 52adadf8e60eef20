internal import RequestModel

/// A rule as the tree sees it, guards and-ed in.
struct LoweredRule: Sendable {
    var rule: RuleID
    var condition: UInt32
}

/// Brings a program's conditions into the flat form. One for all trees of a program.
struct Lowering {
    let program: Program
    var terms: TermTable
    var literals: LiteralPool
    var tables: AtomTables
    var expressions: ExpressionTable
    /// The elements behind `AtomTables.sets`, and behind each range of intervals by its offset.
    var stringSets: [Set<[UInt8]>] = []
    var blocks: [UInt32: [AddressPrefix]] = [:]
    var numberOffsets: [SetID: LoweredAtom] = [:]
    /// By which of its literals each pattern is looked up.
    let literalChoices: [LiteralChoice?]
    let windowCounts: WindowCounts
    private var stringSetNumbers: [SetID: UInt32] = [:]
    private var blockOffsets: [[AddressPrefix]: (UInt32, UInt32)] = [:]
    private var atomNodes: [UInt32]
    private var letNodes: [UInt32]

    init(_ program: Program, _ hash: KeyHash) {
        self.program = program
        terms = TermTable(hash)
        literals = LiteralPool(hash)
        tables = AtomTables(hash)
        expressions = ExpressionTable(hash)
        atomNodes = [UInt32](repeating: absent, count: program.atoms.count)
        letNodes = [UInt32](repeating: absent, count: program.lets.count)
        literals.reserve(program.atoms.count)
        expressions.reserve(atoms: program.atoms.count, rules: program.rules.count)
        tables.patterns = program.patterns.map(\.pattern)
        tables.requirements = program.patterns.map(\.requirement)
        var counts = WindowCounts()
        for requirement in tables.requirements { counts.add(requirement?.literals ?? []) }
        literalChoices = tables.requirements.map { counts.rarest($0?.literals ?? []) }
        windowCounts = counts
        for table in program.tables { addLookup(table) }
    }

    mutating func lower(_ expression: Expression) -> UInt32 {
        switch expression.kind {
        case .constant(let value): return value ? ExpressionTable.yes : ExpressionTable.no
        case .atom(let id):
            if atomNodes[id.index] == absent { atomNodes[id.index] = lower(program.atoms[id]) }
            return atomNodes[id.index]
        case .not(let inner):
            let node = lower(inner)
            return expressions.not(node)
        case .all(let parts):
            let nodes = parts.map { lower($0) }
            return expressions.all(nodes)
        case .any(let parts):
            let nodes = parts.map { lower($0) }
            return expressions.any(nodes)
        case .named(let id):
            if letNodes[id.index] == absent {
                letNodes[id.index] = lower(program.lets[id].expression)
            }
            return letNodes[id.index]
        }
    }

    // MARK: - Atoms

    private mutating func lower(_ atom: Atom) -> UInt32 {
        switch atom {
        case .row(let table):
            let atom = LoweredAtom(code: .row, term: absent, offset: UInt32(table.index))
            return expressions.atom(atom, cost: 20)
        case .test(let term, let test): return lower(terms.intern(term), test)
        }
    }

    private mutating func lower(_ term: UInt32, _ test: Test) -> UInt32 {
        switch test {
        case .present: return node(.present, term)
        case .equals(let text): return node(.equals, term, text)
        case .inStrings(let set): return strings(term, set)
        case .hasPrefix(let texts): return anyOf(texts) { $0.node(.hasPrefix, term, $1) }
        case .hasSuffix(let texts): return anyOf(texts) { $0.node(.hasSuffix, term, $1) }
        case .contains(let texts): return anyOf(texts) { $0.node(.contains, term, $1) }
        case .under(let texts):
            return anyOf(texts) { lowering, text in
                let isPath = text.isEmpty || text.first == UInt8(ascii: "/")
                return lowering.node(isPath ? .underPath : .underHost, term, text)
            }
        case .matches(let patterns): return anyOf(patterns) { $0.pattern(term, $1) }
        case .regex(let patterns): return anyOf(patterns) { $0.regex(term, $1) }
        case .number(let comparison, let operand): return number(term, comparison, operand)
        case .inNumbers(let set): return numbers(term, set)
        case .equalsAddress(let address): return inBlocks(term, [AddressPrefix(address)])
        case .inBlocks(let set):
            guard case .blocks(let blocks) = program.sets[set].elements else {
                return ExpressionTable.no
            }
            return inBlocks(term, blocks.map(AddressPrefix.init))
        }
    }

    private mutating func anyOf<Operand>(
        _ operands: [Operand], _ lower: (inout Lowering, Operand) -> UInt32
    ) -> UInt32 {
        if operands.count == 1 { return lower(&self, operands[0]) }
        let nodes = operands.map { lower(&self, $0) }
        return expressions.any(nodes)
    }

    private mutating func node(_ atom: LoweredAtom) -> UInt32 {
        expressions.atom(atom, cost: cost(of: atom))
    }

    private mutating func node(
        _ code: LoweredAtom.Code, _ term: UInt32, _ text: [UInt8] = []
    ) -> UInt32 {
        let text = literals.text(text)
        return node(
            LoweredAtom(code: code, term: term, offset: text.offset, length: text.length))
    }

    private mutating func number(
        _ term: UInt32, _ comparison: Test.Comparison, _ operand: Int64
    ) -> UInt32 {
        let code: LoweredAtom.Code =
            switch comparison {
            case .equal: .equal
            case .less: .less
            case .lessOrEqual: .lessOrEqual
            case .greater: .greater
            case .greaterOrEqual: .greaterOrEqual
            }
        return node(LoweredAtom(code: code, term: term, number: operand))
    }

    private mutating func strings(_ term: UInt32, _ set: SetID) -> UInt32 {
        guard case .strings(let strings) = program.sets[set].elements else {
            return ExpressionTable.no
        }
        if strings.count == 1, let only = strings.first { return node(.equals, term, only) }
        let number: UInt32
        if let known = stringSetNumbers[set] {
            number = known
        } else {
            number = UInt32(stringSets.count)
            stringSetNumbers[set] = number
            stringSets.append(strings)
            let keys = strings.map { (key: literals.text($0), value: UInt32(0)) }
            tables.sets.append(tables.keys.add(keys, literals))
        }
        return node(LoweredAtom(code: .inStrings, term: term, offset: number))
    }

    private mutating func numbers(_ term: UInt32, _ set: SetID) -> UInt32 {
        guard case .numbers(let numbers) = program.sets[set].elements else {
            return ExpressionTable.no
        }
        var atom = numberOffsets[set]
        if atom == nil {
            atom = LoweredAtom(
                code: .inNumbers, term: term, offset: UInt32(tables.numbers.count),
                length: UInt32(numbers.count))
            tables.numbers += numbers.sorted()
            numberOffsets[set] = atom
        }
        return atom.map {
            node(LoweredAtom(code: $0.code, term: term, offset: $0.offset, length: $0.length))
        } ?? ExpressionTable.no
    }

    private mutating func inBlocks(_ term: UInt32, _ prefixes: [AddressPrefix]) -> UInt32 {
        let place: (UInt32, UInt32)
        if let known = blockOffsets[prefixes] {
            place = known
        } else {
            let merged = AddressInterval.merged(prefixes)
            place = (UInt32(tables.intervals.count), UInt32(merged.count))
            tables.intervals += merged
            blockOffsets[prefixes] = place
            blocks[place.0] = prefixes
        }
        return node(
            LoweredAtom(code: .inBlocks, term: term, offset: place.0, length: place.1))
    }

    private mutating func pattern(_ term: UInt32, _ pattern: SegmentPattern) -> UInt32 {
        let offset = UInt32(tables.parts.count)
        for part in pattern.parts {
            switch part {
            case .literal(let text):
                tables.parts.append(
                    LoweredPart(
                        kind: .literal, offset: literals.intern(text), length: UInt32(text.count)))
            case .one: tables.parts.append(LoweredPart(kind: .one))
            case .rest: tables.parts.append(LoweredPart(kind: .rest))
            }
        }
        return node(
            LoweredAtom(
                code: .matches, term: term, offset: offset, length: UInt32(pattern.parts.count),
                number: pattern.separator == .dot ? 1 : 0))
    }

    /// What the regex needs as tests of text, and the regex itself unless that is all.
    private mutating func regex(_ term: UInt32, _ pattern: PatternID) -> UInt32 {
        let itself = LoweredAtom(code: .regex, term: term, offset: UInt32(pattern.index))
        guard let requirement = program.patterns[pattern].requirement else { return node(itself) }
        let ways = requirement.alternatives.map { needs -> UInt32 in
            // A regex that finds something in every text still needs a text.
            guard !needs.isEmpty else { return node(.present, term) }
            let nodes = needs.map { node(need: $0, term) }
            return expressions.all(nodes)
        }
        let needed = expressions.any(ways)
        return requirement.isExact ? needed : expressions.all([needed, node(itself)])
    }

    private mutating func node(need: RegexRequirement.Need, _ term: UInt32) -> UInt32 {
        let term = need.isFolded ? terms.transformed(term, .lower) : term
        return switch need.kind {
        case .equals: node(.equals, term, need.text)
        case .hasPrefix: node(.hasPrefix, term, need.text)
        case .hasSuffix: node(.hasSuffix, term, need.text)
        case .contains: node(.contains, term, need.text)
        }
    }

    /// Extraction and test, roughly in nanoseconds.
    private func cost(of atom: LoweredAtom) -> UInt32 {
        if atom.code == .regex { return 1_000 }
        let test: UInt32 = atom.code == .contains ? 60 : atom.code == .matches ? 10 : 1
        let extraction: UInt32 =
            switch terms.field(of: atom.term).kind {
            case .header: 10
            case .cookie, .query, .segments: 30
            case .url: 50
            case .now: 500
            default: 1
            }
        return test + extraction
    }
}
