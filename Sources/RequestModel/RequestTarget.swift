/// The parts of a request-target (RFC 9112 section 3.2), as ranges into the arena it lies in.
struct RequestTarget {
    /// Absolute-form only; may be malformed.
    var authority: Range<Int>?
    /// Without the query; empty in absolute-form without a path; "*" in asterisk-form.
    var path: Range<Int>
    /// Without its "?".
    var query: Range<Int>?
    var isAsterisk = false
    /// Absolute-form with `https`.
    var isSecure = false

    private static let connect = Array("CONNECT".utf8)
    private static let options = Array("OPTIONS".utf8)
    private static let schemes = [Array("http://".utf8), Array("https://".utf8)]

    static func split(
        _ bytes: [UInt8], method: Range<Int>, target: Range<Int>
    ) -> Result<RequestTarget, Refusal> {
        if method.count == connect.count, bytes[method].elementsEqual(connect) {
            return .failure(Refusal(405, .connectRefused))
        }
        guard !target.isEmpty else { return .failure(Refusal(400, .badTarget)) }
        let marks = TargetMarks(bytes, target)
        if marks.hasFragment { return .failure(Refusal(400, .fragmentInTarget)) }
        if bytes[target.lowerBound] == UInt8(ascii: "/") {
            return pathAndQuery(authority: nil, target, marks)
        }
        if target.count == 1, bytes[target.lowerBound] == UInt8(ascii: "*") {
            guard bytes[method].elementsEqual(options) else {
                return .failure(Refusal(400, .badTarget))
            }
            return .success(RequestTarget(path: target, isAsterisk: true))
        }
        return absolute(bytes, target, marks)
    }

    private static func absolute(
        _ bytes: [UInt8], _ target: Range<Int>, _ marks: TargetMarks
    ) -> Result<RequestTarget, Refusal> {
        for scheme in schemes where target.count >= scheme.count {
            let start = target.lowerBound + scheme.count
            guard ASCII.matches(bytes, target.lowerBound..<start, scheme) else { continue }
            let rest = start..<target.upperBound
            let end = bytes[rest].firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }
            let authority = start..<(end ?? rest.upperBound)
            guard !bytes[authority].contains(UInt8(ascii: "@")) else { break }
            return pathAndQuery(
                authority: authority, authority.upperBound..<rest.upperBound, marks
            ).map { parts in
                var parts = parts
                parts.isSecure = scheme.count == 8
                return parts
            }
        }
        // `host:port` is authority-form, which is CONNECT's.
        let isAuthority = CanonicalHost.parse(bytes[target])?.port != nil
        return .failure(isAuthority ? Refusal(405, .connectRefused) : Refusal(400, .badTarget))
    }

    private static func pathAndQuery(
        authority: Range<Int>?, _ range: Range<Int>, _ marks: TargetMarks
    ) -> Result<RequestTarget, Refusal> {
        guard let mark = marks.query else {
            return .success(RequestTarget(authority: authority, path: range))
        }
        guard !marks.hasControlInQuery else { return .failure(Refusal(400, .queryControlByte)) }
        return .success(
            RequestTarget(
                authority: authority, path: range.lowerBound..<mark,
                query: mark + 1..<range.upperBound))
    }
}

/// What one look at the bytes of a request-target finds.
private struct TargetMarks {
    /// The first "?".
    var query: Int?
    var hasFragment = false
    /// Behind the first "?" is a byte that is not visible ASCII.
    var hasControlInQuery = false

    init(_ bytes: [UInt8], _ target: Range<Int>) {
        var fragments: UInt32 = 0
        var controls: UInt32 = 0
        var start = target.lowerBound
        while start < target.upperBound {
            let block = ByteBlock(bytes, start, target.upperBound)
            fragments |= block.equal(UInt8(ascii: "#"))
            var inQuery = block.all
            if query == nil {
                let marks = block.equal(UInt8(ascii: "?"))
                if marks != 0 { query = start &+ marks.trailingZeroBitCount }
                // What is before the mark is no part of the query.
                inQuery &= 0 &- marks
            }
            controls |= inQuery & ~block.within(0x21, 0x7E)
            start &+= ByteBlock.width
        }
        hasFragment = fragments != 0
        hasControlInQuery = controls != 0
    }
}
