/// The canonical spelling of a host: lower case, no port, no final dot, an IPv6 address in brackets
/// and in the form of RFC 5952, an IPv4-mapped one as IPv4.
package enum CanonicalHost {
    /// Reads `host [ ":" port ]` (RFC 3986 section 3.2 without userinfo). Names are letters,
    /// digits,
    /// "-", "." and "_", at most 255 bytes, without empty labels. Nil if it is anything else.
    package static func parse(
        _ authority: some Collection<UInt8>
    ) -> (host: [UInt8], port: UInt16?)? {
        var bytes = Array(authority)
        guard let parsed = parse(in: &bytes, 0..<bytes.count) else { return nil }
        return (Array(bytes[parsed.host]), parsed.port)
    }

    /// The same within one arena: the host is a part of `range`, or was appended to `bytes`.
    static func parse(
        in bytes: inout [UInt8], _ range: Range<Int>
    ) -> (host: Range<Int>, port: UInt16?)? {
        if isPlainName(bytes, range) { return (range, nil) }
        let hostEnd: Int
        if range.isEmpty { return nil }
        if bytes[range.lowerBound] == UInt8(ascii: "[") {
            guard let bracket = bytes[range].firstIndex(of: UInt8(ascii: "]")) else { return nil }
            hostEnd = bracket + 1
        } else {
            hostEnd = ByteBlock.first(
                UInt8(ascii: ":"), bytes, range.lowerBound, range.upperBound)
        }
        guard let port = port(bytes, hostEnd..<range.upperBound) else { return nil }
        let text = range.lowerBound..<hostEnd
        let host =
            bytes[range.lowerBound] == UInt8(ascii: "[")
            ? address(in: &bytes, text) : name(in: &bytes, text)
        return host.map { ($0, port) }
    }

    /// The port behind ":"; nil inside when there is none, nil outside when it is malformed.
    private static func port(_ bytes: [UInt8], _ range: Range<Int>) -> UInt16?? {
        guard !range.isEmpty else { return .some(nil) }
        guard bytes[range.lowerBound] == UInt8(ascii: ":") else { return nil }
        if range.count == 1 { return .some(nil) }
        guard let port = ASCII.port(bytes[range.dropFirst()]) else { return nil }
        return .some(port)
    }

    private static func address(in bytes: inout [UInt8], _ text: Range<Int>) -> Range<Int>? {
        let inner = bytes[text].dropFirst().dropLast()
        // "[1.2.3.4]" is not an IP-literal of RFC 3986.
        guard inner.contains(UInt8(ascii: ":")), let address = IPAddress(parsing: inner) else {
            return nil
        }
        let start = bytes.count
        if address.family == .v6 { bytes.append(UInt8(ascii: "[")) }
        address.append(to: &bytes)
        if address.family == .v6 { bytes.append(UInt8(ascii: "]")) }
        return start..<bytes.count
    }

    /// Letters, digits, "-", "." and "_".
    static var nameBytes: ASCIISet {
        ASCIISet(low: 0x03ff_6000_0000_0000, high: 0x07ff_fffe_87ff_fffe)
    }

    /// Whether it is a canonical name as it is, which nearly all are, and has no "_".
    private static func isPlainName(_ bytes: [UInt8], _ name: Range<Int>) -> Bool {
        guard 1...255 ~= name.count else { return false }
        // A dot would end a label that is not there.
        var followsDot = true
        var start = name.lowerBound
        while start < name.upperBound {
            let block = ByteBlock(bytes, start, name.upperBound)
            let dots = block.equal(UInt8(ascii: "."))
            let usual =
                block.within(UInt8(ascii: "-"), UInt8(ascii: ".")) | block.within(0x30, 0x39)
                | block.within(0x61, 0x7A)
            guard usual == block.all, dots & (dots &<< 1 | (followsDot ? 1 : 0)) == 0 else {
                return false
            }
            // The last one of the bytes is a dot.
            followsDot = dots &<< 1 > block.all
            start &+= ByteBlock.width
        }
        return !followsDot
    }

    private static func name(in bytes: inout [UInt8], _ text: Range<Int>) -> Range<Int>? {
        guard let last = text.last else { return nil }
        let end = bytes[last] == UInt8(ascii: ".") ? last : text.upperBound
        let name = text.lowerBound..<end
        if isPlainName(bytes, name) { return name }
        guard 1...255 ~= name.count else { return nil }
        var previous = UInt8(ascii: ".")
        var hasUpperCase = false
        for byte in bytes[name] {
            guard nameBytes.contains(byte) else { return nil }
            if byte == UInt8(ascii: "."), previous == byte { return nil }
            previous = byte
            if byte &- 0x41 < 26 { hasUpperCase = true }
        }
        guard previous != UInt8(ascii: ".") else { return nil }
        return hasUpperCase ? bytes.appendLowercased(name) : name
    }
}

extension [UInt8] {
    /// Appends the lower-case form of a range of this very array; returns where it is.
    mutating func appendLowercased(_ range: Range<Int>) -> Range<Int> {
        let start = count
        for index in range { append(asciiLowercase(self[index])) }
        return start..<count
    }
}
