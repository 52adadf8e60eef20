/// Numbers as text. Digits are made eight at a time, as the bytes of one word that a few
/// multiplications spread (SIMD within a register); zeros in front are shifted out of it.
extension ByteBuffer {
    /// The decimal digits of a number.
    package mutating func append(decimal value: UInt64) {
        guard value < 100_000_000, hasRoom(for: 8) else { return appendLong(value) }
        guard value >= 10 else { return append(UInt8(truncatingIfNeeded: value) | 0x30) }
        let digits = Self.decimalDigits(UInt32(truncatingIfNeeded: value))
        let zeros = digits.trailingZeroBitCount / 8
        put((digits | 0x3030_3030_3030_3030) &>> UInt64(zeros &* 8))
        count &+= 8 &- zeros
    }

    /// A number that may have more than eight digits, where there may be no room for it.
    @inline(never)
    private mutating func appendLong(_ value: UInt64) {
        reserve(24)
        guard value >= 100_000_000 else { return append(decimal: value) }
        let parts = value.quotientAndRemainder(dividingBy: 100_000_000)
        append(decimal: parts.quotient)
        put(
            Self.decimalDigits(UInt32(truncatingIfNeeded: parts.remainder))
                | 0x3030_3030_3030_3030)
        count &+= 8
    }

    /// The eight digits of a number below 100,000,000, a byte from 0 to 9 each, the highest digit
    /// in the lowest byte.
    private static func decimalDigits(_ value: UInt32) -> UInt64 {
        let fours = value / 10_000
        // A division by a constant is a multiplication and a shift, exact for numbers this small.
        var lanes = UInt64(fours) | UInt64(value &- fours &* 10_000) &<< 32
        let hundreds = (lanes &* 10_486) &>> 20 & 0x0000_007f_0000_007f
        lanes = hundreds | (lanes &- hundreds &* 100) &<< 16
        let tens = (lanes &* 103) &>> 10 & 0x000f_000f_000f_000f
        return tens | (lanes &- tens &* 10) &<< 8
    }

    /// An IPv4 address as `a.b.c.d`, its first octet highest.
    package mutating func append(dottedDecimal address: UInt32) {
        reserve(16)
        let start = unsafe base.unsafelyUnwrapped
        var rest = address
        for _ in 0..<4 {
            let octet = rest &>> 24
            rest = rest &<< 8
            let tens = octet / 10
            if octet >= 100 {
                unsafe start.storeBytes(
                    of: UInt8(truncatingIfNeeded: tens / 10) | 0x30, toByteOffset: count,
                    as: UInt8.self)
                count &+= 1
            }
            if octet >= 10 {
                unsafe start.storeBytes(
                    of: UInt8(truncatingIfNeeded: tens % 10) | 0x30, toByteOffset: count,
                    as: UInt8.self)
                count &+= 1
            }
            // A digit and "." behind it: the last one is taken away below.
            unsafe start.storeBytes(
                of: UInt8(truncatingIfNeeded: octet &- tens &* 10) | 0x30, toByteOffset: count,
                as: UInt8.self)
            unsafe start.storeBytes(of: 0x2e, toByteOffset: count &+ 1, as: UInt8.self)
            count &+= 2
        }
        count &-= 1
    }

    /// A number as hexadecimal digits without leading zeros.
    @inlinable package mutating func append(size value: Int) {
        // As a chunk's size, 0 would end the body.
        precondition(value > 0)
        var shift = (Int.bitWidth - value.leadingZeroBitCount + 3) / 4 * 4
        while shift > 0 {
            shift -= 4
            let digit = UInt8(truncatingIfNeeded: value >> shift) & 15
            append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
    }
}
