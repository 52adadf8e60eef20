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
        if bytes[method].elementsEqual(connect) { return .failure(Refusal(405, .connectRefused)) }
        guard !target.isEmpty else { return .failure(Refusal(400, .badTarget)) }
        guard !bytes[target].contains(UInt8(ascii: "#")) else {
            return .failure(Refusal(400, .fragmentInTarget))
        }
        if bytes[target.lowerBound] == UInt8(ascii: "/") {
            return pathAndQuery(bytes, authority: nil, target)
        }
        if target.count == 1, bytes[target.lowerBound] == UInt8(ascii: "*") {
            guard bytes[method].elementsEqual(options) else {
                return .failure(Refusal(400, .badTarget))
            }
            return .success(RequestTarget(path: target, isAsterisk: true))
        }
        return absolute(bytes, target)
    }

    private static func absolute(
        _ bytes: [UInt8], _ target: Range<Int>
    ) -> Result<RequestTarget, Refusal> {
        for scheme in schemes where target.count >= scheme.count {
            let start = target.lowerBound + scheme.count
            guard ASCII.matches(bytes, target.lowerBound..<start, scheme) else { continue }
            let rest = start..<target.upperBound
            let end = bytes[rest].firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }
            let authority = start..<(end ?? rest.upperBound)
            guard !bytes[authority].contains(UInt8(ascii: "@")) else { break }
            return pathAndQuery(
                bytes, authority: authority, authority.upperBound..<rest.upperBound
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
        _ bytes: [UInt8], authority: Range<Int>?, _ range: Range<Int>
    ) -> Result<RequestTarget, Refusal> {
        guard let mark = bytes[range].firstIndex(of: UInt8(ascii: "?")) else {
            return .success(RequestTarget(authority: authority, path: range))
        }
        let query = mark + 1..<range.upperBound
        guard bytes[query].allSatisfy({ 0x21...0x7e ~= $0 }) else {
            return .failure(Refusal(400, .queryControlByte))
        }
        return .success(
            RequestTarget(authority: authority, path: range.lowerBound..<mark, query: query))
    }
}
