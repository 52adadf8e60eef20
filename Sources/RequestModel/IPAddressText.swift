extension IPAddress {
    /// Reads a dotted quad without leading zeros or an RFC 4291 section 2.2 text form. Zone
    /// identifiers, brackets and surrounding blanks are not addresses.
    package init?(parsing text: some Collection<UInt8>) {
        guard let literal = AddressLiteral(text) else { return nil }
        self = literal.address
    }

    /// Appends the dotted quad or the RFC 5952 form.
    package func append(to bytes: inout [UInt8]) {
        spell { bytes.append($0) }
    }

    /// Gives the bytes of the dotted quad or the RFC 5952 form, one by one, to whatever holds them.
    package func spell(_ emit: (UInt8) -> Void) {
        switch family {
        case .v4: Self.spellQuad(UInt32(truncatingIfNeeded: low), emit)
        case .v6: spellGroups(emit)
        }
    }

    /// The dotted quad or the RFC 5952 form.
    package var text: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func spellQuad(_ value: UInt32, _ emit: (UInt8) -> Void) {
        for shift in stride(from: 24, through: 0, by: -8) {
            spellNumber(value >> UInt32(shift) & 0xff, radix: 10, emit)
            if shift > 0 { emit(UInt8(ascii: ".")) }
        }
    }

    private func spellGroups(_ emit: (UInt8) -> Void) {
        let gap = longestZeroRun
        var index = 0
        while index < 8 {
            if index == gap.lowerBound, !gap.isEmpty {
                emit(UInt8(ascii: ":"))
                emit(UInt8(ascii: ":"))
                index = gap.upperBound
                continue
            }
            if index > 0, index != gap.upperBound || gap.isEmpty { emit(UInt8(ascii: ":")) }
            Self.spellNumber(UInt32(group(index)), radix: 16, emit)
            index += 1
        }
    }

    private func group(_ index: Int) -> UInt16 {
        let half = index < 4 ? high : low
        return UInt16(truncatingIfNeeded: half >> UInt64(48 - 16 * (index & 3)))
    }

    /// The first longest run of at least two zero groups (RFC 5952 section 4.2); empty if none.
    private var longestZeroRun: Range<Int> {
        var best = 0..<0
        var start = 0
        for index in 0..<8 {
            guard group(index) == 0 else {
                start = index + 1
                continue
            }
            if index + 1 - start > best.count { best = start..<index + 1 }
        }
        return best.count >= 2 ? best : 0..<0
    }

    private static func spellNumber(
        _ value: UInt32, radix: UInt32, _ emit: (UInt8) -> Void
    ) {
        if value >= radix { spellNumber(value / radix, radix: radix, emit) }
        let digit = UInt8(value % radix)
        emit(digit < 10 ? 0x30 + digit : 0x61 + digit - 10)
    }
}

/// An address as it was spelled: the family of the text is still known, before an IPv4-mapped
/// address becomes IPv4.
struct AddressLiteral {
    let isV4: Bool
    /// IPv4 uses the lower 32 bits.
    let value: UInt128

    var width: Int { isV4 ? 32 : 128 }

    var address: IPAddress {
        isV4
            ? IPAddress(v4: UInt32(truncatingIfNeeded: value))
            : IPAddress(
                high: UInt64(truncatingIfNeeded: value >> 64),
                low: UInt64(truncatingIfNeeded: value))
    }

    init(isV4: Bool, value: UInt128) {
        self.isV4 = isV4
        self.value = value
    }

    init?(_ text: some Collection<UInt8>) {
        if let quad = Self.quad(text) {
            self.init(isV4: true, value: UInt128(quad))
        } else if let value = Self.groups(text) {
            self.init(isV4: false, value: value)
        } else {
            return nil
        }
    }

    private static func quad(_ text: some Collection<UInt8>) -> UInt32? {
        var value: UInt32 = 0
        var octet: UInt32 = 0
        var digits = 0
        var dots = 0
        for byte in text {
            if byte == UInt8(ascii: ".") {
                guard digits > 0, dots < 3 else { return nil }
                value = value << 8 | octet
                (octet, digits, dots) = (0, 0, dots + 1)
                continue
            }
            // A leading zero would be octal to some readers: not an address.
            guard ASCII.isDigit(byte), digits == 0 || octet > 0 else { return nil }
            octet = octet * 10 + UInt32(byte - 0x30)
            digits += 1
            guard octet <= 255 else { return nil }
        }
        return digits > 0 && dots == 3 ? value << 8 | octet : nil
    }

    private static func groups<Text: Collection<UInt8>>(_ text: Text) -> UInt128? {
        var groups = AddressGroups()
        var rest = text[...]
        if rest.first == UInt8(ascii: ":") {
            rest = rest.dropFirst()
            guard rest.first == UInt8(ascii: ":") else { return nil }
            rest = rest.dropFirst()
            groups.hasGap = true
            if rest.isEmpty { return groups.value }
        }
        while true {
            let digits = rest.prefix(5).prefix { hexValue($0) != nil }
            let after = rest[digits.endIndex...]
            if after.first == UInt8(ascii: ".") {
                guard let quad = quad(rest), groups.append(quad >> 16), groups.append(quad & 0xffff)
                else { return nil }
                return groups.value
            }
            guard 1...4 ~= digits.count else { return nil }
            let group = digits.reduce(UInt32(0)) { $0 << 4 | UInt32(hexValue($1) ?? 0) }
            guard groups.append(group) else { return nil }
            if after.isEmpty { return groups.value }
            guard after.first == UInt8(ascii: ":") else { return nil }
            rest = after.dropFirst()
            guard rest.first == UInt8(ascii: ":") else { continue }
            guard !groups.hasGap else { return nil }
            groups.hasGap = true
            rest = rest.dropFirst()
            if rest.isEmpty { return groups.value }
        }
    }
}

/// The 16-bit groups of an IPv6 text, on either side of its "::".
private struct AddressGroups {
    private var before: UInt128 = 0
    private var after: UInt128 = 0
    private var countBefore = 0
    private var countAfter = 0
    var hasGap = false

    /// False when there are eight groups already.
    mutating func append(_ group: UInt32) -> Bool {
        guard countBefore + countAfter < 8 else { return false }
        if hasGap {
            after = after << 16 | UInt128(group)
            countAfter += 1
        } else {
            before = before << 16 | UInt128(group)
            countBefore += 1
        }
        return true
    }

    /// Nil unless there are eight groups, or fewer and a "::" that stands for the others.
    var value: UInt128? {
        let count = countBefore + countAfter
        guard hasGap ? count < 8 : count == 8 else { return nil }
        return countBefore == 0 ? after : before << UInt128(16 * (8 - countBefore)) | after
    }
}
