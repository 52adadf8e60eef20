import CLanes
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
        #expect(name.hasUnderscore == bytes[..<end].contains(UInt8(ascii: "_")))
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

    /// What this processor has finds what every processor finds, and a look at each byte.
    @Test func masksOfControls() {
        var bytes = Array(UInt8.min...UInt8.max)
        for _ in 0..<64 {
            bytes.append(bytes.removeFirst())
            let wanted = (0..<4).map { number in
                (0..<64).reduce(UInt64(0)) { mask, bit in
                    let byte = bytes[number * 64 + bit]
                    return byte < 0x20 || byte == 0x7F ? mask | 1 << UInt64(bit) : mask
                }
            }
            for count in 0...4 {
                let rest = [UInt64](repeating: 0, count: 4 - count)
                var masks = [UInt64](repeating: 0, count: 4)
                unsafe clanes_controls(bytes, count, &masks)
                #expect(masks == wanted[..<count] + rest)
                var portable = [UInt64](repeating: 0, count: 4)
                unsafe clanes_controls_portable(bytes, count, &portable)
                #expect(portable == masks)
            }
        }
    }

    private struct Plain: Equatable {
        var end: Int
        var lineEnds: [UInt32] = []
    }

    /// A plain head byte by byte.
    private static func plainHead(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Plain? {
        var plain = Plain(end: 0)
        var lineStart = start
        var index = start
        guard bytes.count >= 64 else { return nil }
        while index < end {
            if bytes[index] == 0x0D {
                guard index + 1 < end, bytes[index + 1] == 0x0A else { return nil }
                if index == lineStart {
                    plain.end = index + 2
                    return plain.lineEnds.isEmpty ? nil : plain
                }
                plain.lineEnds.append(UInt32(index - start))
                index += 2
                lineStart = index
            } else if bytes[index] < 0x20 || bytes[index] == 0x7F {
                return nil
            } else {
                index += 1
            }
        }
        return nil
    }

    /// Checks the bytes as they are and with others behind the end.
    private func checkHead(_ bytes: [UInt8], _ start: Int) {
        for rest in [[], Array("\n\r\n".utf8), [UInt8](repeating: 0x0D, count: 64)] {
            let room = bytes + rest
            var ends = [UInt32](repeating: 0, count: HeadLines.most)
            let found = WordScan.plainHead(room, start, bytes.count, into: &ends).map { found in
                Plain(end: found.end, lineEnds: Array(ends[..<found.lines]))
            }
            #expect(found == Self.plainHead(room, start, bytes.count), "\(bytes)")
        }
    }

    @Test func plainHeads() {
        let text = "GET / HTTP/1.1\r\nHost: a:1\r\nX-Long: 0123456789abcdef\r\nno\r\n:a\r\n\r\nrest"
        let head = Array(text.utf8)
        for start in 0..<80 {
            let moved = [UInt8](repeating: 0x61, count: start) + head
            checkHead(moved, start)
            // Line ends at every place of the 64 bytes that are looked at together.
            checkHead(moved, 0)
            checkHead([UInt8](repeating: 0x62, count: 1_024) + moved, 0)
            for count in head.indices { checkHead(Array(moved[..<(start + count)]), start) }
        }
        for place in head.indices {
            for byte in UInt8.min...UInt8.max {
                var bytes = head
                bytes[place] = byte
                checkHead(bytes, 0)
            }
        }
        for text in ["", "\r\n", "\r\n\r\n", "a\r\n\r\n", "\r\na\r\n\r\n", "a\r\n\r", "a\n\n"] {
            checkHead(Array(text.utf8), 0)
        }
        let many = { (count: Int) in
            Array((String(repeating: "a\r\n", count: count) + "\r\n").utf8)
        }
        checkHead(many(HeadLines.most), 0)
        var lines = HeadLines()
        let tooMany = many(HeadLines.most + 1)
        #expect(lines.scan(tooMany, 0, tooMany.count) == nil)
    }

    /// A line with a known name is read as the careful reader reads it, in any case and wherever
    /// the name ends in a word; other names, other spaces and faults are left to it.
    @Test func knownLines() {
        var names = HeaderNames()
        _ = names.intern(Array("x-under_score".utf8))
        _ = names.intern(Array("x-^".utf8))
        _ = names.intern(Array("x-longest-name-without-an-end".utf8))
        _ = names.intern(Array("x-a-name-that-goes-on-and-on-and-on".utf8))
        let known = [
            "te", "host", "accept", "x-cache", "location", "x-api-key", "accept-language",
            "transfer-encoding", "upgrade-insecure-requests", "x-longest-name-without-an-end",
        ]
        for name in known {
            for text in ["\(name): value", "\(name.uppercased()): v"] {
                let bytes = Self.head(Array(text.utf8))
                let line = Self.knownLine(bytes, names)
                guard case .field(let wanted, _, let value, _) = FieldLineReader.read(bytes, at: 16)
                else {
                    Issue.record("\(text) is no line")
                    continue
                }
                #expect(line?.name.indices == wanted, "\(text)")
                #expect(line?.value.indices == value, "\(text)")
                let found = names.lookUp(name.utf8)
                #expect(line?.kind == found.kind && line?.slot == found.slot, "\(text)")
                #expect(line?.isVerbatim == true, "\(text)")
            }
        }
        let unknown = [
            "hos: a", "hosts: a", ": a", "host", "ho st: a", "host : a", "x-under_score: a",
            "x-^: a",
            "x-~: a", "Hos\u{f4}: a",
            "x-longest-name-with0ut-an-end: a", "x-longest_name-without-an-end: a",
            "x-a-name-that-goes-on-and-on-and-on: a",
            "host:a", "host:  a", "host: a ", "host: ", "host:",
        ]
        for text in unknown {
            #expect(Self.knownLine(Self.head(Array(text.utf8)), names) == nil, "\(text)")
        }
    }

    /// Bytes that differ from a name's in the bit that tells the cases of letters apart.
    @Test func onlyLettersHaveTwoCases() {
        for name in ["x-api-key9", "x-9", "x-a-long-name-of-26-bytes"].map({ Array($0.utf8) }) {
            var names = HeaderNames()
            _ = names.intern(name)
            checkCases(name, names)
        }
    }

    private func checkCases(_ name: [UInt8], _ names: HeaderNames) {
        for place in name.indices {
            for byte in UInt8(0x21)...0xFF where byte != 0x7F && byte != 0x3A {
                var bytes = name
                bytes[place] = byte
                let line = Self.knownLine(Self.head(bytes + Array(": a".utf8)), names)
                let isSame = bytes.map(asciiLowercase) == name
                #expect((line != nil) == isSame, "\(bytes)")
            }
        }
    }

    /// A head of one field line, behind a start line of sixteen bytes.
    private static func head(_ line: [UInt8]) -> [UInt8] {
        Array("GET / HTTP/1.1\r\n".utf8) + line + Array("\r\n\r\n".utf8)
            + [UInt8](repeating: 0x2E, count: 64)
    }

    private static func knownLine(_ bytes: [UInt8], _ names: HeaderNames) -> FieldLine? {
        var lines = HeadLines()
        guard let end = lines.scan(bytes, 0, bytes.count) else {
            Issue.record("\(bytes) is no plain head")
            return nil
        }
        var fields: [FieldLine] = []
        fields.append(addingCapacity: 1) { room in
            _ = WordScan.readLines(Array(bytes[..<end]), lines, names, into: &room)
        }
        #expect(fields.count == 1)
        return fields.first.flatMap { $0.name.isEmpty ? nil : $0 }
    }
}
