internal import RequestModel

/// The members of the Connection field lines (RFC 9110 section 7.6.1), gathered line by line.
struct ConnectionMembers: ~Copyable {
    private(set) var hasClose = false
    private(set) var hasKeepAlive = false
    /// The members beside `close` and `keep-alive`, so that a usual message needs no array.
    private(set) var others: [ByteRange] = []
    private var count = 0

    private static let maximum = 100

    /// Adds the members of one line's value; false when it is not a list of tokens, has too many
    /// members, or nominates a field that no hop may remove. Empty members are skipped (RFC 9110
    /// section 5.6.1.2).
    mutating func add(_ bytes: [UInt8], _ value: Range<Int>) -> Bool {
        // Nearly always it is this member, alone.
        if value.count == 10, let word = WordScan.word(bytes, value.lowerBound),
            word | HeaderNames.caseBits == Self.keepAliveStart,
            bytes[value.lowerBound + 8] | 0x20 == UInt8(ascii: "v"),
            bytes[value.lowerBound + 9] | 0x20 == UInt8(ascii: "e"), count < Self.maximum
        {
            count += 1
            hasKeepAlive = true
            return true
        }
        var start = value.lowerBound
        while start <= value.upperBound {
            var end = start
            while end < value.upperBound, bytes[end] != 0x2C { end += 1 }
            let member = FieldText.trimmed(bytes, start..<end)
            if !member.isEmpty, !addMember(bytes, member) { return false }
            start = end + 1
        }
        return true
    }

    private mutating func addMember(_ bytes: [UInt8], _ member: Range<Int>) -> Bool {
        count += 1
        let text = bytes[member]
        guard count <= Self.maximum, FieldText.isToken(text) else { return false }
        if FieldText.equalsIgnoringCase(text, Self.close) {
            hasClose = true
        } else if FieldText.equalsIgnoringCase(text, Self.keepAlive) {
            hasKeepAlive = true
        } else {
            for name in Self.unremovable where FieldText.equalsIgnoringCase(text, name) {
                return false
            }
            others.append(ByteRange(member))
        }
        return true
    }

    /// Whether Transfer-Encoding is among them. It is of one connection anyway, and some servers
    /// say so; a client has no reason to.
    func nominatesCoding(_ bytes: [UInt8]) -> Bool {
        others.contains {
            FieldText.equalsIgnoringCase(bytes[$0.indices], Self.transferEncoding)
        }
    }

    /// Whether the connection outlives the message (RFC 9112 section 9.3).
    func keepsAlive(isHTTP10: Bool) -> Bool {
        !hasClose && (!isHTTP10 || hasKeepAlive)
    }

    /// "keep-ali" with `HeaderNames.caseBits`, the first byte lowest. A control byte, which alone
    /// could have the bits of the hyphen too, is in no field value.
    private static var keepAliveStart: UInt64 { 0x696c_612d_7065_656b }

    private static let close = Array("close".utf8)
    private static let keepAlive = Array("keep-alive".utf8)
    /// Nominating one of these would strip what framing, routing or access depends on.
    private static let unremovable = [
        Array("host".utf8), Array("content-length".utf8), Array("cookie".utf8),
        Array("authorization".utf8),
    ]
    private static let transferEncoding = Array("transfer-encoding".utf8)
}
