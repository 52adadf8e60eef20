internal import RequestModel

/// A value that was read: 24 bytes, text as a range.
struct LoweredValue {
    enum Kind: UInt8 {
        /// `a..<b` of the view's bytes.
        case text
        /// `a..<b` of the evaluator's arena.
        case derived
        /// `a` is the bit pattern.
        case number
        /// The upper and lower 64 bits.
        case v4, v6
        case flag
    }

    var kind: Kind
    var a: UInt64
    var b: UInt64

    private init(_ kind: Kind, _ a: UInt64, _ b: UInt64) {
        self.kind = kind
        self.a = a
        self.b = b
    }

    static let flag = LoweredValue(.flag, 0, 0)

    static func text(_ range: ByteRange) -> LoweredValue {
        LoweredValue(.text, UInt64(range.start), UInt64(range.end))
    }

    static func text(_ range: Range<Int>) -> LoweredValue {
        LoweredValue(
            .text, UInt64(truncatingIfNeeded: range.lowerBound),
            UInt64(truncatingIfNeeded: range.upperBound))
    }

    static func derived(_ range: Range<Int>) -> LoweredValue {
        LoweredValue(
            .derived, UInt64(truncatingIfNeeded: range.lowerBound),
            UInt64(truncatingIfNeeded: range.upperBound))
    }

    static func number(_ number: Int64) -> LoweredValue {
        LoweredValue(.number, UInt64(bitPattern: number), 0)
    }

    static func address(_ address: IPAddress) -> LoweredValue {
        LoweredValue(address.family == .v4 ? .v4 : .v6, address.high, address.low)
    }

    /// Of text.
    var range: Range<Int> { Int(truncatingIfNeeded: a)..<Int(truncatingIfNeeded: b) }
    var number: Int64 { Int64(bitPattern: a) }
    var bits: UInt128 { UInt128(a) << 64 | UInt128(b) }
    var isText: Bool { kind == .text || kind == .derived }
}
