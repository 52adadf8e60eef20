/// The character classes of RFC 9110 section 5.6, over bytes.
@usableFromInline
package enum FieldText {
    /// tchar of RFC 9110 section 5.6.2.
    @inlinable
    package static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x5E...0x7A: true
        case 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x7C, 0x7E: true
        default: false
        }
    }

    /// VCHAR, obs-text, SP or HTAB: what a field value may hold (RFC 9110 section 5.5).
    @inlinable
    package static func isValueByte(_ byte: UInt8) -> Bool {
        byte >= 0x20 ? byte != 0x7F : byte == 0x09
    }

    /// SP or HTAB (OWS of RFC 9110 section 5.6.3).
    @inlinable
    package static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// Whether `text` is one or more tchar.
    @inlinable
    package static func isToken(_ text: some Collection<UInt8>) -> Bool {
        !text.isEmpty && text.allSatisfy(isTokenByte)
    }

    /// Whether `text` can be sent as a field value as it is: no control bytes, no white space at
    /// either end. An empty value is one.
    @inlinable
    package static func isFieldValue(_ text: some BidirectionalCollection<UInt8>) -> Bool {
        guard let first = text.first, let last = text.last else { return true }
        return !isBlank(first) && !isBlank(last) && text.allSatisfy(isValueByte)
    }

    /// Whether `text` is `lower` in any ASCII case; `lower` itself must be lower case.
    @inlinable
    package static func equalsIgnoringCase(
        _ text: some Collection<UInt8>, _ lower: some Collection<UInt8>
    ) -> Bool {
        guard text.count == lower.count else { return false }
        var expected = lower.makeIterator()
        for byte in text {
            let lowered = byte &- 0x41 < 26 ? byte | 0x20 : byte
            if lowered != expected.next() { return false }
        }
        return true
    }

    /// `range` of `bytes` without SP and HTAB at its ends.
    static func trimmed(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, isBlank(bytes[start]) { start += 1 }
        while end > start, isBlank(bytes[end - 1]) { end -= 1 }
        return start..<end
    }
}
