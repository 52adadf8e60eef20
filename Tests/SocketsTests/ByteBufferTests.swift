import Testing

@testable import Sockets

@Suite struct ByteBufferTests {
    private func text(_ buffer: borrowing ByteBuffer) -> String {
        var bytes: [UInt8] = []
        buffer.copy(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(
        arguments: [
            (0, "0.0.0.0"), (0x7F00_0001, "127.0.0.1"), (0xFFFF_FFFF, "255.255.255.255"),
            (0x0A64_C809, "10.100.200.9"), (0x63C7_6E0B, "99.199.110.11"),
        ] as [(UInt32, String)])
    func dottedDecimal(_ address: UInt32, _ expected: String) {
        var buffer = ByteBuffer()
        buffer.append(dottedDecimal: address)
        #expect(text(buffer) == expected)
    }

    @Test(arguments: [0, 1, 9, 10, 99, 100, 65_535, 1 << 32, UInt64.max / 10, .max - 1, .max])
    func decimals(_ value: UInt64) {
        var buffer = ByteBuffer()
        buffer.append(decimal: value)
        #expect(text(buffer) == String(value))
    }

    @Test(arguments: [1, 9, 15, 16, 255, 256, 4_096, 65_535, 1 << 20, .max])
    func sizes(_ value: Int) {
        var buffer = ByteBuffer()
        buffer.append(size: value)
        #expect(text(buffer) == String(value, radix: 16))
    }

    @Test func hexadecimal() {
        for value in [0, 1, 0x0123_4567_89ab_cdef, 0xf0f0_0a09_ffff_9a90, .max] as [UInt64] {
            var bytes: [UInt8] = []
            bytes.append(hex: value)
            let digits = String(value, radix: 16)
            let wanted = String(repeating: "0", count: 16 - digits.count) + digits
            #expect(String(decoding: bytes, as: UTF8.self) == wanted)
        }
    }

    /// Pieces of every size around the moments when it grows.
    @Test func itGrowsAndForgets() {
        var buffer = ByteBuffer()
        var wanted: [UInt8] = []
        for size in [0, 1, 4_094, 1, 1, 5_000, 0, 20_000] {
            let piece = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
            buffer.append([9] + piece, in: 1..<size + 1)
            buffer.append(7)
            wanted += piece + [7]
        }
        var got: [UInt8] = []
        buffer.copy(to: &got)
        #expect(got == wanted && buffer.count == wanted.count)
        got = []
        buffer.copy(10..<buffer.count, to: &got)
        #expect(got == Array(wanted[10...]))
        buffer.removeLast()
        #expect(buffer.count == wanted.count - 1)
        buffer.removeAll(keepingUpTo: 1_000)
        #expect(buffer.isEmpty && buffer.room == 0)
        buffer.append(1)
        buffer.removeAll(keepingUpTo: 1 << 20)
        #expect(buffer.isEmpty && buffer.room > 0)
    }
}
