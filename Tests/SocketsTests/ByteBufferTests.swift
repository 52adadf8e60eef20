import Testing

@testable import Sockets

@Suite struct ByteBufferTests {
    private func text(_ buffer: borrowing ByteBuffer) -> String {
        String(decoding: content(buffer), as: UTF8.self)
    }

    private func content(_ buffer: borrowing ByteBuffer) -> ArraySlice<UInt8> {
        var bytes: [UInt8] = []
        buffer.copy(to: &bytes)
        return bytes[...]
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

    /// Of every length, and with every digit in every place; some where the buffer must grow.
    @Test func decimals() {
        var values: [UInt64] = [0, 65_535, 1 << 32, .max / 10, .max - 1, .max]
        var power: UInt64 = 1
        for _ in 1...19 {
            for digit in 1...9 { values += [power &* UInt64(digit), power &* UInt64(digit) - 1] }
            power &*= 10
        }
        for value in values {
            var buffer = ByteBuffer()
            buffer.append(decimal: value)
            #expect(text(buffer) == String(value))
        }
        var buffer = ByteBuffer()
        for value in values + values { buffer.append(decimal: value) }
        #expect(text(buffer) == (values + values).map { String($0) }.joined())
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

    /// Every byte at every place of texts of every length, at the end of their array and before it.
    @Test func cleanTextEndsAtTheFirstByteThatNeedsAnEscape() {
        func isClean(_ byte: UInt8) -> Bool {
            (0x20...0x7E).contains(byte) && byte != 0x22 && byte != 0x5C
        }
        let plain = Array("a text of thirty-five bytes or so ~".utf8)
        for byte in UInt8.min...UInt8.max {
            for place in plain.indices {
                var bytes = plain
                bytes[place] = byte
                for range in [0..<35, 0..<place + 1, place..<35, max(0, place - 17)..<place] {
                    let expected = bytes[range].firstIndex { !isClean($0) } ?? range.upperBound
                    var buffer = ByteBuffer()
                    let found = buffer.append(cleanOf: bytes, in: range)
                    #expect(found == expected, "\(byte) at \(place), \(range)")
                    #expect(content(buffer) == bytes[range.lowerBound..<expected])
                }
                let short = Array(bytes[..<min(place + 1, 12)])
                let expected = short.firstIndex { !isClean($0) } ?? short.count
                var buffer = ByteBuffer()
                #expect(buffer.append(cleanOf: short, in: 0..<short.count) == expected)
                #expect(content(buffer) == short[..<expected])
            }
        }
    }

    @Test func piecesOfEveryLength() {
        let bytes = (0..<100).map { UInt8($0) }
        for count in 0...100 {
            var buffer = ByteBuffer()
            buffer.append(0xFF)
            buffer.append(bytes, in: 100 - count..<100)
            buffer.append(0xFE)
            var copied: [UInt8] = []
            buffer.copy(to: &copied)
            #expect(copied == [0xFF] + bytes[(100 - count)...] + [0xFE])
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
