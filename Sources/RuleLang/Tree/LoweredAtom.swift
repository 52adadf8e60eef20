/// One test of one term with one operand: 24 bytes, everything else by number.
struct LoweredAtom: Sendable, Equatable {
    enum Code: UInt8, Sendable, CaseIterable {
        case present
        /// Operands at `offset`, `length` of the literals.
        case equals, hasPrefix, hasSuffix, contains, underPath, underHost
        /// `offset`: number of the hash table.
        case inStrings
        /// `offset`, `length`: range of the pattern parts; `number` 1 for hosts.
        case matches
        /// `offset`: number of the pattern.
        case regex
        /// `number` is the operand.
        case equal, less, lessOrEqual, greater, greaterOrEqual
        /// `offset`, `length`: range of the sorted numbers.
        case inNumbers
        /// `offset`, `length`: range of the address intervals.
        case inBlocks
        /// `offset`: number of the lookup table; no term.
        case row
    }

    var code: Code
    var term: UInt32
    var offset: UInt32 = 0
    var length: UInt32 = 0
    var number: Int64 = 0

    func hash(_ hash: KeyHash) -> UInt32 {
        let operand = UInt64(offset) << 32 | UInt64(length)
        return hash.hash(
            UInt64(code.rawValue) << 32 | UInt64(term), operand ^ UInt64(bitPattern: number))
    }
}

/// A piece of a segment pattern.
struct LoweredPart: Sendable {
    enum Kind: UInt8, Sendable { case literal, one, rest }

    var kind: Kind
    var offset: UInt32 = 0
    var length: UInt32 = 0

    var text: LiteralText { LiteralText(offset: offset, length: length) }
}

/// Addresses from `first` to `last`, both included, of one family.
struct AddressInterval: Sendable {
    var isV6: Bool
    var first: UInt128
    var last: UInt128
}

/// A lookup table: which terms make its key, and the keys' hash table.
struct LoweredTable: Sendable {
    var terms: [UInt32]
    var keys: KeyRegion
}
