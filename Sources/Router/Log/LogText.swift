internal import RequestModel
internal import RuleLang
internal import Sockets

/// Bytes of a log line under construction, with what must not go into a log as it is escaped.
struct LogText: ~Copyable {
    var bytes = ByteBuffer()

    mutating func clear() { bytes.removeAll(keepingUpTo: 64 << 10) }

    mutating func raw(_ more: [UInt8]) { bytes.append(all: more) }

    mutating func raw(_ texts: TextArena, _ range: Range<Int>) {
        bytes.append(texts, in: range)
    }

    @inline(__always)
    mutating func raw(_ text: StaticString) { bytes.append(text) }

    mutating func raw(_ byte: UInt8) { bytes.append(byte) }

    @inline(__always)
    mutating func number(_ value: some BinaryInteger) {
        bytes.append(decimal: UInt64(clamping: value))
    }

    mutating func build(_ write: (inout ByteBuffer) -> Void) { write(&bytes) }

    /// The inside of a JSON string: control bytes, quotes and bytes beyond ASCII as `\u00xx`, so
    /// that no client can break the line, a terminal or the encoding.
    @inline(__always)
    mutating func json(_ source: [UInt8], _ range: Range<Int>) {
        let end = bytes.append(cleanOf: source, in: range)
        if end < range.upperBound { escapeJSON(source, end..<range.upperBound) }
    }

    /// Goes on at a byte that needs an escape.
    private mutating func escapeJSON(_ source: [UInt8], _ range: Range<Int>) {
        var start = range.lowerBound
        while start < range.upperBound {
            let byte = source[start]
            if byte == 0x22 || byte == 0x5c {
                bytes.append(0x5c)
                bytes.append(byte)
            } else {
                bytes.append("\\u00")
                appendHex(byte)
            }
            start = bytes.append(cleanOf: source, in: start + 1..<range.upperBound)
        }
    }

    mutating func json(_ source: [UInt8]) { json(source, source.indices) }

    /// For formats that are not JSON: the same bytes as `\xHH`.
    @inline(__always)
    mutating func plain(_ source: [UInt8], _ range: Range<Int>) {
        let end = bytes.append(cleanOf: source, in: range)
        if end < range.upperBound { escapePlain(source, end..<range.upperBound) }
    }

    /// Goes on at a byte that needs an escape.
    private mutating func escapePlain(_ source: [UInt8], _ range: Range<Int>) {
        var start = range.lowerBound
        while start < range.upperBound {
            bytes.append("\\x")
            appendHex(source[start])
            start = bytes.append(cleanOf: source, in: start + 1..<range.upperBound)
        }
    }

    mutating func plain(_ source: [UInt8]) { plain(source, source.indices) }

    /// A name of the program.
    mutating func plain(_ text: String) {
        for byte in text.utf8 {
            if ByteBuffer.isClean(byte) {
                bytes.append(byte)
            } else {
                bytes.append("\\x")
                appendHex(byte)
            }
        }
    }

    private mutating func appendHex(_ byte: UInt8) {
        bytes.append(HexDigits.lower[Int(byte >> 4)])
        bytes.append(HexDigits.lower[Int(byte & 15)])
    }

    /// A name of the program, escaped for formats that are not JSON.
    static func plain(_ text: String) -> [UInt8] {
        var escaped = LogText()
        escaped.plain(text)
        var bytes: [UInt8] = []
        escaped.bytes.copy(to: &bytes)
        return bytes
    }

    /// `,"name":"value"` for a value that does not change.
    static func member(_ name: String, _ value: String) -> [UInt8] {
        var text = LogText()
        text.raw(Array(",\"\(name)\":\"".utf8))
        text.json(Array(value.utf8))
        text.raw(UInt8(ascii: "\""))
        var member: [UInt8] = []
        text.bytes.copy(to: &member)
        return member
    }
}
