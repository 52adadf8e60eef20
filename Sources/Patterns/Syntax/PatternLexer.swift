/// Cuts a pattern into items as PCRE2 10.42 does under the options of `CompiledPattern`.
///
/// It is total: on a pattern that PCRE2 refuses it gives some items, and which ones does not
/// matter.
struct PatternLexer {
    let bytes: [UInt8]
    var offset = 0
    var options: PatternOptions = [.dotAll]
    /// The options outside of each open group.
    private var outerOptions: [PatternOptions] = []
    private var isQuoting = false
    /// Where a class begins that has no end.
    var unclosedClass: Int?

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The next item, or nil at the end.
    mutating func next() -> PatternToken? {
        while offset < bytes.count {
            if isQuoting {
                if skip("\\E") {
                    isQuoting = false
                    continue
                }
                return take(1, .byte(bytes[offset]))
            }
            if skip("\\Q") {
                isQuoting = true
                continue
            }
            if skip("\\E") || skipComment() || skipOptionGroup() { continue }
            return item()
        }
        return nil
    }

    private mutating func item() -> PatternToken {
        let byte = bytes[offset]
        switch Unicode.Scalar(byte) {
        case "\\": return escape()
        case "[": return characterClass()
        case "(": return group()
        case ")":
            let token = take(1, .close)
            options = outerOptions.popLast() ?? options
            return token
        case "|": return take(1, .bar)
        case "^": return take(1, .assertion(.start))
        case "$": return take(1, .assertion(.end))
        case ".": return take(1, .set(options.contains(.dotAll) ? .all : .notNewline))
        case "*", "+", "?", "{":
            return quantifier() ?? take(1, .byte(byte))
        default: return take(1, .byte(byte))
        }
    }

    /// Enters a group: its options hold up to its `)`.
    mutating func open(_ kind: PatternToken.Group, upTo end: Int, from start: Int)
        -> PatternToken
    {
        outerOptions.append(options)
        offset = min(end, bytes.count)
        return PatternToken(kind: .open(kind), span: start..<offset, options: options)
    }

    mutating func take(_ count: Int, _ kind: PatternToken.Kind) -> PatternToken {
        let start = offset
        offset = min(offset + count, bytes.count)
        return PatternToken(kind: kind, span: start..<offset, options: options)
    }

    // MARK: what is not an item

    /// `(?#…)` anywhere; in extended mode white space and `#` to the end of the line.
    private mutating func skipComment() -> Bool {
        if skip("(?#") {
            skipPast(UInt8(ascii: ")"))
            return true
        }
        guard options.contains(.extended) else { return false }
        if bytes[offset] == UInt8(ascii: "#") {
            skipPast(UInt8(ascii: "\n"))
            return true
        }
        guard ByteSet.space.contains(bytes[offset]) else { return false }
        offset += 1
        return true
    }

    /// `(?i)`: sets options up to the end of the group around it.
    private mutating func skipOptionGroup() -> Bool {
        guard let change = optionChange(), change.end < bytes.count,
            bytes[change.end] == UInt8(ascii: ")"), change.multiline == nil
        else { return false }
        options = change.options
        offset = change.end + 1
        return true
    }

    // MARK: looking and moving

    func at(_ index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }

    func looksAt(_ text: String, from start: Int? = nil) -> Bool {
        bytes.dropFirst(start ?? offset).starts(with: text.utf8)
    }

    mutating func skip(_ text: String) -> Bool {
        guard looksAt(text) else { return false }
        offset += text.utf8.count
        return true
    }

    mutating func skipPast(_ byte: UInt8) {
        offset = index(of: byte, from: offset).map { $0 + 1 } ?? bytes.count
    }

    func index(of byte: UInt8, from start: Int) -> Int? {
        start <= bytes.count ? bytes[start...].firstIndex(of: byte) : nil
    }

    /// The end of a run of bytes of `set`.
    func endOfRun(of set: ByteSet, from start: Int, atMost limit: Int = .max) -> Int {
        var end = start
        while let byte = at(end), set.contains(byte), end - start < limit { end += 1 }
        return end
    }
}
