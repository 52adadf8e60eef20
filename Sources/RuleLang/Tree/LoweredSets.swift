internal import RequestModel

/// The addresses that share their first `length` bits.
struct AddressPrefix: Hashable {
    var isV6: Bool
    /// IPv4 in the lower 32 bits.
    var bits: UInt128
    var length: Int

    init(_ address: IPAddress) {
        isV6 = address.family == .v6
        bits = UInt128(address.high) << 64 | UInt128(address.low)
        length = isV6 ? 128 : 32
    }

    init(_ block: CIDRBlock) {
        self.init(block.address)
        length = Int(block.prefixLength)
    }

    /// The family and the bits, a byte each, as `LoweredTerm.Kind.bits` spells addresses.
    var text: [UInt8] {
        let width = isV6 ? 128 : 32
        return [isV6 ? 6 : 4]
            + (0..<length).map { UInt8(truncatingIfNeeded: bits >> UInt128(width - 1 - $0)) & 1 }
    }
}

extension AddressInterval {
    init(_ prefix: AddressPrefix) {
        let width = prefix.isV6 ? 128 : 32
        let free = width - prefix.length
        let ones = free == 128 ? UInt128.max : (UInt128(1) << UInt128(free)) - 1
        isV6 = prefix.isV6
        first = prefix.bits & ~ones
        last = first | ones
    }

    /// The same addresses in ascending order, IPv4 first, disjoint.
    static func merged(_ prefixes: [AddressPrefix]) -> [AddressInterval] {
        let sorted = prefixes.map(AddressInterval.init).sorted {
            $0.isV6 == $1.isV6 ? ($0.first, $1.last) < ($1.first, $0.last) : !$0.isV6
        }
        var result: [AddressInterval] = []
        for interval in sorted {
            if let last = result.last, last.isV6 == interval.isV6, interval.first <= last.last {
                result[result.count - 1].last = max(last.last, interval.last)
            } else {
                result.append(interval)
            }
        }
        return result
    }
}

extension Lowering {
    mutating func addLookup(_ table: LookupTable) {
        let terms = table.keys.map { self.terms.intern($0) }
        let keys = table.rowByKey.map {
            (key: literals.text(LoweredTable.key($0.key)), value: UInt32($0.value))
        }
        tables.lookups.append(LoweredTable(terms: terms, keys: tables.keys.add(keys, literals)))
    }
}

extension LoweredTable {
    /// Cells one behind the other, each but a single one with its length in front.
    static func key(_ cells: [[UInt8]]) -> [UInt8] {
        guard cells.count != 1 else { return cells[0] }
        return cells.flatMap { cell in length(cell.count) + cell }
    }

    private static func length(_ count: Int) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
    }
}
