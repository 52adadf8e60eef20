internal import RequestModel

/// What the known fields of one head say, gathered while its lines are read and judged at its end.
struct HeadFacts: ~Copyable {
    private var lengths = 0
    private var length = 0..<0
    private var codings = 0
    private var coding = 0..<0
    private var expects = 0
    private var expect = 0..<0
    private(set) var connection = ConnectionMembers()
    /// The lines that are not ordinary.
    private(set) var special = LineSet.none

    /// Takes note of the line with the number `index`; the fault of a bad Connection field is known
    /// at once.
    @inline(__always)
    mutating func note(
        _ bytes: [UInt8], _ line: FieldLine, at index: Int
    ) -> RefusalReason? {
        if line.isOrdinary { return nil }
        special.insert(index)
        return line.kind == .other ? nil : note(bytes, line.kind, value: line.value.indices)
    }

    private mutating func note(
        _ bytes: [UInt8], _ kind: FieldKind, value: Range<Int>
    ) -> RefusalReason? {
        switch kind {
        case .contentLength:
            lengths += 1
            length = value
        case .transferEncoding:
            codings += 1
            coding = value
        case .expect:
            expects += 1
            expect = value
        case .connection:
            return connection.add(bytes, value) ? nil : .badConnectionField
        default:
            break
        }
        return nil
    }

    /// The framing that Content-Length and Transfer-Encoding give, `.none` without both; refused
    /// when two readers could disagree (RFC 9112 section 6.3).
    func framing(_ bytes: [UInt8], isHTTP10: Bool) -> Result<BodyFraming, Refusal> {
        if codings > 0 {
            if isHTTP10 || codings > 1 { return .failure(Refusal(400, .badTransferEncoding)) }
            if lengths > 0 { return .failure(Refusal(400, .lengthAndTransferEncoding)) }
            return codingFraming(bytes)
        }
        if lengths == 0 { return .success(.none) }
        guard lengths == 1, let count = Self.decimal(bytes, length) else {
            return .failure(Refusal(400, .badContentLength))
        }
        return .success(.length(count))
    }

    /// Only `chunked` is known. Without it at the end nobody can tell where a request ends: 400;
    /// another coding below it is 501 (RFC 9112 section 6.1).
    private func codingFraming(_ bytes: [UInt8]) -> Result<BodyFraming, Refusal> {
        let text = bytes[coding]
        if FieldText.equalsIgnoringCase(text, Self.chunked) { return .success(.chunked) }
        let members = text.split(separator: 0x2C, omittingEmptySubsequences: false).map {
            bytes[FieldText.trimmed(bytes, $0.indices)]
        }
        let isLast = members.last.map { FieldText.equalsIgnoringCase($0, Self.chunked) } ?? false
        let isUnknown = members.dropLast().allSatisfy {
            FieldText.isToken($0) && !FieldText.equalsIgnoringCase($0, Self.chunked)
        }
        return .failure(
            isLast && isUnknown
                ? Refusal(501, .unknownTransferCoding) : Refusal(400, .badTransferEncoding))
    }

    /// Whether the request waits for 100 (Continue), nil when it expects anything else (RFC 9110
    /// section 10.1.1). An HTTP/1.0 request never waits.
    func expectsContinue(_ bytes: [UInt8], isHTTP10: Bool) -> Bool? {
        if expects == 0 { return false }
        guard expects == 1, FieldText.equalsIgnoringCase(bytes[expect], Self.hundredContinue) else {
            return nil
        }
        return !isHTTP10
    }

    /// The number that one or more digits and nothing else spell, at most 2^63 - 1.
    static func decimal(_ bytes: [UInt8], _ range: Range<Int>) -> UInt64? {
        if range.isEmpty { return nil }
        if range.count <= 8, let word = WordScan.word(bytes, range.upperBound - 8) {
            // The bytes before the number become leading zeros.
            let before = UInt64(truncatingIfNeeded: 8 &* (8 &- range.count))
            let digits = ((word ^ zeros) &>> before) &<< before
            return ByteLanes.decimal(digits ^ zeros)
        }
        var value: UInt64 = 0
        for index in range {
            let digit = UInt64(bytes[index] &- 0x30)
            guard digit < 10, value <= (UInt64(Int64.max) - digit) / 10 else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// "00000000".
    private static var zeros: UInt64 { 0x3030_3030_3030_3030 }

    private static let chunked = Array("chunked".utf8)
    private static let hundredContinue = Array("100-continue".utf8)
}
