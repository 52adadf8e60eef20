extension PatternLexer {
    /// At a `[`.
    mutating func characterClass() -> PatternToken {
        if looksAt("[[:<:]]") || looksAt("[[:>:]]") { return take(7, .opaque(.notUnderstood)) }
        var reader = ClassReader(lexer: self)
        let kind = reader.read()
        if reader.isUnclosed { unclosedClass = unclosedClass ?? offset }
        if case .refused = kind {
            // The place is the character, not the class.
            let span = reader.culprit
            offset = span.upperBound
            return PatternToken(kind: kind, span: span, options: options)
        }
        return take(reader.offset - offset, kind)
    }
}

/// Reads one class, from its `[` to behind its `]`.
private struct ClassReader {
    let lexer: PatternLexer
    let ignoresCase: Bool
    var offset: Int
    var isUnclosed = false
    var culprit = 0..<0

    private var set = ByteSet()
    private var isUnderstood = true
    private var isQuoting = false
    /// The last single character, which a `-` may make the start of a range.
    private var last: UInt8?
    private var rangeStart: UInt8?
    private var isMultibyte = false

    init(lexer: PatternLexer) {
        self.lexer = lexer
        ignoresCase = lexer.options.contains(.ignoresCase)
        offset = lexer.offset + 1
    }

    mutating func read() -> PatternToken.Kind {
        let isNegated = skipHead()
        var isFirst = true
        while let byte = lexer.at(offset) {
            if byte == UInt8(ascii: "]"), !isFirst, !isQuoting {
                offset += 1
                return result(isNegated)
            }
            isFirst = false
            member(byte)
            if isMultibyte { return .refused(.multibyteInClass) }
        }
        isUnclosed = true
        return .opaque(.notUnderstood)
    }

    private mutating func result(_ isNegated: Bool) -> PatternToken.Kind {
        if rangeStart != nil { add(UInt8(ascii: "-")) }
        guard isUnderstood else { return .opaque(.notUnderstood) }
        let folded = ignoresCase ? set.foldingCase : set
        return .set(isNegated ? ~folded : folded)
    }

    /// Skips `^`, and what may stand around it; tells whether it was there.
    private mutating func skipHead() -> Bool {
        var isNegated = false
        while let byte = lexer.at(offset) {
            if lexer.looksAt("\\Q\\E", from: offset) {
                offset += 4
            } else if lexer.looksAt("\\E", from: offset) {
                offset += 2
            } else if isIgnoredSpace(byte) {
                offset += 1
            } else if byte == UInt8(ascii: "^"), !isNegated {
                isNegated = true
                offset += 1
            } else {
                break
            }
        }
        return isNegated
    }

    private func isIgnoredSpace(_ byte: UInt8) -> Bool {
        lexer.options.contains(.extendedMore) && ByteSet.blank.contains(byte)
    }

    private mutating func member(_ byte: UInt8) {
        if byte >= 0x80 { return multibyte() }
        if isQuoting {
            if lexer.looksAt("\\E", from: offset) {
                isQuoting = false
                offset += 2
            } else {
                character(byte, length: 1)
            }
            return
        }
        if isIgnoredSpace(byte) {
            offset += 1
        } else if byte == UInt8(ascii: "["), let end = endOfPosixName() {
            posixClass(upTo: end)
        } else if byte == UInt8(ascii: "-"), last != nil, rangeStart == nil {
            rangeStart = last
            last = nil
            offset += 1
        } else if byte == UInt8(ascii: "\\") {
            escape()
        } else {
            character(byte, length: 1)
        }
    }

    private mutating func multibyte() {
        isMultibyte = true
        let continuation = ByteSet(0x80...0xBF)
        culprit = offset..<lexer.endOfRun(of: continuation, from: offset + 1, atMost: 3)
    }

    private mutating func character(_ byte: UInt8, length: Int) {
        offset += length
        guard let start = rangeStart else {
            add(byte)
            last = byte
            return
        }
        // PCRE2 refuses a range that runs backwards.
        if start <= byte { set = set | ByteSet(start...byte) } else { isUnderstood = false }
        rangeStart = nil
        last = nil
    }

    private mutating func add(_ byte: UInt8) { set.insert(byte) }

    private mutating func escape() {
        guard let letter = lexer.at(offset + 1) else {
            isUnderstood = false
            offset += 1
            return
        }
        if letter >= 0x80 {
            offset += 1
            return multibyte()
        }
        if let named = ByteSet.named(byEscape: letter) { return addClass(named, length: 2) }
        switch Unicode.Scalar(letter) {
        case "Q":
            isQuoting = true
            offset += 2
        case "E": offset += 2
        case "b": character(0x08, length: 2)
        case "p", "P":
            isUnderstood = false
            let isLong = lexer.at(offset + 2) == UInt8(ascii: "{")
            let end = isLong ? lexer.index(of: UInt8(ascii: "}"), from: offset) : offset + 2
            offset = min((end ?? offset) + 1, lexer.bytes.count)
        default:
            let value = lexer.byteEscape(at: offset)
            isUnderstood = isUnderstood && value.byte != nil
            character(value.byte ?? 0, length: value.length)
        }
    }

    /// A class cannot begin or end a range: PCRE2 refuses that, but for a `-` right before the `]`.
    private mutating func addClass(_ members: ByteSet, length: Int) {
        if rangeStart != nil { isUnderstood = false }
        set = set | members
        rangeStart = nil
        last = nil
        offset += length
    }

    private mutating func posixClass(upTo end: Int) {
        let inner = lexer.bytes[offset + 2..<end - 2]
        let isNegated = inner.first == UInt8(ascii: "^")
        let name = String(decoding: isNegated ? inner.dropFirst() : inner, as: UTF8.self)
        let members = ByteSet.named(posix: name, ignoresCase: ignoresCase)
        isUnderstood =
            isUnderstood && members != nil
            && lexer.at(offset + 1) == UInt8(ascii: ":")
        let named = members ?? ByteSet()
        addClass(isNegated ? ~named : named, length: end - offset)
    }

    /// The offset behind `:]` when a name such as `[:alpha:]` stands here. `[` or `]` on the way
    /// means that it is only a `[`.
    private func endOfPosixName() -> Int? {
        guard let terminator = lexer.at(offset + 1),
            ByteSet([0x2E, 0x3A, 0x3D]).contains(terminator)
        else { return nil }
        var index = offset + 2
        while let byte = lexer.at(index), let next = lexer.at(index + 1) {
            if byte == UInt8(ascii: "\\"), next == UInt8(ascii: "]") || next == byte {
                index += 2
            } else if byte == terminator, next == UInt8(ascii: "]") {
                return index + 2
            } else if byte == UInt8(ascii: "]")
                || (byte == UInt8(ascii: "[") && next == terminator)
            {
                return nil
            } else {
                index += 1
            }
        }
        return nil
    }
}
