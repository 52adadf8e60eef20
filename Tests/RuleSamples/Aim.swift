internal import Patterns
internal import RequestModel
internal import RuleLang

/// A value of one field that a test of the program looks for, or nearly so.
struct Aim {
    enum Value {
        case present
        case text([UInt8])
        case number(Int64)
        case address(IPAddress)
    }

    var field: Field
    var value: Value
}

/// What requests may aim at: for each atom some values at and around its constants, and for each
/// rule the atoms that should hold.
struct Aims {
    /// Of each atom of the program.
    private(set) var ofAtoms: [[[Aim]]] = []
    /// The atoms that stand in each rule or its guards outside of `not`.
    private(set) var atomsOfRules: [[AtomID]] = []

    init(_ program: Program, _ random: inout SplitMix) {
        var reader = AimReader(program: program, random: random)
        ofAtoms = program.atoms.map { reader.aims(of: $0) }
        atomsOfRules = program.rules.map { rule in
            (rule.guards + [rule.condition]).flatMap { Self.atoms(of: $0, program) }
        }
        random = reader.random
    }

    private static func atoms(of expression: Expression, _ program: Program) -> [AtomID] {
        switch expression.kind {
        case .constant, .not: []
        case .atom(let id): [id]
        case .all(let parts), .any(let parts): parts.flatMap { atoms(of: $0, program) }
        case .named(let id): atoms(of: program.lets[id].expression, program)
        }
    }
}

/// From tests to values: the operand itself, and what is one step beside it.
private struct AimReader {
    let program: Program
    var random: SplitMix

    /// Choices, each of them one aim or, for a lookup table, one for each key.
    mutating func aims(of atom: Atom) -> [[Aim]] {
        switch atom {
        case .row(let id):
            let table = program.tables[id]
            return table.rows.prefix(12).map { row in
                zip(table.keys, row).map { term, cell in aim(term, .text(cell)) }
            }
        case .test(let term, let test):
            return values(of: test, isHost: term.field == .host).map { [aim(term, $0)] }
        }
    }

    private mutating func values(of test: Test, isHost: Bool) -> [Aim.Value] {
        switch test {
        case .present: return [.present]
        case .equals(let text): return [.text(text)]
        case .number(_, let number): return (-1...1).map { .number(number + $0) }
        case .equalsAddress(let address): return [.address(address)]
        case .inStrings(let id), .inNumbers(let id), .inBlocks(let id):
            return elements(program.sets[id].elements)
        case .hasPrefix(let texts): return texts.flatMap { [.text($0), .text($0 + tail)] }
        case .hasSuffix(let texts): return texts.flatMap { [.text($0), .text(head + $0)] }
        case .contains(let texts): return texts.map { .text(head + $0 + tail) }
        case .under(let texts):
            return texts.flatMap { text -> [Aim.Value] in
                isHost
                    ? [.text(text), .text(Array("w.".utf8) + text), .text(head + text)]
                    : [.text(text), .text(text + Array("/w".utf8)), .text(text + tail)]
            }
        case .matches(let patterns): return patterns.map { .text(specimen(of: $0)) }
        case .regex(let ids):
            return ids.flatMap { id -> [Aim.Value] in
                let source = program.patterns[id].source
                let text = String(decoding: source, as: UTF8.self)
                if Vocabulary.evilRegexes.contains(text) {
                    return Vocabulary.evilWords.map { .text(Array($0.utf8)) }
                }
                guard let node = RegexReader.read(source) else { return [] }
                return (0..<3).map { _ in .text(specimen(of: node)) }
            }
        }
    }

    private var tail: [UInt8] { Array("x".utf8) }
    private var head: [UInt8] { Array("/x".utf8) }

    private func elements(_ elements: ElementSet.Elements) -> [Aim.Value] {
        switch elements {
        case .strings(let texts):
            return texts.sorted { $0.lexicographicallyPrecedes($1) }.prefix(8).map { .text($0) }
        case .numbers(let numbers): return numbers.sorted().prefix(8).map { .number($0) }
        case .blocks(let blocks):
            return blocks.prefix(8).flatMap { block -> [Aim.Value] in
                let (first, last) = block.ends
                return [first, last, first.beside(-1), last.beside(1)].map { .address($0) }
            }
        }
    }

