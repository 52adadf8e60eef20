/// `HTTP/1.x SP 3DIGIT [SP reason] CRLF` (RFC 9112 section 4).
struct StatusLine {
    var isHTTP10: Bool
    var status: UInt16
    var reason: Range<Int>
    /// The offset after the CRLF.
    var end: Int

    private static let versionEnd = 8
    private static let statusEnd = 12

    /// Reads the status line at the start of `bytes`; nil when it is not one of HTTP/1
    /// with a status of 100 to 599.
    static func parse(_ bytes: [UInt8]) -> StatusLine? {
        guard bytes.count > statusEnd,
            let (major, minor) = RequestLine.versionDigits(bytes, 0..<versionEnd),
            major == 1, bytes[versionEnd] == 0x20,
            let status = status(bytes)
        else { return nil }
        var index = statusEnd
        if bytes[index] == 0x20 { index += 1 }
        let start = index
        if start > statusEnd {
            while index < bytes.count, FieldText.isValueByte(bytes[index]) { index += 1 }
        }
        guard FieldLineReader.isLineEnd(bytes, index) else { return nil }
        return StatusLine(
            isHTTP10: minor == 0, status: status, reason: start..<index, end: index + 2)
    }

    /// A line without anything unusual that ends at `lineEnd`, without control bytes; nil for every
    /// other line.
    static func plain(_ bytes: [UInt8], _ lineEnd: Int) -> StatusLine? {
        guard let version = WordScan.word(bytes, 0),
            version == RequestLine.http11 || version == RequestLine.http10,
            lineEnd > statusEnd, bytes[versionEnd] == 0x20, bytes[statusEnd] == 0x20,
            let status = status(bytes)
        else { return nil }
        return StatusLine(
            isHTTP10: version == RequestLine.http10, status: status,
            reason: statusEnd + 1..<lineEnd, end: lineEnd + 2)
    }

    private static func status(_ bytes: [UInt8]) -> UInt16? {
        var value: UInt16 = 0
        for index in versionEnd + 1..<statusEnd {
            let digit = bytes[index] &- 0x30
            guard digit < 10 else { return nil }
            value = value * 10 + UInt16(digit)
        }
        return (100...599).contains(value) ? value : nil
    }
}
