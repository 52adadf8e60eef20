/// A set of byte values.
package struct ByteSet: Hashable, Sendable {
    private var words: SIMD4<UInt64>

    package init() { words = .zero }

    private init(words: SIMD4<UInt64>) { self.words = words }

    package init(_ range: ClosedRange<UInt8>) {
        self.init()
        for byte in range { insert(byte) }
    }

    package init(_ members: some Sequence<UInt8>) {
        self.init()
        for byte in members { insert(byte) }
    }

    package static let all = ByteSet(0...255)

    package mutating func insert(_ byte: UInt8) {
        words[Int(byte >> 6)] |= 1 << UInt64(byte & 63)
    }

    package func contains(_ byte: UInt8) -> Bool {
        words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1
    }

    package var count: Int {
        (0..<4).reduce(0) { $0 + words[$1].nonzeroBitCount }
    }

    package var isEmpty: Bool { words == .zero }

    /// In ascending order.
    package var members: [UInt8] { (UInt8.min...UInt8.max).filter(contains) }

    package static func | (left: ByteSet, right: ByteSet) -> ByteSet {
        ByteSet(words: left.words | right.words)
    }

    package static func & (left: ByteSet, right: ByteSet) -> ByteSet {
        ByteSet(words: left.words & right.words)
    }

    package static prefix func ~ (set: ByteSet) -> ByteSet { ByteSet(words: ~set.words) }

    /// With the other case of each ASCII letter in it.
    package var foldingCase: ByteSet {
        members.reduce(into: self) { set, byte in
            if let other = byte.otherCase { set.insert(other) }
        }
    }
}

extension UInt8 {
    /// The same ASCII letter in the other case; absent for what is not an ASCII letter.
    package var otherCase: UInt8? {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): self - 32
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): self + 32
        default: nil
        }
    }
}

/// The classes that PCRE2 has names for, as its built-in tables and its byte mode hold them.
extension ByteSet {
    static let digit = ByteSet(UInt8(ascii: "0")...UInt8(ascii: "9"))
    static let lower = ByteSet(UInt8(ascii: "a")...UInt8(ascii: "z"))
    static let upper = ByteSet(UInt8(ascii: "A")...UInt8(ascii: "Z"))
    static let alpha = lower | upper
    static let alphanumeric = alpha | digit
    static let word = alphanumeric | ByteSet([UInt8(ascii: "_")])
    static let blank = ByteSet([0x09, 0x20])
    static let space = ByteSet(0x09...0x0D) | ByteSet([0x20])
    static let control = ByteSet(0x00...0x1F) | ByteSet([0x7F])
    static let graph = ByteSet(0x21...0x7E)
    static let print = ByteSet(0x20...0x7E)
    static let punctuation = graph & ~alphanumeric
    static let hexDigit =
        digit | ByteSet(UInt8(ascii: "a")...UInt8(ascii: "f"))
        | ByteSet(UInt8(ascii: "A")...UInt8(ascii: "F"))
    static let ascii = ByteSet(0x00...0x7F)
    static let horizontalSpace = ByteSet([0x09, 0x20, 0xA0])
    static let verticalSpace = ByteSet(0x0A...0x0D) | ByteSet([0x85])
    static let notNewline = ~ByteSet([0x0A])

    /// The class that a letter behind a backslash stands for, in a class or outside of one.
    static func named(byEscape letter: UInt8) -> ByteSet? {
        switch Unicode.Scalar(letter) {
        case "d": digit
        case "D": ~digit
        case "s": space
        case "S": ~space
        case "w": word
        case "W": ~word
        case "h": horizontalSpace
        case "H": ~horizontalSpace
        case "v": verticalSpace
        case "V": ~verticalSpace
        default: nil
        }
    }

    /// The class of `[:name:]`; where case is ignored, the two cases are one class.
    static func named(posix name: String, ignoresCase: Bool) -> ByteSet? {
        switch name {
        case "alpha": alpha
        case "lower": ignoresCase ? alpha : lower
        case "upper": ignoresCase ? alpha : upper
        case "alnum": alphanumeric
        case "ascii": ascii
        case "blank": blank
        case "cntrl": control
        case "digit": digit
        case "graph": graph
        case "print": print
        case "punct": punctuation
        case "space": space
        case "word": word
        case "xdigit": hexDigit
        default: nil
        }
    }
}