    // MARK: - Specimens

    private mutating func specimen(of pattern: SegmentPattern) -> [UInt8] {
        let pieces = pattern.parts.map { part -> [UInt8] in
            switch part {
            case .literal(let text): text
            case .one: Array(random.pick(["12", "a", "x"]).utf8)
            case .rest: Array(random.pick(["", "a", "a/b"]).utf8)
            }
        }
        let separator = pattern.separator.rawValue
        return (separator == 0x2f ? [separator] : []) + Array(pieces.joined(separator: [separator]))
    }

    /// A text that the regex finds, if only its groups and repetitions count.
    private mutating func specimen(of node: RegexNode) -> [UInt8] {
        switch node.kind {
        case .empty, .start, .end, .boundary: return []
        case .byte(let byte): return [byte]
        case .set(let set):
            let liked = Array("a1bx/-A. ".utf8).filter { set.contains($0) }
            return liked.isEmpty ? [] : [random.pick(liked)]
        case .sequence(let parts): return parts.flatMap { specimen(of: $0) }
        case .alternation(let parts): return specimen(of: random.pick(parts))
        case .group(let inner, _, _): return specimen(of: inner)
        case .repetition(let inner, let minimum, let maximum, _):
            let count = random.between(minimum...max(minimum, min(maximum ?? 3, minimum + 2)))
            return (0..<min(count, 40)).flatMap { _ in specimen(of: inner) }
        }
    }

    // MARK: - Through functions

    /// What the field must be for the term to have the value.
    private mutating func aim(_ term: ValueTerm, _ wanted: Aim.Value) -> Aim {
        var value = wanted
        for transform in term.transforms.reversed() {
            switch (transform, value) {
            case (.lower, .text(let text)) where random.chance(2):
                value = .text(text.map { 0x61...0x7a ~= $0 ? $0 - 0x20 : $0 })
            case (.integer, .number(let number)): value = .text(Array(String(number).utf8))
            case (.length, .number(let count)): value = .text(text(count, term))
            case (.length, .text(let count)):
                let count = Int64(String(decoding: count, as: UTF8.self)) ?? 0
                value = .text(text(count, term))
            default: break
            }
        }
        let isCount = term.field == .pathSegments && term.transforms.first == .length && !term.isAny
        return Aim(field: isCount ? .path : term.field, value: value)
    }

    private mutating func text(_ count: Int64, _ term: ValueTerm) -> [UInt8] {
        let count = Int(min(max(count, 0), 300))
        if term.field == .pathSegments, !term.isAny {
            return Array(String(repeating: "/a", count: min(count, 40)).utf8)
        }
        if random.chance(2), count > 0, count < 19 {
            return Array("1".utf8) + [UInt8](repeating: 0x30, count: count - 1)
        }
        let isPath = term.field == .path || term.field == .rawPath
        return (isPath ? [0x2f] : [])
            + [UInt8](repeating: 0x61, count: max(0, count - (isPath ? 1 : 0)))
    }
}

extension CIDRBlock {
    /// The first and the last address.
    fileprivate var ends: (IPAddress, IPAddress) {
        let width = address.family == .v4 ? 32 : 128
        let free = width - Int(prefixLength)
        let ones = free == 128 ? UInt128.max : (UInt128(1) << UInt128(free)) - 1
        return (address, IPAddress(address.family, address.bits | ones))
    }
}

extension IPAddress {
    fileprivate var bits: UInt128 { UInt128(high) << 64 | UInt128(low) }

    fileprivate init(_ family: Family, _ bits: UInt128) {
        switch family {
        case .v4: self.init(v4: UInt32(truncatingIfNeeded: bits))
        case .v6:
            self.init(
                high: UInt64(truncatingIfNeeded: bits >> 64), low: UInt64(truncatingIfNeeded: bits))
        }
    }

    fileprivate func beside(_ step: Int) -> IPAddress {
        IPAddress(family, bits &+ UInt128(truncatingIfNeeded: step))
    }
}
