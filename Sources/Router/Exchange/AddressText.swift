internal import RequestModel
internal import Sockets

extension IPAddress {
    /// Appends the address; an IPv4 address, which most are, without an array in between.
    func append(decimalTo output: inout ByteBuffer) {
        guard family == .v4 else {
            var text: [UInt8] = []
            append(to: &text)
            output.append(all: text)
            return
        }
        output.append(dottedDecimal: UInt32(truncatingIfNeeded: low))
    }
}
