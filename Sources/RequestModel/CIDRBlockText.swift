extension CIDRBlock {
    /// Why a text is not a block.
    package enum ParseError: Error, Hashable, Sendable {
        case notAnAddress
        /// Not 0 to 32 or 0 to 128 without leading zeros.
        case badPrefixLength
        /// Bits behind the prefix are set; `corrected` has them cleared.
        case hostBitsSet(corrected: String)
    }

    /// Reads `ADDRESS` (a block of that one address) or `ADDRESS/LENGTH`. A block of IPv4-mapped
    /// addresses (`/96` and longer) becomes the IPv4 block.
    package static func parse(
        _ text: some Collection<UInt8>
    ) -> Result<CIDRBlock, ParseError> {
        let slash = text.firstIndex(of: UInt8(ascii: "/"))
        guard let literal = AddressLiteral(text[..<(slash ?? text.endIndex)]) else {
            return .failure(.notAnAddress)
        }
        guard let slash else { return .success(CIDRBlock(literal, length: literal.width)) }
        let digits = text[text.index(after: slash)...]
        guard let length = ASCII.decimal(digits, maxDigits: 3), length <= literal.width,
            digits.count == 1 || digits.first != UInt8(ascii: "0")
        else { return .failure(.badPrefixLength) }

        let kept = literal.value & mask(length, width: literal.width)
        let block = CIDRBlock(AddressLiteral(isV4: literal.isV4, value: kept), length: length)
        return kept == literal.value
            ? .success(block) : .failure(.hostBitsSet(corrected: block.text))
    }

    /// Whether `address` is in the block. A block of one family contains nothing of the other.
    package func contains(_ address: IPAddress) -> Bool {
        guard address.family == self.address.family else { return false }
        switch address.family {
        case .v4:
            let mask = prefixLength == 0 ? 0 : UInt32.max << (32 - UInt32(prefixLength))
            return UInt32(truncatingIfNeeded: address.low ^ self.address.low) & mask == 0
        case .v6:
            let highMask = prefixLength == 0 ? 0 : UInt64.max << UInt64(64 - min(prefixLength, 64))
            let lowMask = prefixLength <= 64 ? 0 : UInt64.max << UInt64(128 - prefixLength)
            return (address.high ^ self.address.high) & highMask == 0
                && (address.low ^ self.address.low) & lowMask == 0
        }
    }

    /// `ADDRESS/LENGTH`, also for a block of one address.
    package var text: String { "\(address.text)/\(prefixLength)" }

    private init(_ literal: AddressLiteral, length: Int) {
        address = literal.address
        let folded = !literal.isV4 && address.family == .v4
        prefixLength = UInt8(folded ? length - 96 : length)
    }

    private static func mask(_ length: Int, width: Int) -> UInt128 {
        let ones = UInt128.max >> UInt128(128 - width)
        return ones ^ (length == width ? 0 : ones >> UInt128(length))
    }
}
