import TestSupport
import Testing

@testable import RequestModel

/// What is looked at eight bytes at a time says what a look at each byte would say.
@Suite struct ByteLaneTests {
    /// Bytes at the edges of every class, and the neighbours of all that the lanes look for.
    private static let edges: [UInt8] = [
        0x00, 0x01, 0x1F, 0x20, 0x21, 0x23, 0x2C, 0x2D, 0x2E, 0x2F, 0x30, 0x39, 0x3A, 0x3F, 0x40,
        0x41, 0x5A, 0x5B, 0x5F, 0x60, 0x61, 0x7A, 0x7B, 0x7E, 0x7F, 0x80, 0x81, 0xAE, 0xAF, 0xC1,
        0xDA, 0xE1, 0xFF,
    ]

    /// A word with `byte` in one lane and `other` in all the others.
    private func word(_ byte: UInt8, in lane: Int, among other: UInt8) -> UInt64 {
        var bytes = [UInt8](repeating: other, count: 8)
        bytes[lane] = byte
        return ByteLanes.word([0] + bytes, 1)
    }

    private func check(
        _ name: String, _ lanes: (UInt64) -> UInt64, _ naive: (UInt8) -> Bool
    ) {
        for byte in UInt8.min...UInt8.max {
            for other in Self.edges {
                for lane in 0..<8 {
                    var expected = naive(other) ? ByteLanes.highs : 0
                    let bit = UInt64(0x80) << UInt64(8 * lane)
                    expected = naive(byte) ? expected | bit : expected & ~bit
                    let found = lanes(word(byte, in: lane, among: other))
                    guard found == expected else {
                        Issue.record("\(name): \(byte) in lane \(lane) among \(other)")
                        return
                    }
                }
            }
        }
    }

    @Test func eightDigits() {
        func decimal(_ text: String) -> UInt64? {
            ByteLanes.decimal(ByteLanes.word(Array(text.utf8), 0))
        }
        #expect(decimal("00000000") == 0)
        #expect(decimal("12345678") == 12_345_678)
        #expect(decimal("99999999") == 99_999_999)
        for place in 0..<8 {
            for byte in UInt8.min...UInt8.max {
                var bytes = Array("37046290".utf8)
                bytes[place] = byte
                let wanted = UInt64(String(decoding: bytes, as: UTF8.self))
                let isDigit = byte &- 0x30 < 10
                #expect(ByteLanes.decimal(ByteLanes.word(bytes, 0)) == (isDigit ? wanted : nil))
            }
        }
    }

    @Test func eachLaneIsExact() {
        let ranges: [(UInt8, UInt8)] = [
            (0x61, 0x7A), (0x41, 0x5A), (0x30, 0x39), (0x21, 0x7E), (0x2D, 0x2D), (0, 0x7F),
        ]
        for (low, high) in ranges {
            let lanes = { (word: UInt64) in ByteLanes.within(word, low, high) }
            check("within \(low) and \(high)", lanes) { (low...high).contains($0) }
        }
        for byte in UInt8.min...UInt8.max {
            for other in Self.edges {
                for lane in 0..<8 {
                    let found = ByteLanes.lowercase(word(byte, in: lane, among: other))
                    let expected = word(
                        asciiLowercase(byte), in: lane, among: asciiLowercase(other))
                    if found != expected {
                        Issue.record("\(byte) in lane \(lane) among \(other)")
                        return
                    }
                }
            }
        }
    }

    // MARK: - Against a look at each byte

    /// Mostly what is usual, so that the fast way goes on for some words before something comes.
    private func sample(
        _ count: Int, usual: [UInt8], unusual: [UInt8], _ random: inout SeededGenerator
    ) -> [UInt8] {
        let rarity = Int.random(in: 1...40, using: &random)
        return (0..<count).map { _ in
            Int.random(in: 0..<rarity, using: &random) == 0
                ? unusual.randomElement(using: &random) ?? 0
                : usual.randomElement(using: &random) ?? 0
        }
    }

