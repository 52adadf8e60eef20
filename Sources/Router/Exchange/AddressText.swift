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
        let value = UInt32(truncatingIfNeeded: low)
        output.append(decimal: UInt64(value >> 24))
        output.append(UInt8(ascii: "."))
        output.append(decimal: UInt64(value >> 16 & 255))
        output.append(UInt8(ascii: "."))
        output.append(decimal: UInt64(value >> 8 & 255))
        output.append(UInt8(ascii: "."))
        output.append(decimal: UInt64(value & 255))
    }
}
