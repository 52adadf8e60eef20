internal import RequestModel
internal import RuleLang

/// `redact query` and `redact cookie`: the values of the listed names are logged as `***`.
struct Redaction: Sendable {
    let queries: Set<[UInt8]>
    let cookies: Set<[UInt8]>

    init(_ settings: LogSettings) {
        queries = settings.redactedQueries
        cookies = settings.redactedCookies
    }

    private static let mask = Array("=***".utf8)

    func query(_ query: ArraySlice<UInt8>) -> [UInt8] {
        guard !queries.isEmpty else { return Array(query) }
        return masked(query, separator: UInt8(ascii: "&")) {
            queries.contains(QueryText.decoded($0))
        }
    }

    /// The query of a target or a URL, such as a Referer.
    func url(_ url: ArraySlice<UInt8>) -> [UInt8] {
        guard !queries.isEmpty, let mark = url.firstIndex(of: UInt8(ascii: "?")) else {
            return Array(url)
        }
        let end = url[mark...].firstIndex(of: UInt8(ascii: "#")) ?? url.endIndex
        return url[...mark] + query(url[(mark + 1)..<end]) + url[end...]
    }

    /// Whether values of a header (lower case) may have something that is not to be logged: the
    /// cookies, and where the client comes from, which is a request of before with a query.
    func appliesTo(header name: [UInt8]) -> Bool {
        name == Self.cookie && !cookies.isEmpty || name == Self.referer && !queries.isEmpty
    }

    /// The value of a header for which `appliesTo` holds.
    func header(_ name: [UInt8], _ value: [UInt8]) -> [UInt8] {
        name == Self.cookie ? cookieLine(value) : url(value[...])
    }

    private static let cookie = Array("cookie".utf8)
    private static let referer = Array("referer".utf8)

    /// A Cookie line as received.
    private func cookieLine(_ line: [UInt8]) -> [UInt8] {
        guard !cookies.isEmpty else { return line }
        return masked(line[...], separator: UInt8(ascii: ";")) { name in
            cookies.contains(Array(name.drop { $0 == 0x20 || $0 == 0x09 }))
        }
    }

    private func masked(
        _ text: ArraySlice<UInt8>, separator: UInt8, _ isSecret: (ArraySlice<UInt8>) -> Bool
    ) -> [UInt8] {
        let parts = text.split(separator: separator, omittingEmptySubsequences: false)
        return Array(
            parts.map { part -> [UInt8] in
                let name = part.prefix { $0 != UInt8(ascii: "=") }
                return isSecret(name) ? name + Self.mask : Array(part)
            }.joined(separator: [separator]))
    }
}