    private func isPlain(_ path: [UInt8]) -> Bool {
        var previous = UInt8(ascii: "a")
        for byte in path {
            if previous == UInt8(ascii: "/"), byte == previous || byte == UInt8(ascii: ".") {
                return false
            }
            guard byte == UInt8(ascii: "/") || PathByte.isAllowed(byte), byte != UInt8(ascii: ";")
            else { return false }
            previous = byte
        }
        return true
    }

    private func checkPath(_ path: [UInt8], behind offset: Int) {
        var arena = [UInt8](repeating: UInt8(ascii: "/"), count: offset) + path
        // What lies behind the range must not be looked at.
        arena += Array("//..;%".utf8)
        let range = offset..<offset + path.count
        var isUnchanged = false
        if case .unchanged = CanonicalPath.canonicalise(
            in: &arena, range, policy: ListenerPolicy())
        {
            isUnchanged = true
        }
        #expect(isUnchanged == isPlain(path), "\(text(path)) at \(offset)")
    }

    @Test func plainPaths() {
        var random = SeededGenerator(seed: 0x0070_6c61_696e)
        let usual = Array("abcxyzABCXYZ0189-_/ab/cd.ef".utf8)
        let unusual =
            Array(UInt8.min...UInt8.max)
            + Array(repeating: Array("/.".utf8), count: 90)
            .joined()
        for _ in 0..<40_000 {
            let count = Int.random(in: 0...40, using: &random)
            let path =
                [UInt8(ascii: "/")]
                + sample(count, usual: usual, unusual: unusual, &random)
            checkPath(path, behind: Int.random(in: 0...9, using: &random))
        }
        // Each byte, and each pair that matters, at each place of a block and a rest.
        for place in 1..<20 {
            for byte in UInt8.min...UInt8.max {
                var path = Array("/abcdefghijklmnopqrstuv".utf8)
                path[place] = byte
                checkPath(path, behind: 3)
            }
            for pair in ["//", "/.", "./", "..", "/;", "%2"] {
                var path = Array("/abcdefghijklmnopqrstuv".utf8)
                path.replaceSubrange(place..<place + 2, with: pair.utf8)
                checkPath(path, behind: 0)
            }
        }
    }

    private func naiveName(_ name: [UInt8]) -> [UInt8]? {
        var name = name
        if name.last == UInt8(ascii: ".") { name.removeLast() }
        guard 1...255 ~= name.count, name.allSatisfy(CanonicalHost.nameBytes.contains) else {
            return nil
        }
        let labels = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return labels.contains(where: \.isEmpty) ? nil : name.map(asciiLowercase)
    }

    @Test func hostNames() {
        var random = SeededGenerator(seed: 0x686f_7374)
        let usual = Array("abcxyz0189-ab.cd".utf8)
        let unusual =
            (UInt8.min...UInt8.max).filter { ![0x3A, 0x5B].contains($0) }
            + Array(repeating: Array("._ABZ".utf8), count: 40).joined()
        func check(_ name: [UInt8]) {
            #expect(CanonicalHost.parse(name)?.host == naiveName(name), "\(text(name))")
        }
        for _ in 0..<40_000 {
            let isLong = Int.random(in: 0..<20, using: &random) == 0
            let count = Int.random(in: isLong ? 240...270 : 0...40, using: &random)
            check(sample(count, usual: usual, unusual: unusual, &random))
        }
        for place in 0..<20 {
            for byte in UInt8.min...UInt8.max where ![0x3A, 0x5B].contains(byte) {
                var name = Array("abcdefghijklmnopqrstuv".utf8)
                name[place] = byte
                check(name)
                check(Array(name.prefix(place + 1)))
            }
            var name = Array("abcdefghijklmnopqrstuv".utf8)
            name.replaceSubrange(place..<place + 2, with: "..".utf8)
            check(name)
        }
    }

