/// The values of language.md 5 as fresh arrays: what the evaluator that is written for clearness
/// reads, and what every faster one must agree with.
extension RequestView {
    /// The values of the field lines of `slot`, joined with ", " (Cookie: "; "); nil without a
    /// line.
    package func header(_ slot: FieldSlot) -> [UInt8]? {
        slot == .none ? nil : joined { $0.slot == slot }
    }

    /// The same for a lower-case name, interned or not.
    package func header(named name: [UInt8]) -> [UInt8]? {
        joined { isNamed($0, name) }
    }

    /// Whether a field line has a name, which is in lower case.
    package func isNamed(_ line: FieldLine, _ name: [UInt8]) -> Bool {
        ASCII.matches(bytes, line.name.indices, name)
    }

    /// The list members of the field lines of `slot`, split at commas outside quoted strings,
    /// trimmed, empty ones left out. Cookie lines are no lists: each is one member.
    package func headerMembers(_ slot: FieldSlot) -> [[UInt8]] {
        guard slot != .none else { return [] }
        var result: [[UInt8]] = []
        for line in fields where line.slot == slot {
            if isCookie(line) {
                if !line.value.isEmpty { result.append(Array(text(line.value))) }
                continue
            }
            var members = ListMembers(bytes, line.value.indices)
            while let member = members.next() { result.append(Array(bytes[member])) }
        }
        return result
    }

    /// The values of all cookies with `name`, in the order of the Cookie lines.
    package func cookies(_ name: [UInt8]) -> [[UInt8]] {
        var result: [[UInt8]] = []
        forEachCookie { found, value in
            if found.elementsEqual(name) { result.append(Array(value)) }
        }
        return result
    }

    /// Where the value of the first cookie with `name` is; nil without one.
    package func firstCookie(_ name: [UInt8]) -> Range<Int>? {
        var first: Range<Int>?
        eachCookie { found, value in
            if first == nil, bytes[found].elementsEqual(name) { first = value }
        }
        return first
    }

    /// Calls `body` for each cookie of each Cookie line (RFC 6265 section 5.4 read backwards): ";"
    /// separates, blanks around name and value are cut, quotes belong to the value, and what has no
    /// "=" or no name is no cookie.
    package func forEachCookie(
        _ body: (_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) -> Void
    ) {
        eachCookie { body(bytes[$0], bytes[$1]) }
    }

    private func eachCookie(_ body: (_ name: Range<Int>, _ value: Range<Int>) -> Void) {
        for line in fields where isCookie(line) {
            var start = line.value.indices.lowerBound
            let end = line.value.indices.upperBound
            while start < end {
                let pair = start..<(bytes[start..<end].firstIndex(of: UInt8(ascii: ";")) ?? end)
                start = pair.upperBound + 1
                guard let equals = bytes[pair].firstIndex(of: UInt8(ascii: "=")) else { continue }
                let name = ASCII.trimmed(bytes, pair.lowerBound..<equals)
                let value = ASCII.trimmed(bytes, equals + 1..<pair.upperBound)
                if !name.isEmpty { body(name, value) }
            }
        }
    }

    /// The decoded values of all query parameters whose decoded name is `name`, in order.
    package func queryValues(_ name: [UInt8]) -> [[UInt8]] {
        guard let query else { return [] }
        return text(query).split(separator: UInt8(ascii: "&")).compactMap { pair in
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            guard QueryText.decoded(pair[..<equals]) == name else { return nil }
            return QueryText.decoded(pair[equals...].dropFirst())
        }
    }

    /// The segments of the path, still encoded: "/a/b/" has a, b and an empty one.
    package func segments() -> [ArraySlice<UInt8>] {
        let path = text(path)
        let inner = path.first == UInt8(ascii: "/") ? path.dropFirst() : path
        return inner.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    }

    /// `scheme://host[:port]path[?query]`; the port is the listener's, left out when it is the
    /// scheme's default or unknown. A request for "*" has no path here (RFC 9112 section 3.3).
    package func url() -> [UInt8] {
        var result = Array((scheme == .https ? "https://" : "http://").utf8)
        result += text(host)
        if port != 0, port != (scheme == .https ? 443 : 80) {
            result.append(UInt8(ascii: ":"))
            result += String(port).utf8
        }
        let path = text(path)
        if path.first == UInt8(ascii: "/") { result += path }
        if let query {
            result.append(UInt8(ascii: "?"))
            result += text(query)
        }
        return result
    }

    private func isCookie(_ line: FieldLine) -> Bool {
        line.kind == .cookie
    }

    private func joined(where isWanted: (FieldLine) -> Bool) -> [UInt8]? {
        var result: [UInt8]?
        for line in fields where isWanted(line) {
            guard var value = result.take() else {
                result = Array(text(line.value))
                continue
            }
            value.append(isCookie(line) ? UInt8(ascii: ";") : UInt8(ascii: ","))
            value.append(UInt8(ascii: " "))
            value += text(line.value)
            result = value
        }
        return result
    }
}

/// Percent-decoding of queries.
package enum QueryText {
    /// `text` with "+" as a space and escapes decoded; an escape without two hexadecimal digits
    /// stays as it is.
    package static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            let byte = text[index]
            index += 1
            if byte == UInt8(ascii: "%"), text.endIndex - index >= 2,
                let high = hexValue(text[index]), let low = hexValue(text[index + 1])
            {
                result.append(high << 4 | low)
                index += 2
            } else {
                result.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return result
    }
}
