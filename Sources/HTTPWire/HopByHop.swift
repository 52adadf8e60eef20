package import RequestModel

/// The fields that belong to one connection and are not forwarded (RFC 9110 section 7.6.1).
package enum HopByHop {
    /// Whether `name` (any case) belongs to one connection whatever Connection says. The
    /// authentication fields of proxies do not: a gateway forwards them.
    @inlinable
    package static func isHopByHop(_ name: some Collection<UInt8>) -> Bool {
        switch name.count {
        case 2: FieldText.equalsIgnoringCase(name, te)
        case 7:
            FieldText.equalsIgnoringCase(name, upgrade)
                || FieldText.equalsIgnoringCase(name, trailer)
        case 10:
            FieldText.equalsIgnoringCase(name, connection)
                || FieldText.equalsIgnoringCase(name, keepAlive)
        case 16: FieldText.equalsIgnoringCase(name, proxyConnection)
        case 17: FieldText.equalsIgnoringCase(name, transferEncoding)
        default: false
        }
    }

    /// Whether a Connection field nominated `name`: `options` are its members in `bytes`.
    package static func isNominated(
        _ name: ArraySlice<UInt8>, by options: [ByteRange], in bytes: [UInt8]
    ) -> Bool {
        options.contains { option in
            option.count == name.count
                && zip(bytes[option.indices], name).allSatisfy {
                    asciiLowercase($0) == asciiLowercase($1)
                }
        }
    }

    @usableFromInline static let te = Array("te".utf8)
    @usableFromInline static let upgrade = Array("upgrade".utf8)
    @usableFromInline static let trailer = Array("trailer".utf8)
    @usableFromInline static let connection = Array("connection".utf8)
    @usableFromInline static let keepAlive = Array("keep-alive".utf8)
    @usableFromInline static let proxyConnection = Array("proxy-connection".utf8)
    @usableFromInline static let transferEncoding = Array("transfer-encoding".utf8)
}