    /// The path and the query, or the reason of the refusal, of a target in origin-form.
    private func naiveSplit(_ target: [UInt8]) -> String {
        if target.contains(UInt8(ascii: "#")) { return "\(RefusalReason.fragmentInTarget)" }
        let parts = target.split(
            separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2, !parts[1].allSatisfy({ 0x21...0x7E ~= $0 }) {
            return "\(RefusalReason.queryControlByte)"
        }
        return parts.map { "\(Array($0))" }.joined(separator: "?")
    }

    @Test func targets() {
        var random = SeededGenerator(seed: 0x7461_7267_6574)
        let usual = Array("abcxyzABC019/.-_%=&;~!".utf8)
        let unusual =
            Array(UInt8.min...UInt8.max) + Array(repeating: Array("?".utf8), count: 120).joined()
            + Array(repeating: Array("#\u{1f} \u{7f}".utf8), count: 4).joined()
        func check(_ target: [UInt8]) {
            let arena = Array("GET ".utf8) + target + Array(" ?#\u{1}".utf8)
            let split: String
            switch RequestTarget.split(arena, method: 0..<3, target: 4..<4 + target.count) {
            case .failure(let refusal): split = "\(refusal.reason)"
            case .success(let found):
                let ranges = [found.path] + (found.query.map { [$0] } ?? [])
                split = ranges.map { "\(Array(arena[$0]))" }.joined(separator: "?")
            }
            #expect(split == naiveSplit(target), "\(text(target))")
        }
        for _ in 0..<40_000 {
            let count = Int.random(in: 0...40, using: &random)
            check([UInt8(ascii: "/")] + sample(count, usual: usual, unusual: unusual, &random))
        }
        for place in 1..<20 {
            for byte in UInt8.min...UInt8.max {
                for mark in [1, 2, 7, 8, 9, 15, 16, 19] {
                    var target = Array("/abcdefghijklmnopqrstuv".utf8)
                    target[mark] = UInt8(ascii: "?")
                    target[place] = byte
                    check(target)
                }
            }
        }
    }

    /// Every byte in every place of a block, wherever the block lies in its array.
    @Test func eachBitIsExact() {
        for other in Self.edges {
            for byte in UInt8.min...UInt8.max {
                let place = Int(byte) % 16
                var bytes = [UInt8](repeating: other, count: 40)
                bytes[20 + place] = byte
                checkBlocks(bytes, 20, 20 + 1 + place)
                checkBlocks(bytes, 20, 40)
            }
        }
        for count in 1...20 {
            let bytes = (0..<UInt8(count)).map { Self.edges[Int($0)] }
            for start in 0..<count {
                for end in (start + 1)...count { checkBlocks(bytes, start, end) }
            }
        }
    }

    private func checkBlocks(_ bytes: [UInt8], _ start: Int, _ end: Int) {
        let block = ByteBlock(bytes, start, end)
        let asked = bytes[start..<min(end, start + 16)]
        func bits(_ isMarked: (UInt8) -> Bool) -> UInt32 {
            asked.reversed().reduce(0) { $0 << 1 | (isMarked($1) ? 1 : 0) }
        }
        #expect(block.all == bits { _ in true })
        #expect(block.letters == bits { asciiLowercase($0) != asciiUppercase($0) })
        for (low, high) in [(0x21, 0x7E), (0x2D, 0x39), (0, 0x1F)] as [(UInt8, UInt8)] {
            #expect(block.within(low, high) == bits { (low...high).contains($0) }, "\(bytes)")
        }
        for byte in Self.edges { #expect(block.equal(byte) == bits { $0 == byte }, "\(bytes)") }
        for byte in [0x2F, 0x3A, bytes[start]] as [UInt8] {
            let first = bytes[start..<end].firstIndex(of: byte) ?? end
            #expect(ByteBlock.first(byte, bytes, start, end) == first)
        }
    }

    private func asciiUppercase(_ byte: UInt8) -> UInt8 {
        byte &- 0x61 < 26 ? byte & ~0x20 : byte
    }
}
