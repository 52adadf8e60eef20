internal import RequestModel

/// Values that are made, not found.
extension FieldReader {
    mutating func appendURL(_ view: borrowing RequestView) {
        let start = arena.count
        let isHTTPS = view.scheme == .https
        (isHTTPS ? StaticText.https : .http).append(to: &arena)
        arena.append(UInt8(ascii: ":"))
        arena.append(UInt8(ascii: "/"))
        arena.append(UInt8(ascii: "/"))
        arena.append(contentsOf: view.bytes[view.host.indices])
        if view.port != 0, view.port != (isHTTPS ? 443 : 80) {
            arena.append(UInt8(ascii: ":"))
            appendDecimal(UInt64(view.port))
        }
        let path = view.path.indices
        if !path.isEmpty, view.bytes[path.lowerBound] == UInt8(ascii: "/") {
            arena.append(contentsOf: view.bytes[path])
        }
        if let query = view.query {
            arena.append(UInt8(ascii: "?"))
            arena.append(contentsOf: view.bytes[query.indices])
        }
        append(.derived(start..<arena.count))
    }

    mutating func transform(
        _ kind: LoweredTerm.Kind, _ value: LoweredValue, _ view: borrowing RequestView
    ) {
        switch kind {
        case .lower where value.isText: appendLower(value, view)
        case .length where value.isText: append(.number(Int64(value.range.count)))
        case .integer where value.isText:
            let number =
                value.kind == .derived
                ? Self.integer(arena.span, value.range)
                : Self.integer(view.bytes.span, value.range)
            if let number { append(.number(number)) }
        case .bits: appendBits(value)
        default: append(value)
        }
    }

    private mutating func appendLower(_ value: LoweredValue, _ view: borrowing RequestView) {
        let start = arena.count
        for index in value.range {
            let byte = value.kind == .derived ? arena[index] : view.bytes[index]
            arena.append(asciiLowercase(byte))
        }
        append(.derived(start..<arena.count))
    }

    /// `-?[0-9]{1,18}`
    private static func integer(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int64? {
        let isNegative = !range.isEmpty && bytes[range.lowerBound] == UInt8(ascii: "-")
        let digits = range.dropFirst(isNegative ? 1 : 0)
        guard (1...18).contains(digits.count) else { return nil }
        var result: Int64 = 0
        for index in digits {
            guard bytes[index].isASCIIDigit else { return nil }
            result = result * 10 + Int64(bytes[index] - 0x30)
        }
        return isNegative ? -result : result
    }

    private mutating func appendBits(_ value: LoweredValue) {
        guard value.kind == .v4 || value.kind == .v6 else { return }
        let start = arena.count
        let isV6 = value.kind == .v6
        arena.append(isV6 ? 6 : 4)
        var bit = isV6 ? 128 : 32
        while bit > 0 {
            bit -= 1
            arena.append(UInt8(truncatingIfNeeded: value.bits >> UInt128(bit)) & 1)
        }
        append(.derived(start..<arena.count))
    }

    /// Puts the key of a lookup table together: its place in the arena, nil without all values.
    mutating func readKey(
        _ table: LoweredTable, _ view: borrowing RequestView
    ) -> LoweredValue? {
        let isSingle = table.terms.count == 1
        for term in table.terms {
            if read(term, view).isEmpty { return nil }
        }
        if isSingle {
            let value = values[read(table.terms[0], view).lowerBound]
            if value.isText { return value }
        }
        let start = arena.count
        for term in table.terms {
            let value = values[read(term, view).lowerBound]
            let mark = arena.count
            if !isSingle { arena.append(contentsOf: repeatElement(0, count: 4)) }
            let content = arena.count
            appendText(value, view)
            let count = arena.count - content
            if isSingle { continue }
            for byte in 0..<4 {
                arena[mark + byte] = UInt8(truncatingIfNeeded: count >> (8 * byte))
            }
        }
        return .derived(start..<arena.count)
    }

    private mutating func appendText(_ value: LoweredValue, _ view: borrowing RequestView) {
        switch value.kind {
        case .text: arena.append(contentsOf: view.bytes[value.range])
        case .derived: for index in value.range { arena.append(arena[index]) }
        case .number:
            if value.number < 0 { arena.append(UInt8(ascii: "-")) }
            appendDecimal(value.number.magnitude)
        case .v4: IPAddress(v4: UInt32(truncatingIfNeeded: value.b)).append(to: &arena)
        case .v6: IPAddress(high: value.a, low: value.b).append(to: &arena)
        case .flag: break
        }
    }

    private mutating func appendDecimal(_ value: UInt64) {
        var scale: UInt64 = 1
        while value / scale >= 10 { scale *= 10 }
        while scale > 0 {
            arena.append(UInt8(truncatingIfNeeded: value / scale % 10) + 0x30)
            scale /= 10
        }
    }
}
