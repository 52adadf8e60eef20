/// What one pass over the field lines found for the canonicaliser.
struct FieldSurvey {
    private(set) var hostCount = 0
    /// The index of the last Host line in `fields`.
    private(set) var hostIndex = 0
    private(set) var protoCount = 0
    private(set) var proto = ByteRange.empty
    private(set) var upgradeCount = 0
    private(set) var cookieCount = 0
    private(set) var hasUnderscore = false

    mutating func note(_ line: FieldLine, at index: Int) {
        if line.hasUnderscore { hasUnderscore = true }
        switch line.kind {
        case .host:
            hostCount += 1
            hostIndex = index
        case .upgrade: upgradeCount += 1
        case .cookie: cookieCount += 1
        case .xForwardedProto:
            protoCount += 1
            proto = line.value
        default: break
        }
    }
}

/// The members of a list in a field value (RFC 9110 section 5.6.1): separated outside quoted
/// strings, without blanks around them, empty ones left out.
package struct ListMembers {
    private let bytes: [UInt8]
    private var rest: Range<Int>
    private let separator: UInt8
    /// False once a quoted string has turned out not to end; the member reaches to the end then.
    package private(set) var isBalanced = true

    /// The list at `range` of `bytes`.
    package init(
        _ bytes: [UInt8], _ range: Range<Int>, separator: UInt8 = UInt8(ascii: ",")
    ) {
        self.bytes = bytes
        self.separator = separator
        rest = range
    }

    /// The range of the next member.
    package mutating func next() -> Range<Int>? {
        while !rest.isEmpty {
            let end = memberEnd()
            let member = ASCII.trimmed(bytes, rest.lowerBound..<end)
            rest = min(end + 1, rest.upperBound)..<rest.upperBound
            if !member.isEmpty { return member }
        }
        return nil
    }

    private mutating func memberEnd() -> Int {
        var isQuoted = false
        var index = rest.lowerBound
        while index < rest.upperBound {
            let byte = bytes[index]
            if byte == separator, !isQuoted { return index }
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if byte == UInt8(ascii: "\\"), isQuoted { index += 1 }
            index += 1
        }
        isBalanced = isBalanced && !isQuoted
        return rest.upperBound
    }
}
