internal import CLanes

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
        append("0000000000000000", hex: [(0, value)])
    }

    /// Appends a text of the program in which numbers stand, each as its 16 hexadecimal digits, the
    /// highest first, in lower case.
    package mutating func append<let numbers: Int>(
        _ text: StaticString, hex values: InlineArray<numbers, (place: Int, value: UInt64)>
    ) {
        let width = MemoryLayout<clanes_block>.size
        let start = count
        text.withUTF8Buffer { unsafe append(contentsOf: $0) }
        unsafe withUnsafeMutableBytes { bytes in
            for index in values.indices {
                let place = values[index].place
                precondition(place >= 0 && place <= text.utf8CodeUnitCount &- width)
                unsafe bytes.storeBytes(
                    of: clanes_hex(values[index].value), toByteOffset: start &+ place,
                    as: clanes_block.self)
            }
        }
    }
}
