internal import RequestModel

/// The covers of single tests.
extension CoverTable {
    mutating func addCovers(of atom: LoweredAtom, _ lowering: inout Lowering) {
        guard atom.code != .row else { return }
        let text = LiteralText(offset: atom.offset, length: atom.length)
        switch atom.code {
        case .equals: wholes([text], atom.term)
        case .inStrings:
            let set = lowering.stringSets[Int(atom.offset)]
            // Cheaply cut off what `fitting` would refuse.
            if set.count <= Self.maximumWholeKeys {
                let sorted = set.sorted { $0.lexicographicallyPrecedes($1) }
                wholes(sorted.map { lowering.literals.text($0) }, atom.term)
            } else {
                isOverCap = true
            }
        case .hasPrefix: texts(.prefix, [text], atom.term)
        case .underPath: texts(.prefix, [text], atom.term, .under)
        case .hasSuffix, .underHost:
            texts(.suffix, [text], atom.term, atom.code == .underHost ? .under : .part)
            grams([lowering.literals.lowercased(text)], atom.term, lowering)
        case .contains:
            grams([lowering.literals.lowercased(text)], atom.term, lowering)
        case .regex:
            if let choice = lowering.literalChoices[Int(atom.offset)] {
                let texts = choice.texts.map { lowering.literals.text($0) }
                grams(texts, atom.term, lowering)
            }
        case .matches: pattern(atom, &lowering)
        case .equal, .less, .lessOrEqual, .greater, .greaterOrEqual, .inNumbers:
            numbers(atom, lowering)
        case .inBlocks: blocks(atom, &lowering)
        case .present, .row: break
        }
        presence(atom.term, lowering)
    }

    /// What a test that is false leaves of a field of which every request has one of few values.
    mutating func addComplement(of atom: LoweredAtom, _ lowering: inout Lowering) {
        guard atom.code != .row else { return }
        let domain: [String]
        switch lowering.terms.terms[Int(atom.term)].kind {
        case .scheme: domain = ["http", "https"]
        case .httpVersion: domain = ["1.0", "1.1", "2", "3"]
        default: return
        }
        let excluded: Set<[UInt8]>
        switch atom.code {
        case .equals:
            let text = LiteralText(offset: atom.offset, length: atom.length)
            excluded = [Array(lowering.literals.bytes(text))]
        case .inStrings: excluded = lowering.stringSets[Int(atom.offset)]
        default: return
        }
        let left = domain.map { Array($0.utf8) }.filter { !excluded.contains($0) }
        wholes(left.map { lowering.literals.text($0) }, atom.term)
    }

    private mutating func add(
        _ dimension: UInt32, strength: Int, _ numbers: [UInt32], commonness: Int = 0
    ) {
        let numbers = numbers.count > 1 ? Set(numbers).sorted() : numbers
        guard fits(numbers.count, dimension) else { return }
        covers.append(
            Cover(
                dimension: dimension, keys: addList(numbers), strength: strength,
                commonness: commonness))
    }

    private mutating func texts(
        _ kind: Dimension.Kind, _ texts: [LiteralText], _ term: UInt32,
        _ extent: CoverKey.Extent = .part, commonness: Int = 0
    ) {
        let strength = Int(texts.map(\.length).min() ?? 0)
        guard extent == .whole || strength > 0 else { return }
        let dimension = dimension(kind, term)
        let keys = texts.map {
            key(CoverKey(dimension: dimension, text: $0, extent: extent))
        }
        add(dimension, strength: strength, keys, commonness: commonness)
    }

    /// Whole values are also found by their ends, so that `or` may mix them.
    private mutating func wholes(
        _ texts: [LiteralText], _ term: UInt32
    ) {
        self.texts(.hash, texts, term, .whole)
        guard texts.count <= Self.maximumKeys else { return }
        self.texts(.prefix, texts, term, .whole)
        self.texts(.suffix, texts, term, .whole)
    }

