internal import Patterns

/// What atoms refer to, and how one value is tested. Immutable.
struct AtomTables: Sendable {
    var literals: [UInt8] = []
    var keys: KeyTables
    var sets: [KeyRegion] = []
    var parts: [LoweredPart] = []
    /// Each set's numbers in ascending order.
    var numbers: [Int64] = []
    /// Each set's intervals in ascending order, disjoint.
    var intervals: [AddressInterval] = []
    var lookups: [LoweredTable] = []
    var patterns: [CompiledPattern] = []
    /// What each pattern needs.
    var requirements: [RegexRequirement?] = []

    init(_ hash: KeyHash) { keys = KeyTables(hash) }

    /// A test of text other than a regex.
    func textHolds(
        _ atom: LoweredAtom, _ subject: [UInt8], _ range: Range<Int>
    ) -> Bool {
        let offset = Int(atom.offset)
        let length = Int(atom.length)
        switch atom.code {
        case .equals:
            return range.count == length
                && Bytes.equal(subject, at: range.lowerBound, literals, offset, length)
        case .hasPrefix:
            return range.count >= length
                && Bytes.equal(subject, at: range.lowerBound, literals, offset, length)
        case .hasSuffix: return hasSuffix(subject, range, literals, offset, length)
        case .contains: return Bytes.contains(subject, range, literals, offset, length)
        case .underPath:
            guard range.count >= length,
                Bytes.equal(subject, at: range.lowerBound, literals, offset, length)
            else { return false }
            return range.count == length
                || subject[range.lowerBound + length] == UInt8(ascii: "/")
        case .underHost:
            guard hasSuffix(subject, range, literals, offset, length) else { return false }
            return range.count == length
                || subject[range.upperBound - length - 1] == UInt8(ascii: ".")
        case .inStrings: return keys.find(sets[offset], subject, range, literals) != absent
        case .matches: return matches(atom, subject, range, literals)
        default: return false
        }
    }

    @inline(__always)
    private func hasSuffix(
        _ subject: [UInt8], _ range: Range<Int>, _ literals: [UInt8], _ offset: Int,
        _ length: Int
    ) -> Bool {
        range.count >= length
            && Bytes.equal(subject, at: range.upperBound - length, literals, offset, length)
    }

    /// A test of what is no text. In a function of its own, so that the loop over the texts of a
    /// value does not carry what only these tests need.
    @inline(never)
    func otherHolds(_ atom: LoweredAtom, _ value: LoweredValue) -> Bool {
        switch value.kind {
        case .number: numberHolds(atom, value.number)
        case .v4, .v6: addressHolds(atom, value.bits, isV6: value.kind == .v6)
        case .text, .derived, .flag: false
        }
    }

    private func numberHolds(_ atom: LoweredAtom, _ value: Int64) -> Bool {
        switch atom.code {
        case .equal: value == atom.number
        case .less: value < atom.number
        case .lessOrEqual: value <= atom.number
        case .greater: value > atom.number
        case .greaterOrEqual: value >= atom.number
        case .inNumbers: hasNumber(value, atom)
        default: false
        }
    }

    private func addressHolds(_ atom: LoweredAtom, _ bits: UInt128, isV6: Bool) -> Bool {
        guard atom.code == .inBlocks else { return false }
        let intervals = intervals.span
        var low = Int(atom.offset)
        var high = low + Int(atom.length)
        while low < high {
            let middle = (low + high) / 2
            let interval = intervals[middle]
            let isBelow = interval.isV6 == isV6 ? interval.last < bits : !interval.isV6
            if isBelow { low = middle + 1 } else { high = middle }
        }
        guard low < Int(atom.offset + atom.length) else { return false }
        let interval = intervals[low]
        return interval.isV6 == isV6 && interval.first <= bits && bits <= interval.last
    }

    private func hasNumber(_ value: Int64, _ atom: LoweredAtom) -> Bool {
        let numbers = numbers.span
        var low = Int(atom.offset)
        var high = low + Int(atom.length)
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low < Int(atom.offset + atom.length) && numbers[low] == value
    }

    /// Segment by segment, as `SegmentPattern.match` does.
    private func matches(
        _ atom: LoweredAtom, _ subject: [UInt8], _ range: Range<Int>, _ literals: [UInt8]
    ) -> Bool {
        let separator = atom.number == 1 ? UInt8(ascii: ".") : UInt8(ascii: "/")
        // One past the end: no piece is left. A separator at the end leaves an empty one.
        var next = range.lowerBound
        let end = range.upperBound
        if atom.number == 0 {
            guard !range.isEmpty, subject[next] == separator else { return false }
            next += 1
        }
        for index in Int(atom.offset)..<Int(atom.offset + atom.length) {
            let part = parts[index]
            if part.kind == .rest { return true }
            guard next <= end else { return false }
            var pieceEnd = next
            while pieceEnd < end, subject[pieceEnd] != separator { pieceEnd += 1 }
            let count = pieceEnd - next
            if part.kind == .literal {
                guard count == Int(part.length),
                    Bytes.equal(subject, at: next, literals, Int(part.offset), count)
                else { return false }
            } else if count == 0 {
                return false
            }
            next = pieceEnd + 1
        }
        return next > end
    }
}
