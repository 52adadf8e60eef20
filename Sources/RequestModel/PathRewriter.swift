/// Writes the canonical form of one path behind `base` of the arena that the path lies in, segment
/// by segment: escapes first, then the rules about the segment, then dot segments, and empty
/// segments last, when the dots are gone (RFC 3986 section 5.2.4 counts empty segments).
struct PathRewriter {
    private let base: Int
    private let policy: ListenerPolicy
    private var hasEmptySegment = false

    init(base: Int, policy: ListenerPolicy) {
        self.base = base
        self.policy = policy
    }

    /// Appends the canonical form of the path at `range`, which begins with "/".
    mutating func appendPath(_ bytes: inout [UInt8], _ range: Range<Int>) -> RefusalReason? {
        var index = range.lowerBound
        while index < range.upperBound {
            let segment = bytes.count
            bytes.append(UInt8(ascii: "/"))
            index += 1
            if let reason = appendSegment(&bytes, &index, end: range.upperBound) { return reason }
            let isLast = index == range.upperBound
            if let reason = close(&bytes, segment: segment, isLast: isLast) { return reason }
        }
        if hasEmptySegment, policy.emptySegments == .merge { mergeSlashes(&bytes) }
        return nil
    }

    /// Appends the text at `range` with canonical escapes only.
    mutating func appendFragment(_ bytes: inout [UInt8], _ range: Range<Int>) -> RefusalReason? {
        var index = range.lowerBound
        while index < range.upperBound {
            if bytes[index] == UInt8(ascii: "/") {
                bytes.append(UInt8(ascii: "/"))
                index += 1
            } else if let reason = appendSegment(&bytes, &index, end: range.upperBound) {
                return reason
            }
        }
        return nil
    }

    /// Appends bytes up to the next "/" with canonical escapes, and moves `index` there.
    private func appendSegment(
        _ bytes: inout [UInt8], _ index: inout Int, end: Int
    ) -> RefusalReason? {
        while index < end {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "/"): return nil
            case UInt8(ascii: "%"):
                if let reason = appendEscape(&bytes, at: index, end: end) { return reason }
                index += 3
                continue
            case _ where PathByte.isAllowed(byte): bytes.append(byte)
            case UInt8(ascii: "\\"): return .pathBackslash
            case UInt8(ascii: " "), UInt8(ascii: "#"), UInt8(ascii: "?"): return .badTarget
            case 0x80...: return .pathNonASCII
            case _ where ASCII.isControl(byte): return .pathControlByte
            // What is left, `"<>[]^`{|}`, has one spelling in a URI: its escape.
            default: Self.appendEscaped(byte, to: &bytes)
            }
            index += 1
        }
        return nil
    }

    private func appendEscape(
        _ bytes: inout [UInt8], at index: Int, end: Int
    ) -> RefusalReason? {
        guard end - index > 2, let high = hexValue(bytes[index + 1]),
            let low = hexValue(bytes[index + 2])
        else { return .pathBadEscape }
        let byte = high << 4 | low
        switch byte {
        case _ where ASCII.isControl(byte): return .pathControlByte
        case UInt8(ascii: "\\"): return .pathBackslash
        case UInt8(ascii: "/") where policy.encodedSlash == .refuse: return .pathEncodedSlash
        case _ where PathByte.isUnreserved(byte): bytes.append(byte)
        default: Self.appendEscaped(byte, to: &bytes)
        }
        return nil
    }

    /// Applies the rules about whole segments to the segment whose "/" is at `segment`.
    private mutating func close(
        _ bytes: inout [UInt8], segment: Int, isLast: Bool
    ) -> RefusalReason? {
        let start = segment + 1
        if let reason = SegmentCheck(policy: policy).refusal(bytes, start..<bytes.count) {
            return reason
        }
        if policy.pathParameters == .strip,
            let parameter = bytes[start...].firstIndex(of: UInt8(ascii: ";"))
        {
            bytes.removeSubrange(parameter...)
        }
        let length = bytes.count - start
        if length == 0, !isLast {
            guard policy.emptySegments != .refuse else { return .pathEmptySegment }
            hasEmptySegment = true
        }
        let dots = bytes[start...].allSatisfy { $0 == UInt8(ascii: ".") } ? length : 0
        guard dots == 1 || dots == 2 else { return nil }
        bytes.removeSubrange(segment...)
        if dots == 2 {
            let parent = bytes[base...].lastIndex(of: UInt8(ascii: "/"))
            bytes.removeSubrange((parent ?? base)...)
        }
        if isLast { bytes.append(UInt8(ascii: "/")) }
        return nil
    }

    private func mergeSlashes(_ bytes: inout [UInt8]) {
        var kept = base
        for index in base..<bytes.count {
            let byte = bytes[index]
            let repeats = byte == UInt8(ascii: "/") && kept > base && bytes[kept - 1] == byte
            if repeats { continue }
            bytes[kept] = byte
            kept += 1
        }
        bytes.removeSubrange(kept...)
    }

    static func appendEscaped(_ byte: UInt8, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "%"))
        bytes.append(ASCII.upperHexDigit(byte >> 4))
        bytes.append(ASCII.upperHexDigit(byte & 15))
    }
}

/// Why one segment, its escapes canonical already, is refused.
struct SegmentCheck {
    let policy: ListenerPolicy

    func refusal(_ bytes: [UInt8], _ segment: Range<Int>) -> RefusalReason? {
        // An upstream that decodes "%2F" sees each piece between two of them as a segment.
        var piece = segment.lowerBound
        var index = segment.lowerBound
        while index < segment.upperBound {
            switch bytes[index] {
            case UInt8(ascii: "%"):
                if isEscape(bytes, index, UInt8(ascii: "/")) {
                    if isDots(bytes, piece..<index) { return .pathEncodedDotSegment }
                    piece = index + 3
                } else if isEscape(bytes, index, UInt8(ascii: ";")) {
                    if isDots(bytes, piece..<index) { return .pathDotParameter }
                } else if revealsEscape(bytes, index, segment.upperBound) {
                    return .pathDoubleEncoding
                }
                index += 3
            case UInt8(ascii: ";"):
                if isDots(bytes, piece..<index) { return .pathDotParameter }
                if policy.pathParameters == .refuse { return .pathParameter }
                index += 1
            default: index += 1
            }
        }
        let hasPieces = piece > segment.lowerBound
        return hasPieces && isDots(bytes, piece..<segment.upperBound)
            ? .pathEncodedDotSegment : nil
    }

    private func isDots(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
        1...2 ~= range.count && bytes[range].allSatisfy { $0 == UInt8(ascii: ".") }
    }

    private func isEscape(_ bytes: [UInt8], _ index: Int, _ value: UInt8) -> Bool {
        bytes[index + 1] == ASCII.upperHexDigit(value >> 4)
            && bytes[index + 2] == ASCII.upperHexDigit(value & 15)
    }

    private func revealsEscape(_ bytes: [UInt8], _ index: Int, _ end: Int) -> Bool {
        policy.doubleEncoding == .refuse && isEscape(bytes, index, UInt8(ascii: "%"))
            && end - index > 4 && hexValue(bytes[index + 3]) != nil
            && hexValue(bytes[index + 4]) != nil
    }
}