    /// Case does not matter, so the value is taken as it is; the texts are in lower case.
    private mutating func grams(
        _ texts: [LiteralText], _ term: UInt32, _ lowering: Lowering
    ) {
        guard texts.allSatisfy({ $0.length > 0 }) else { return }
        let lowered = lowering.terms.terms[Int(term)]
        let term = lowered.kind == .lower ? lowered.argument : term
        let commonness = lowering.windowCounts.commonness(
            of: texts.map { Array(lowering.literals.bytes($0)) })
        self.texts(.gram, texts, term, commonness: commonness)
        if texts.allSatisfy({ $0.length > GramPlan.usualWidth }) {
            self.texts(.longGram, texts, term, commonness: commonness)
        }
    }

    private mutating func pattern(
        _ atom: LoweredAtom, _ lowering: inout Lowering
    ) {
        let range = Int(atom.offset)..<Int(atom.offset + atom.length)
        let parts = lowering.tables.parts[range]
        let isHost = atom.number == 1
        let separator = isHost ? UInt8(ascii: ".") : UInt8(ascii: "/")
        let head = parts.prefix { $0.kind == .literal }
        let tail = parts.reversed().prefix { $0.kind == .literal }
        var front: [UInt8] = isHost ? [] : [separator]
        for (index, part) in head.enumerated() {
            if index > 0 { front.append(separator) }
            front += lowering.literals.bytes(part.text)
        }
        // Before the next text is added: who holds the pool's bytes would make it copy them.
        var back: [UInt8] = []
        for part in parts.suffix(tail.count) {
            back.append(separator)
            back += lowering.literals.bytes(part.text)
        }
        if head.count == parts.count {
            return wholes([lowering.literals.text(front)], atom.term)
        }
        // What follows the literals is a separator, unless a rest may be missing altogether.
        if !head.isEmpty, parts[parts.startIndex + head.count].kind == .one {
            front.append(separator)
        }
        if !head.isEmpty { texts(.prefix, [lowering.literals.text(front)], atom.term) }
        if !tail.isEmpty { texts(.suffix, [lowering.literals.text(back)], atom.term) }
        guard lowering.terms.terms[Int(atom.term)].kind == .path else { return }
        for (index, part) in parts.enumerated() where part.kind == .literal && index > head.count {
            let segment = lowering.terms.segment(UInt32(index))
            let text = part.text
            texts(.hash, [text], segment, .whole)
        }
    }

    private mutating func numbers(
        _ atom: LoweredAtom, _ lowering: Lowering
    ) {
        // Only rules that come to it may ask for the time: a test must then name one.
        guard lowering.terms.field(of: atom.term).kind != .now else { return }
        let number = atom.number
        var intervals: [(low: Int64, high: Int64)] = []
        switch atom.code {
        case .equal: intervals = [(number, number)]
        case .less: if number > .min { intervals = [(.min, number - 1)] }
        case .lessOrEqual: intervals = [(.min, number)]
        case .greater: if number < .max { intervals = [(number + 1, .max)] }
        case .greaterOrEqual: intervals = [(number, .max)]
        default:
            let range = Int(atom.offset)..<Int(atom.offset + atom.length)
            intervals = lowering.tables.numbers[range].map { ($0, $0) }
        }
        guard !intervals.isEmpty else { return }
        let dimension = dimension(.interval, atom.term)
        let keys = intervals.map {
            key(CoverKey(dimension: dimension, low: $0.low, high: $0.high))
        }
        add(dimension, strength: 0, keys)
    }

    private mutating func blocks(
        _ atom: LoweredAtom, _ lowering: inout Lowering
    ) {
        let prefixes = lowering.blocks[atom.offset] ?? []
        guard prefixes.count <= Self.maximumKeys else {
            isOverCap = true
            return
        }
        guard !prefixes.isEmpty else { return }
        let bits = lowering.terms.transformed(atom.term, .bits)
        let keys = prefixes.map { lowering.literals.text($0.text) }
        texts(.prefix, keys, bits)
    }

    /// A positive test of a header, cookie or parameter needs it to be there.
    private mutating func presence(
        _ term: UInt32, _ lowering: Lowering
    ) {
        let field = lowering.terms.field(of: term)
        let kind: Dimension.Kind
        switch field.kind {
        case .header: kind = .headers
        case .cookie: kind = .cookies
        case .query: kind = .parameters
        default: return
        }
        let dimension = dimension(kind, absent)
        let key = key(CoverKey(dimension: dimension, low: Int64(field.argument)))
        add(dimension, strength: 0, [key])
    }
}
