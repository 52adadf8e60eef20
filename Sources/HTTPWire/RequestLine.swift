internal import RequestModel

/// `METHOD SP target SP HTTP/1.x CRLF` (RFC 9112 section 3), one space at each place.
struct RequestLine {
    var method: Range<Int>
    var target: Range<Int>
    var version: HTTPVersion
    /// The offset after the CRLF.
    var end: Int

    private static let longestMethod = 32

    /// A line without anything unusual that ends at `lineEnd`, without control bytes; nil for every
    /// other line.
    static func plain(
        _ bytes: [UInt8], _ lineEnd: Int, targetLimit: Int
    ) -> RequestLine? {
        guard let version = WordScan.word(bytes, lineEnd - 8), lineEnd > 9,
            version == http11 || version == http10, bytes[lineEnd - 9] == 0x20
        else { return nil }
        // "GET " nearly always.
        var index = WordScan.word(bytes, 0).map { UInt32(truncatingIfNeeded: $0) } == get ? 3 : 0
        while FieldText.isTokenByte(bytes[index]) { index += 1 }
        guard index > 0, index <= longestMethod, bytes[index] == 0x20 else { return nil }
        let target = index + 1..<max(index + 1, lineEnd - 9)
        // The space behind the target ends the search, which needs no end of its own.
        guard !target.isEmpty, target.count <= targetLimit,
            WordScan.firstSpace(bytes, target.lowerBound, bytes.count) == target.upperBound
        else { return nil }
        return RequestLine(
            method: 0..<index, target: target, version: version == http11 ? .http11 : .http10,
            end: lineEnd + 2)
    }

    /// `HTTP/1.1` and `HTTP/1.0`, the first byte lowest.
    static var http11: UInt64 { 0x312e_312f_5054_5448 }
    static var http10: UInt64 { 0x302e_312f_5054_5448 }
    private static var get: UInt32 { 0x2054_4547 }

    /// Reads the request line at the start of `bytes`.
    static func parse(_ bytes: [UInt8], targetLimit: Int) -> Result<RequestLine, Refusal> {
        var index = 0
        while index < bytes.count, FieldText.isTokenByte(bytes[index]) { index += 1 }
        guard index > 0, index < bytes.count, bytes[index] == 0x20 else {
            return .failure(methodRefusal(bytes, index))
        }
        // RFC 9112 section 3: a method longer than any implemented is 501.
        guard index <= longestMethod else { return .failure(Refusal(501, .unknownMethod)) }
        let method = 0..<index
        index += 1
        let targetStart = index
        while index < bytes.count, bytes[index] > 0x20, bytes[index] != 0x7F { index += 1 }
        guard index - targetStart <= targetLimit else {
            return .failure(Refusal(414, .targetTooLong))
        }
        guard index > targetStart, index < bytes.count, bytes[index] == 0x20 else {
            return .failure(targetRefusal(bytes, index, isEmpty: index == targetStart))
        }
        let target = targetStart..<index
        return versionAndEnd(bytes, from: index + 1).map { version, end in
            RequestLine(method: method, target: target, version: version, end: end)
        }
    }

    private static func methodRefusal(_ bytes: [UInt8], _ index: Int) -> Refusal {
        let isCut = index >= bytes.count || bytes[index] == 0x20
        if isCut || FieldLineReader.isLineEnd(bytes, index) { return Refusal(400, .badRequestLine) }
        return Refusal(400, FieldLineReader.lineFault(bytes, index, .badMethod))
    }

    private static func targetRefusal(_ bytes: [UInt8], _ index: Int, isEmpty: Bool) -> Refusal {
        // A line that ends here is an HTTP/0.9 request.
        let isCut = index >= bytes.count || FieldLineReader.isLineEnd(bytes, index)
        if isCut || (isEmpty && bytes[index] == 0x20) { return Refusal(400, .badRequestLine) }
        return Refusal(400, FieldLineReader.lineFault(bytes, index, .badTarget))
    }

    private static func versionAndEnd(
        _ bytes: [UInt8], from start: Int
    ) -> Result<(HTTPVersion, Int), Refusal> {
        var end = start
        while end < bytes.count, bytes[end] > 0x20, bytes[end] != 0x7F { end += 1 }
        guard FieldLineReader.isLineEnd(bytes, end) else {
            return .failure(Refusal(400, FieldLineReader.lineFault(bytes, end, .badRequestLine)))
        }
        if end == start { return .failure(Refusal(400, .badRequestLine)) }
        guard let (major, minor) = versionDigits(bytes, start..<end) else {
            return .failure(Refusal(400, .badVersion))
        }
        switch (major, minor) {
        case (1, 0): return .success((.http10, end + 2))
        // A later minor version is read as the last one that is known (RFC 9110 section 2.5).
        case (1, _): return .success((.http11, end + 2))
        default: return .failure(Refusal(505, .badVersion))
        }
    }

    /// The digits of `HTTP/d.d` (RFC 9112 section 2.3), which is sensitive to case.
    static func versionDigits(_ bytes: [UInt8], _ range: Range<Int>) -> (UInt8, UInt8)? {
        guard range.count == 8, bytes[range].starts(with: prefix) else { return nil }
        let major = bytes[range.lowerBound + 5] &- 0x30
        let minor = bytes[range.lowerBound + 7] &- 0x30
        guard major < 10, minor < 10, bytes[range.lowerBound + 6] == 0x2E else { return nil }
        return (major, minor)
    }

    private static let prefix = Array("HTTP/".utf8)
}
