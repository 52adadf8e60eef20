/// Lower-case names of the header fields that make a request what it is.
enum KnownField {
    static let connection = Array("connection".utf8)
    static let cookie = Array("cookie".utf8)
    static let forwarded = Array("forwarded".utf8)
    static let host = Array("host".utf8)
    static let upgrade = Array("upgrade".utf8)
    static let forwardedFor = Array("x-forwarded-for".utf8)
    static let forwardedProto = Array("x-forwarded-proto".utf8)
}

/// What one pass over the field lines found for the canonicaliser.
struct FieldSurvey {
    private(set) var hostCount = 0
    /// The index of the last Host line in `fields`.
    private(set) var hostIndex = 0
    private(set) var protoCount = 0
    private(set) var proto = ByteRange.empty
    private(set) var upgradeCount = 0
    /// Some Connection line has the member `upgrade`.
    private(set) var connectionUpgrades = false

    mutating func note(_ line: FieldLine, at index: Int, in bytes: [UInt8]) {
        let name = line.name.indices
        // Most lines are none of these: their length says so.
        switch name.count {
        case 4 where ASCII.matches(bytes, name, KnownField.host):
            hostCount += 1
            hostIndex = index
        case 7 where ASCII.matches(bytes, name, KnownField.upgrade): upgradeCount += 1
        case 10 where ASCII.matches(bytes, name, KnownField.connection):
            var members = ListMembers(bytes, line.value.indices)
            while let member = members.next() {
                if ASCII.matches(bytes, member, KnownField.upgrade) { connectionUpgrades = true }
            }
        case 17 where ASCII.matches(bytes, name, KnownField.forwardedProto):
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
