internal import RequestModel

/// The covers of single tests.
extension CoverTable {
    mutating func atomCovers(_ atom: LoweredAtom, _ lowering: inout Lowering) -> [Cover] {
        guard atom.code != .row else { return [] }
        var covers: [Cover] = []
        let text = LiteralText(offset: atom.offset, length: atom.length)
        switch atom.code {
        case .equals: wholes([text], atom.term, &covers)
        case .inStrings:
            let set = lowering.stringSets[Int(atom.offset)]
            // Cheaply cut off what `fitting` would refuse.
            if set.count <= Self.maximumWholeKeys {
                let sorted = set.sorted { $0.lexicographicallyPrecedes($1) }
                wholes(sorted.map { lowering.literals.text($0) }, atom.term, &covers)
            } else {
                isOverCap = true
            }
        case .hasPrefix, .underPath: texts(.prefix, [text], atom.term, &covers)
        case .hasSuffix, .underHost:
            texts(.suffix, [text], atom.term, &covers)
            grams([Array(lowering.literals.bytes(text))], atom.term, &lowering, &covers)
        case .contains:
            grams([Array(lowering.literals.bytes(text))], atom.term, &lowering, &covers)
        case .regex:
            if let choice = lowering.literalChoices[Int(atom.offset)] {
                grams(choice.texts, atom.term, &lowering, &covers)
            }
        case .matches: pattern(atom, &lowering, &covers)
        case .equal, .less, .lessOrEqual, .greater, .greaterOrEqual, .inNumbers:
            numbers(atom, lowering, &covers)
        case .inBlocks: blocks(atom, &lowering, &covers)
        case .present, .row: break
        }
        presence(atom.term, lowering, &covers)
        return covers
    }

    /// What a test that is false leaves of a field of which every request has one of few values.
    mutating func complementCovers(
        _ atom: LoweredAtom, _ lowering: inout Lowering
    ) -> [Cover] {
        guard atom.code != .row else { return [] }
        let domain: [String]
        switch lowering.terms.terms[Int(atom.term)].kind {
        case .scheme: domain = ["http", "https"]
        case .httpVersion: domain = ["1.0", "1.1", "2", "3"]
        default: return []
        }
        let excluded: Set<[UInt8]>
        switch atom.code {
        case .equals:
            let text = LiteralText(offset: atom.offset, length: atom.length)
            excluded = [Array(lowering.literals.bytes(text))]
        case .inStrings: excluded = lowering.stringSets[Int(atom.offset)]
        default: return []
        }
        let left = domain.map { Array($0.utf8) }.filter { !excluded.contains($0) }
        var covers: [Cover] = []
        wholes(left.map { lowering.literals.text($0) }, atom.term, &covers)
        return covers
    }

    private mutating func add(
        _ kind: Dimension.Kind, _ term: UInt32, strength: Int, _ covers: inout [Cover],
        _ keys: (UInt32) -> [CoverKey]
    ) {
        let dimension = dimension(kind, term)
        var numbers: [UInt32] = []
        for key in keys(dimension) { numbers.append(self.key(key)) }
        if numbers.count > 1 { numbers = Set(numbers).sorted() }
        let cover = Cover(dimension: dimension, keys: numbers, strength: strength)
        if let cover = fitting(cover) { covers.append(cover) }
    }

    private mutating func texts(
        _ kind: Dimension.Kind, _ texts: [LiteralText], _ term: UInt32, isWhole: Bool = false,
        _ covers: inout [Cover]
    ) {
        let strength = Int(texts.map(\.length).min() ?? 0)
        guard isWhole || strength > 0 else { return }
        add(kind, term, strength: strength, &covers) { dimension in
            texts.map { CoverKey(dimension: dimension, text: $0, isWhole: isWhole) }
        }
    }

    /// Whole values are also found by their ends, so that `or` may mix them.
    private mutating func wholes(
        _ texts: [LiteralText], _ term: UInt32, _ covers: inout [Cover]
    ) {
        self.texts(.hash, texts, term, isWhole: true, &covers)
        guard texts.count <= Self.maximumKeys else { return }
        self.texts(.prefix, texts, term, isWhole: true, &covers)
        self.texts(.suffix, texts, term, isWhole: true, &covers)
    }

