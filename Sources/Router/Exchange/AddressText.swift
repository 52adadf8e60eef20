internal import RequestModel
internal import Sockets

extension IPAddress {
    /// Appends the address; an IPv4 address, which most are, without an array in between.
    @inline(__always)
    func append(decimalTo output: inout ByteBuffer) {
        switch family {
        case .v4: output.append(dottedDecimal: UInt32(truncatingIfNeeded: low))
        case .v6: append(hexadecimalTo: &output)
        }
    }

    private func append(hexadecimalTo output: inout ByteBuffer) {
        var text: [UInt8] = []
        append(to: &text)
        output.append(all: text)
    }
}
