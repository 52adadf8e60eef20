extension PatternLexer {
    /// At a backslash that is neither `\Q` nor `\E`.
    mutating func escape() -> PatternToken {
        guard let letter = at(offset + 1) else { return take(1, .opaque(.notUnderstood)) }
        if let set = ByteSet.named(byEscape: letter) { return take(2, .set(set)) }
        switch Unicode.Scalar(letter) {
        case "A": return take(2, .assertion(.start))
        case "z": return take(2, .assertion(.end))
        case "b": return take(2, .assertion(.wordBoundary))
        case "B": return take(2, .assertion(.notWordBoundary))
        case "N": return take(2, .set(.notNewline))
        case "Z": return take(2, .refused(.endBeforeNewline))
        case "G": return take(2, .refused(.searchStart))
        case "K": return take(2, .refused(.matchReset))
        case "R": return take(2, .refused(.newlineSequence))
        case "X": return take(2, .refused(.graphemeCluster))
        case "C": return take(2, .refused(.anyUnit))
        case "1"..."9":
            return take(endOfRun(of: .digit, from: offset + 1) - offset, .opaque(.backreference))
        case "g", "k": return take(lengthOfReference(), .opaque(.backreference))
        case "p", "P":
            let isLong = at(offset + 2) == UInt8(ascii: "{")
            return take(isLong ? lengthUpTo("}") : 3, .opaque(.unicodeProperty))
        default:
            let value = byteEscape(at: offset)
            return take(value.length, value.byte.map { .byte($0) } ?? .opaque(.notUnderstood))
        }
    }

    /// The length of `\g{…}`, `\g<…>`, `\g'…'`, `\g-1` and the like.
    private func lengthOfReference() -> Int {
        switch at(offset + 2).map({ Unicode.Scalar($0) }) {
        case "{": return lengthUpTo("}")
        case "<": return lengthUpTo(">")
        case "'":
            let end = index(of: UInt8(ascii: "'"), from: offset + 3) ?? bytes.count
            return end + 1 - offset
        case "+", "-": return endOfRun(of: .digit, from: offset + 3) - offset
        default: return endOfRun(of: .digit, from: offset + 2) - offset
        }
    }

    private func lengthUpTo(_ closer: Unicode.Scalar) -> Int {
        (index(of: UInt8(ascii: closer), from: offset) ?? bytes.count) + 1 - offset
    }

    /// An escape that stands for one byte, in a class or outside of one. `byte` is nil where this
    /// reader does not vouch for the value.
    func byteEscape(at start: Int) -> (byte: UInt8?, length: Int) {
        guard let letter = at(start + 1) else { return (nil, 1) }
        switch Unicode.Scalar(letter) {
        case "a": return (0x07, 2)
        case "e": return (0x1B, 2)
        case "f": return (0x0C, 2)
        case "n": return (0x0A, 2)
        case "r": return (0x0D, 2)
        case "t": return (0x09, 2)
        case "c": return controlEscape(at: start)
        case "x": return hexEscape(at: start)
        case "o": return bracedEscape(at: start, digits: ByteSet(0x30...0x37), radix: 8)
        case "0":
            let end = endOfRun(of: ByteSet(0x30...0x37), from: start + 1, atMost: 3)
            return (value(of: start + 1..<end, radix: 8), end - start)
        default:
            return (ByteSet.alphanumeric.contains(letter) ? nil : letter, 2)
        }
    }

    private func controlEscape(at start: Int) -> (byte: UInt8?, length: Int) {
        guard let named = at(start + 2), ByteSet.print.contains(named) else { return (nil, 3) }
        let upper = ByteSet.lower.contains(named) ? named - 32 : named
        return (upper ^ 0x40, 3)
    }

    private func hexEscape(at start: Int) -> (byte: UInt8?, length: Int) {
        if at(start + 2) == UInt8(ascii: "{") {
            return bracedEscape(at: start, digits: .hexDigit, radix: 16)
        }
        let end = endOfRun(of: .hexDigit, from: start + 2, atMost: 2)
        // `\x` without digits is the byte 0.
        return (end == start + 2 ? 0 : value(of: start + 2..<end, radix: 16), end - start)
    }

    private func bracedEscape(at start: Int, digits: ByteSet, radix: Int)
        -> (byte: UInt8?, length: Int)
    {
        guard at(start + 2) == UInt8(ascii: "{") else { return (nil, 2) }
        let end = endOfRun(of: digits, from: start + 3)
        let closer = index(of: UInt8(ascii: "}"), from: start + 2) ?? bytes.count - 1
        guard end > start + 3, end == closer else { return (nil, closer + 1 - start) }
        return (value(of: start + 3..<end, radix: radix), closer + 1 - start)
    }

    /// Nil when it does not fit a byte.
    private func value(of range: Range<Int>, radix: Int) -> UInt8? {
        UInt8(String(decoding: bytes[range], as: UTF8.self), radix: radix)
    }

    /// At `*`, `+`, `?` or `{`; nil when the brace is a character like any other. `{,2}` and
    /// `{ 1, 2 }` are text before PCRE2 10.43 and quantifiers from there on, so nobody vouches for
    /// them.
    mutating func quantifier() -> PatternToken? {
        let start = offset
        var bounds: (minimum: Int, maximum: Int?)
        var end = start + 1
        switch Unicode.Scalar(bytes[start]) {
        case "*": bounds = (0, nil)
        case "+": bounds = (1, nil)
        case "?": bounds = (0, 1)
        default:
            guard let braces = bracedBounds() else {
                return looseBounds().map { take($0, .opaque(.notUnderstood)) }
            }
            bounds = (braces.minimum, braces.maximum)
            end = braces.end
        }
        var mode: PatternToken.RepetitionMode = options.contains(.lazy) ? .lazy : .greedy
        if at(end) == UInt8(ascii: "+") {
            mode = .possessive
            end += 1
        } else if at(end) == UInt8(ascii: "?") {
            mode = mode == .lazy ? .greedy : .lazy
            end += 1
        }
        let quantifier = PatternToken.Quantifier(
            minimum: bounds.minimum, maximum: bounds.maximum, mode: mode)
        return take(end - start, .quantifier(quantifier))
    }

    /// `{n}`, `{n,}`, `{n,m}`, without white space; before PCRE2 10.43 `{,n}` is text.
    private func bracedBounds() -> (minimum: Int, maximum: Int?, end: Int)? {
        let low = offset + 1..<endOfRun(of: .digit, from: offset + 1)
        guard let minimum = number(in: low) else { return nil }
        if at(low.upperBound) == UInt8(ascii: "}") {
            return (minimum, minimum, low.upperBound + 1)
        }
        guard at(low.upperBound) == UInt8(ascii: ",") else { return nil }
        let highStart = low.upperBound + 1
        let high = highStart..<endOfRun(of: .digit, from: highStart)
        guard at(high.upperBound) == UInt8(ascii: "}") else { return nil }
        if high.isEmpty { return (minimum, nil, high.upperBound + 1) }
        return number(in: high).map { (minimum, $0, high.upperBound + 1) }
    }

    /// The length of what newer versions take for `{n}`, `{,m}`, `{n,}` or `{n,m}`.
    private func looseBounds() -> Int? {
        let members = ByteSet.digit | ByteSet.blank | ByteSet([UInt8(ascii: ",")])
        let end = endOfRun(of: members, from: offset + 1)
        guard at(end) == UInt8(ascii: "}"),
            bytes[offset + 1..<end].contains(where: ByteSet.digit.contains)
        else { return nil }
        return end + 1 - offset
    }

    private func number(in range: Range<Int>) -> Int? {
        Int(String(decoding: bytes[range], as: UTF8.self))
    }
}
