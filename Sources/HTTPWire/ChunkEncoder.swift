/// Writes the chunked coding (RFC 9112 section 7.1).
package enum ChunkEncoder {
    /// The last chunk, without trailers; it follows the CRLF of the last data.
    package static let terminator: [UInt8] = [0x30, 0x0D, 0x0A, 0x0D, 0x0A]

    /// What follows the data of each chunk.
    package static let dataEnd: [UInt8] = [0x0D, 0x0A]

    /// Appends the size line of a chunk of `size` bytes, which must be more than 0: a size of 0
    /// would end the body. The data and `dataEnd` follow it.
    package static func appendHeader(size: Int, to output: inout [UInt8]) {
        precondition(size > 0, "a chunk of no bytes ends the body")
        let digits = (Int.bitWidth - size.leadingZeroBitCount + 3) / 4
        for place in (0..<digits).reversed() {
            let digit = UInt8(truncatingIfNeeded: size >> (4 * place)) & 0xF
            output.append(digit < 10 ? 0x30 + digit : 0x61 + digit - 10)
        }
        output.append(0x0D)
        output.append(0x0A)
    }
}
