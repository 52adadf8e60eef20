internal import RequestModel
internal import Sockets

extension IPAddress {
    /// Appends the address; an IPv4 address, which most are, with few instructions.
    @inline(__always)
    func append(decimalTo output: inout ByteBuffer) {
        switch family {
        case .v4: output.append(dottedDecimal: UInt32(truncatingIfNeeded: low))
        case .v6: spell { output.append($0) }
        }
    }
}
