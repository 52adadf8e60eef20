/// The walk from the peer towards the client through the hops that trusted proxies wrote down,
/// nearest first. It ends at the first hop that is not trusted, that cannot be read, or that is one
/// too many; the last hop reached is the client.
struct ClientWalk {
    static let maxHops = 32

    private let blocks: [CIDRBlock]
    private var remaining = Self.maxHops
    private(set) var client: Endpoint

    init(from peer: Endpoint, blocks: [CIDRBlock]) {
        self.blocks = blocks
        client = peer
    }

    /// Goes to `hop`, which a trusted host named; false when the walk ends.
    mutating func visit(_ hop: IPAddress?) -> Bool {
        guard remaining > 0, let hop else { return false }
        remaining -= 1
        client = Endpoint(ip: hop)
        return Self.isTrusted(hop, blocks)
    }

    static func isTrusted(_ address: IPAddress?, _ blocks: [CIDRBlock]) -> Bool {
        guard let address else { return false }
        return blocks.contains { $0.contains(address) }
    }

    /// Walks one X-Forwarded-For value from its right end; false when the walk ends.
    mutating func visitForwardedFor(_ bytes: [UInt8], _ value: Range<Int>) -> Bool {
        var end = value.upperBound
        while end > value.lowerBound {
            let comma = bytes[value.lowerBound..<end].lastIndex(of: UInt8(ascii: ","))
            let entry = ASCII.trimmed(bytes, (comma.map { $0 + 1 } ?? value.lowerBound)..<end)
            if !entry.isEmpty, !visit(HopText.xForwardedFor(bytes[entry])) { return false }
            end = comma ?? value.lowerBound
        }
        return true
    }

    /// Walks one Forwarded value (RFC 7239 section 4) from its right end; false when the walk ends.
    mutating func visitForwarded(_ bytes: [UInt8], _ value: Range<Int>) -> Bool {
        var members = ListMembers(bytes, value)
        var elements: [Range<Int>] = []
        while let element = members.next() { elements.append(element) }
        // Behind a quote that does not end, nobody knows where an element begins.
        guard members.isBalanced else { return false }
        for element in elements.reversed() where !visit(HopText.forwarded(bytes, element)) {
            return false
        }
        return true
    }
}

/// The address in one entry of a forwarding header. Its port is cut off; nil for `unknown`,
/// obfuscated identifiers and everything else that names no address.
enum HopText {
    private static let forParameter = Array("for".utf8)

    /// An address, an IPv4 address with a port, or an IPv6 address in brackets with or without one.
    static func xForwardedFor(_ text: ArraySlice<UInt8>) -> IPAddress? {
        IPAddress(parsing: text) ?? node(text) { ASCII.port($0) != nil }
    }

    /// The `for` parameter of one Forwarded element.
    static func forwarded(_ bytes: [UInt8], _ element: Range<Int>) -> IPAddress? {
        var pairs = ListMembers(bytes, element, separator: UInt8(ascii: ";"))
        var found: ArraySlice<UInt8>?
        while let pair = pairs.next() {
            guard let equals = bytes[pair].firstIndex(of: UInt8(ascii: "=")) else { return nil }
            let name = pair.lowerBound..<equals
            guard ASCII.matches(bytes, name, forParameter) else { continue }
            // RFC 7239 section 4: each parameter at most once.
            guard found == nil else { return nil }
            found = unquoted(bytes[equals + 1..<pair.upperBound])
        }
        return found.flatMap { node($0, port: isForwardedPort) }
    }

    /// `ipv4 [ ":" port ]` or `"[" ipv6 "]" [ ":" port ]` (RFC 7239 section 6).
    private static func node(
        _ text: ArraySlice<UInt8>, port isPort: (ArraySlice<UInt8>) -> Bool
    ) -> IPAddress? {
        let address: ArraySlice<UInt8>
        var rest: ArraySlice<UInt8>
        let isBracketed = text.first == UInt8(ascii: "[")
        if isBracketed {
            guard let end = text.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            address = text[..<end].dropFirst()
            rest = text[(end + 1)...]
        } else {
            let end = text.firstIndex(of: UInt8(ascii: ":")) ?? text.endIndex
            address = text[..<end]
            rest = text[end...]
        }
        if rest.popFirst() != nil {
            guard text[rest.startIndex - 1] == UInt8(ascii: ":"), isPort(rest) else { return nil }
        }
        guard isBracketed == address.contains(UInt8(ascii: ":")) else { return nil }
        return IPAddress(parsing: address)
    }

    /// `1*5DIGIT` or an obfuscated port (RFC 7239 section 6.2).
    private static func isForwardedPort(_ text: ArraySlice<UInt8>) -> Bool {
        guard text.first == UInt8(ascii: "_") else { return ASCII.port(text) != nil }
        return text.count > 1 && text.dropFirst().allSatisfy(PathByte.isUnreserved)
    }

    /// The content of a quoted string without escapes, which no node needs; a token as it is.
    private static func unquoted(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let quote = UInt8(ascii: "\"")
        guard text.count >= 2, text.first == quote, text.last == quote else { return text }
        return text.dropFirst().dropLast()
    }
}
