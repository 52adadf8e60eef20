import RequestModel
import Testing

@testable import HTTPWire

/// The eight-at-a-time scans say what a byte-by-byte look says, for every byte at every place.
@Suite struct WordScanTests {
    private func check(_ bytes: [UInt8]) {
        let control = bytes.firstIndex { $0 < 0x20 || $0 == 0x7F } ?? bytes.count
        #expect(WordScan.firstControl(bytes, 0, bytes.count) == control)
        let name = WordScan.name(bytes, 0, bytes.count)
        let end = bytes.firstIndex { !FieldText.isTokenByte($0) } ?? bytes.count
        #expect(name.end == end)
        #expect(name.facts.hash == HeaderNames.hash(bytes[..<end]))
        #expect(name.facts.hasUnderscore == bytes[..<end].contains(UInt8(ascii: "_")))
    }

    @Test func everyByteAtEveryPlace() {
        let plain = Array("aZ09-xBc7-Accept-Encoding".utf8)
        for place in plain.indices {
            for byte in UInt8.min...UInt8.max {
                var bytes = plain
                bytes[place] = byte
                check(bytes)
            }
        }
        for count in 0...20 { check(Array(plain[..<count])) }
    }

    @Test func neighboursDoNotInfluenceEachOther() {
        for first in UInt8.min...UInt8.max {
            for second in [0x00, 0x1F, 0x20, 0x21, 0x7E, 0x7F, 0x80, 0xFF] as [UInt8] {
                check([0x61, first, second, 0x61, 0x61, second, first, 0x61, 0x61])
            }
        }
    }

    @Test(arguments: [
        ("", nil), ("\r\n\r\n", 4), ("a\r\n\r\nb", 5), ("\r\n\r\r\n\r\n", nil), ("abcd\r\n\r\n", 8),
        ("a\tb\u{7f}\r\n\r\n", 8), ("a\nb\r\n\r\n", nil), ("a\0b\r\n\r\n", nil),
        ("abcde\r\n\r\n", 9), ("abcdefg\r\n\r\nrest\r\n\r\n", 11), ("a\r\n\r", nil),
        ("a\n\nb\r\r\n\n", nil), ("aaaaaa\r\naaaaaaa\r\n\r\n", 19),
    ])
    func endOfHead(_ text: String, _ wanted: Int?) {
        let bytes = Array(text.utf8)
        #expect(WordScan.endOfHead(bytes, 0, bytes.count) == wanted)
    }
}
