internal import RequestModel

/// The bytes of all operands and keys of a tree in one array, so that evaluation reads them by
/// offset. Equal texts are stored once.
struct LiteralPool {
    private(set) var bytes: [UInt8] = []
    private let hash: KeyHash
    private var texts: [LiteralText] = []
    private var numbers = NumberTable()

    init(_ hash: KeyHash) { self.hash = hash }

    mutating func reserve(_ count: Int) {
        texts.reserveCapacity(count)
        numbers.reserve(count)
    }

    /// The offset of `text` in `bytes`; 0 for the empty one.
    mutating func intern(_ text: [UInt8]) -> UInt32 {
        if text.isEmpty { return 0 }
        let hash = hash.hash(text, 0..<text.count)
        let known = numbers.find(hash) { number in
            let known = texts[Int(number)]
            return Int(known.length) == text.count
                && Bytes.equal(text, at: 0, bytes, Int(known.offset), text.count)
        }
        if let known { return texts[Int(known)].offset }
        let offset = UInt32(bytes.count)
        bytes += text
        numbers.add(hash, UInt32(texts.count))
        texts.append(LiteralText(offset: offset, length: UInt32(text.count)))
        return offset
    }
}

/// A text of a `LiteralPool`. Equal texts of one pool are equal.
struct LiteralText: Hashable {
    var offset: UInt32
    var length: UInt32
}

extension LiteralPool {
    mutating func text(_ text: [UInt8]) -> LiteralText {
        LiteralText(offset: intern(text), length: UInt32(text.count))
    }

    mutating func lowercased(_ text: LiteralText) -> LiteralText {
        let bytes = bytes(text)
        guard bytes.contains(where: { $0 != asciiLowercase($0) }) else { return text }
        return self.text(bytes.map(asciiLowercase))
    }

    func bytes(_ text: LiteralText) -> ArraySlice<UInt8> {
        bytes[Int(text.offset)..<Int(text.offset + text.length)]
    }
}

/// "No such thing" among the 32-bit numbers of a tree: nodes, rows, slots.
let absent = UInt32.max
