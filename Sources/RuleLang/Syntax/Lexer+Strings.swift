/// Strings: with escapes, and raw for regexes. Other quotes are read as `"`, with a fix-it.
extension Lexer {
    /// How far a string at `start` reaches: the quotes' lengths, the end, and whether it was
    /// closed.
    private struct Extent {
        var open: Int
        var close: Int
        var end: Int
        var isClosed: Bool
    }

    /// Moves behind the string at the present place, reporting its quotes only.
    mutating func skipString(isRaw: Bool) {
        let start = offset
        let extent = extent(at: start)
        offset = extent.end
        checkQuotes(extent, at: start)
        checkText(start + extent.open..<extent.end - (extent.isClosed ? extent.close : 0))
    }

    /// The bytes of the string at `start`. Raw: as written, where only `\"` hides a quote.
    mutating func string(at start: Int, isRaw: Bool) -> StringSyntax {
        let extent = extent(at: start)
        let inner = start + extent.open..<extent.end - (extent.isClosed ? extent.close : 0)
        offset = extent.end
        let content = isRaw ? Array(bytes[inner]) : unescaped(inner)
        return StringSyntax(bytes: content, span: span(start, extent.end))
    }

    private func extent(at start: Int) -> Extent {
        let open = typographicQuote(at: start) ?? 1
        let quote = bytes[start]
        var index = start + open
        while let byte = byte(index), byte != 0x0a {
            if open == 3, let close = typographicQuote(at: index) {
                return Extent(open: open, close: close, end: index + close, isClosed: true)
            }
            if byte == UInt8(ascii: "\\"), let next = self.byte(index + 1), next != 0x0a {
                index += 2
                continue
            }
            if byte == quote, open == 1 {
                return Extent(open: open, close: 1, end: index + 1, isClosed: true)
            }
            index += 1
        }
        if index > start, bytes[index - 1] == 0x0d { index -= 1 }
        return Extent(open: open, close: 0, end: max(index, start + open), isClosed: false)
    }

    private mutating func checkQuotes(_ extent: Extent, at start: Int) {
        let whole = span(start, extent.end)
        guard extent.isClosed else {
            report(
                Diagnostic(
                    .unterminatedString, at: whole, "this string has no closing quote on its line",
                    help: "add `\"`; a line break in a string is written `\\n`"), at: start)
            return
        }
        guard bytes[start] != UInt8(ascii: "\""), !isInTemplate else { return }
        let close = extent.end - extent.close
        report(
            Diagnostic(
                .foreignSpelling, at: whole, "strings are quoted with `\"`",
                fixIt: .init(
                    .safe,
                    [
                        .init(span(start, start + extent.open), "\""),
                        .init(span(close, extent.end), "\""),
                    ])), at: start)
    }

    mutating func unescaped(_ range: Range<Int>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            guard bytes[index] == UInt8(ascii: "\\") else {
                result.append(bytes[index])
                index += 1
                continue
            }
            index = escape(at: index, end: range.upperBound, into: &result)
        }
        return result
    }

    /// One escape; where it ends.
    private mutating func escape(at start: Int, end: Int, into result: inout [UInt8]) -> Int {
        switch byte(start + 1) {
        case UInt8(ascii: "\""): result.append(UInt8(ascii: "\""))
        case UInt8(ascii: "\\"): result.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "n"): result.append(0x0a)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "u"): return unicodeEscape(at: start, end: end, into: &result)
        default:
            let stop = min(start + 2, end)
            report(
                Diagnostic(
                    .badEscape, at: span(start, stop),
                    "`\(String(decoding: bytes[start..<stop], as: UTF8.self))` is not an escape",
                    help: "the escapes are \\\" \\\\ \\n \\t and \\u{…}; a backslash is written "
                        + "`\\\\`"), at: start)
            return stop
        }
        return start + 2
    }

    private mutating func unicodeEscape(
        at start: Int, end: Int, into result: inout [UInt8]
    ) -> Int {
        var index = start + 2
        var value: UInt32 = 0
        var digits = 0
        if index < end, bytes[index] == UInt8(ascii: "{") {
            index += 1
            while index < end, digits < 7, let digit = bytes[index].hexValue {
                value = value << 4 | UInt32(digit)
                digits += 1
                index += 1
            }
        }
        let isClosed = index < end && bytes[index] == UInt8(ascii: "}")
        if isClosed, (1...6).contains(digits), let scalar = Unicode.Scalar(value) {
            result.append(contentsOf: String(Character(scalar)).utf8)
            return index + 1
        }
        let stop = isClosed ? index + 1 : index
        report(
            Diagnostic(
                .badEscape, at: span(start, stop),
                "`\(String(decoding: bytes[start..<stop], as: UTF8.self))` is not a Unicode scalar",
                help: "write one to six hexadecimal digits: `\\u{e9}`"), at: start)
        return stop
    }
}
