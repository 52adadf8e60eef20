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

    private struct Plain: Equatable {
        var end: Int
        var lines: [Line] = []

        struct Line: Equatable {
            var end: UInt32
            /// nil for a line without one.
            var colon: UInt32?
        }
    }

    /// A plain head byte by byte.
    private static func plainHead(_ bytes: [UInt8], _ start: Int) -> Plain? {
        var plain = Plain(end: 0)
        var lineStart = start
        var index = start
        guard bytes.count - start >= 16 else { return nil }
        while index < bytes.count {
            if bytes[index] == 0x0D {
                guard index + 1 < bytes.count, bytes[index + 1] == 0x0A else { return nil }
                if index == lineStart {
                    plain.end = index + 2
                    return plain.lines.isEmpty ? nil : plain
                }
                let colon = bytes[lineStart..<index].firstIndex(of: 0x3A)
                plain.lines.append(
                    Plain.Line(end: UInt32(index - start), colon: colon.map { UInt32($0 - start) }))
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

    private func checkHead(_ bytes: [UInt8], _ start: Int) {
        var room = [HeadLines.Line](
            repeating: HeadLines.Line(end: 0, colon: 0), count: HeadLines.most)
        let found = WordScan.plainHead(bytes, start, bytes.count, into: &room).map { found in
            let starts = [0] + room[..<found.lines].map { $0.end + 2 }
            return Plain(
                end: found.end,
                lines: zip(starts, room[..<found.lines]).map { lineStart, line in
                    let isInside = line.colon >= lineStart && line.colon < line.end
                    let isColon = isInside && bytes[start + Int(line.colon)] == 0x3A
                    return Plain.Line(end: line.end, colon: isColon ? line.colon : nil)
                })
        }
        #expect(found == Self.plainHead(bytes, start), "\(bytes)")
    }

    @Test func plainHeads() {
        let text = "GET / HTTP/1.1\r\nHost: a:1\r\nX-Long: 0123456789abcdef\r\nno\r\n:a\r\n\r\nrest"
        let head = Array(text.utf8)
        for start in 0..<80 {
            let moved = [UInt8](repeating: 0x61, count: start) + head
            checkHead(moved, start)
            // Line ends at every place of the 64 bytes that are looked at together.
            checkHead(moved, 0)
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
    /// the name ends in a word; other names and faults are left to it.
    @Test func knownLines() {
        var names = HeaderNames()
        _ = names.intern(Array("x-under_score".utf8))
        _ = names.intern(Array("x-^".utf8))
        _ = names.intern(Array("x-longest-name-without-an-end".utf8))
        let known = [
            "te", "host", "accept", "x-cache", "location", "x-api-key", "accept-language",
            "transfer-encoding", "upgrade-insecure-requests", "x-longest-name-without-an-end",
        ]
        for name in known {
            for text in [
                "\(name): value", "\(name.uppercased()):v", "\(name):   padded   ", "\(name):",
            ] {
                let bytes = Self.head(Array(text.utf8))
                let line = Self.knownLine(bytes, names)
                guard case .field(let wanted, _, let value, _) = FieldLineReader.read(bytes, at: 3)
                else {
                    Issue.record("\(text) is no line")
                    continue
                }
                #expect(line?.name.indices == wanted, "\(text)")
                #expect(line.map { bytes[$0.value.indices] } == bytes[value], "\(text)")
                let found = names.lookUp(name.utf8)
                #expect(line?.kind == found.kind && line?.slot == found.slot, "\(text)")
                #expect(line?.isVerbatim == text.hasSuffix(": value"), "\(text)")
            }
        }
        let unknown = [
            "hos: a", "hosts: a", ": a", "host", "ho st: a", "host : a", "x-under_score: a",
            "x-^: a",
            "x-~: a", "Hos\u{f4}: a",
            "x-longest-name-with0ut-an-end: a", "x-longest_name-without-an-end: a",
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

    /// A head of one field line, behind a start line of three bytes.
    private static func head(_ line: [UInt8]) -> [UInt8] {
        Array("X\r\n".utf8) + line + Array("\r\n\r\n........".utf8)
    }

    private static func knownLine(_ bytes: [UInt8], _ names: HeaderNames) -> FieldLine? {
        var lines = HeadLines()
        guard lines.scan(bytes, 0, bytes.count) != nil else {
            Issue.record("\(bytes) is no plain head")
            return nil
        }
        var found: FieldLine?
        _ = WordScan.eachLine(bytes, lines, names) { line, _ in
            found = line
            return nil
        }
        return found
    }
}