    /// Case does not matter, so the value is taken as it is.
    private mutating func grams(
        _ texts: [[UInt8]], _ term: UInt32, _ lowering: inout Lowering, _ covers: inout [Cover]
    ) {
        guard texts.allSatisfy({ !$0.isEmpty }) else { return }
        let lowered = lowering.terms.terms[Int(term)]
        let term = lowered.kind == .lower ? lowered.argument : term
        let lower = texts.map { $0.map(asciiLowercase) }
        let keys = lower.map { lowering.literals.text($0) }
        let first = covers.count
        self.texts(.gram, keys, term, &covers)
        if keys.allSatisfy({ $0.length > GramPlan.usualWidth }) {
            self.texts(.longGram, keys, term, &covers)
        }
        let commonness = lowering.windowCounts.commonness(of: lower)
        for place in first..<covers.count { covers[place].commonness = commonness }
    }

    private mutating func pattern(
        _ atom: LoweredAtom, _ lowering: inout Lowering, _ covers: inout [Cover]
    ) {
        let range = Int(atom.offset)..<Int(atom.offset + atom.length)
        let parts = lowering.tables.parts[range]
        let isHost = atom.number == 1
        let separator = isHost ? UInt8(ascii: ".") : UInt8(ascii: "/")
        let head = parts.prefix { $0.kind == .literal }
        let tail = parts.reversed().prefix { $0.kind == .literal }
        var front: [UInt8] = isHost ? [] : [separator]
        for (index, part) in head.enumerated() {
            front += (index > 0 ? [separator] : []) + lowering.literals.bytes(part.text)
        }
        // Before the next text is added: who holds the pool's bytes would make it copy them.
        let back = tail.reduce([UInt8]()) {
            [separator] + lowering.literals.bytes($1.text) + $0
        }
        if head.count == parts.count {
            return wholes([lowering.literals.text(front)], atom.term, &covers)
        }
        // What follows the literals is a separator, unless a rest may be missing altogether.
        if !head.isEmpty, parts[parts.startIndex + head.count].kind == .one {
            front.append(separator)
        }
        if !head.isEmpty { texts(.prefix, [lowering.literals.text(front)], atom.term, &covers) }
        if !tail.isEmpty { texts(.suffix, [lowering.literals.text(back)], atom.term, &covers) }
        guard lowering.terms.terms[Int(atom.term)].kind == .path else { return }
        for (index, part) in parts.enumerated() where part.kind == .literal && index > head.count {
            let segment = lowering.terms.segment(UInt32(index))
            let text = part.text
            texts(.hash, [text], segment, isWhole: true, &covers)
        }
    }

    private mutating func numbers(
        _ atom: LoweredAtom, _ lowering: Lowering, _ covers: inout [Cover]
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
        add(.interval, atom.term, strength: 0, &covers) { dimension in
            intervals.map { CoverKey(dimension: dimension, low: $0.low, high: $0.high) }
        }
    }

    private mutating func blocks(
        _ atom: LoweredAtom, _ lowering: inout Lowering, _ covers: inout [Cover]
    ) {
        let prefixes = lowering.blocks[atom.offset] ?? []
        guard prefixes.count <= Self.maximumKeys else {
            isOverCap = true
            return
        }
        guard !prefixes.isEmpty else { return }
        let bits = lowering.terms.transformed(atom.term, .bits)
        let keys = prefixes.map { lowering.literals.text($0.text) }
        texts(.prefix, keys, bits, &covers)
    }

    /// A positive test of a header, cookie or parameter needs it to be there.
    private mutating func presence(
        _ term: UInt32, _ lowering: Lowering, _ covers: inout [Cover]
    ) {
        let field = lowering.terms.field(of: term)
        let kind: Dimension.Kind
        switch field.kind {
        case .header: kind = .headers
        case .cookie: kind = .cookies
        case .query: kind = .parameters
        default: return
        }
        add(kind, absent, strength: 0, &covers) { dimension in
            [CoverKey(dimension: dimension, low: Int64(field.argument))]
        }
    }
}
