package import RequestModel

/// The fields that a Connection field makes hop-by-hop (RFC 9110 section 7.6.1); those that always
/// are, `FieldKind.isHopByHop` knows.
package enum HopByHop {
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
}
