/// An address block in CIDR notation (RFC 4632, RFC 4291 section 2.3).
package struct CIDRBlock: Hashable, Sendable {
    package let address: IPAddress
    package let prefixLength: UInt8
}
