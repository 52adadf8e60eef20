/// Bodies that can be told from any other request's at every byte.
enum Content {
    enum Direction: UInt64 { case request, response }

    static func byte(_ id: Int, _ direction: Direction, _ offset: Int) -> UInt8 {
        let mixed =
            (UInt64(id) &* 0x9E37_79B9_7F4A_7C15) ^ (UInt64(offset / 8) &* 0xC2B2_AE3D_27D4_EB4F)
            ^ (direction.rawValue << 40)
        let word = mixed &* 0xFF51_AFD7_ED55_8CCD
        return UInt8(truncatingIfNeeded: word >> UInt64(8 * (offset % 8)))
    }

    static func bytes(_ id: Int, _ direction: Direction, _ range: Range<Int>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        for offset in range { bytes.append(byte(id, direction, offset)) }
        return bytes
    }

    /// Whether the bytes are those from `offset` on.
    static func matches(
        _ bytes: ArraySlice<UInt8>, _ id: Int, _ direction: Direction, from offset: Int
    ) -> Bool {
        var position = offset
        for byte in bytes {
            if byte != Self.byte(id, direction, position) { return false }
            position += 1
        }
        return true
    }

    /// A body in its framing, chunks of uneven sizes.
    static func framed(_ body: [UInt8], isChunked: Bool, _ random: inout SeededRandom) -> [UInt8] {
        guard isChunked else { return body }
        var framed: [UInt8] = []
        framed.reserveCapacity(body.count + 64)
        var start = 0
        while start < body.count {
            let end = min(body.count, start + random.between(1, max(1, body.count / 2)))
            framed += Array("\(String(end - start, radix: 16))\r\n".utf8)
            framed += body[start..<end]
            framed += [0x0d, 0x0a]
            start = end
        }
        return framed + Array("0\r\n\r\n".utf8)
    }
}
