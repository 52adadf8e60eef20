/// The fixed pieces of the chunked coding (RFC 9112 section 7.1).
package enum ChunkEncoder {
    /// The last chunk, without trailers; it follows the CRLF of the last data.
    package static let terminator: [UInt8] = [0x30, 0x0D, 0x0A, 0x0D, 0x0A]

    /// What follows the data of each chunk.
    package static let dataEnd: [UInt8] = [0x0D, 0x0A]
}
