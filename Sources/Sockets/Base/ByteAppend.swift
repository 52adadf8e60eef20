extension [UInt8] {
    /// Appends a range of another array. A slice of it would be retained and released, which costs
    /// more than copying the bytes of a header field.
    @inlinable
    package mutating func append(_ source: [UInt8], in range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= source.count)
        unsafe source.withUnsafeBytes { bytes in
            unsafe append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[range]))
        }
    }

    /// Appends a whole array, without a retain.
    @inlinable
    package mutating func append(all source: [UInt8]) {
        unsafe source.withUnsafeBytes { unsafe append(contentsOf: $0) }
    }
}

extension [UInt8] {
    /// Appends the 16 hexadecimal digits of a number, the highest first, in lower case.
    package mutating func append(hex value: UInt64) {
        append(contentsOf: repeatElement(0x30, count: 16))
        overwrite(count - 16, hex: value)
    }

    /// Puts the 16 hexadecimal digits of a number, the highest first, in lower case, where other
    /// bytes are.
    @inlinable
    package mutating func overwrite(_ offset: Int, hex value: UInt64) {
        precondition(offset >= 0 && offset <= count - 16)
        unsafe withUnsafeMutableBytes { bytes in
            unsafe bytes.storeBytes(
                of: Self.hexDigits(UInt32(truncatingIfNeeded: value >> 32)), toByteOffset: offset,
                as: UInt64.self)
            unsafe bytes.storeBytes(
                of: Self.hexDigits(UInt32(truncatingIfNeeded: value)), toByteOffset: offset + 8,
                as: UInt64.self)
        }
    }

    /// Eight digits as the bytes of one number: nibbles are spread to bytes, then moved to "0" or,
    /// from ten on, to "a", all at once.
    @inlinable
    static func hexDigits(_ value: UInt32) -> UInt64 {
        var nibbles = UInt64(value)
        nibbles = (nibbles | nibbles << 16) & 0x0000_ffff_0000_ffff
        nibbles = (nibbles | nibbles << 8) & 0x00ff_00ff_00ff_00ff
        nibbles = (nibbles | nibbles << 4) & 0x0f0f_0f0f_0f0f_0f0f
        let letters = (nibbles &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return (nibbles &+ 0x3030_3030_3030_3030 &+ letters &* 0x27).bigEndian
    }
}
