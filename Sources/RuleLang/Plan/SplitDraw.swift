internal import RequestModel

/// Which arm of a split a key draws (language.md 9): the same on all workers, machines and
/// versions.
enum SplitDraw {
    /// Fixed for ever: changing it moves every user.
    private static let hash = SipHash(key0: 0x6c37_726f_7574_6531, key1: 0x7370_6c69_742d_6472)

    /// The arm for a key.
    static func arm(of split: Split, key: [UInt8]) -> Int {
        if usesIntervals(split) {
            return interval(split, position: position(split.salt + [0] + key))
        }
        return rendezvous(split, key: key)
    }

    /// In hundredths of a percent, 0 to 9,999.
    static func position(_ bytes: [UInt8]) -> Int {
        Int(hash.hash(bytes).multipliedFullWidth(by: 10_000).high)
    }

    /// With one or two arms beside the one that takes what is left.
    private static func usesIntervals(_ split: Split) -> Bool { split.arms.count <= 3 }

    /// The arm between the intervals: `rest`, or of three arms with shares the last.
    private static func middle(_ split: Split) -> Int? {
        if let rest = split.arms.firstIndex(where: { $0.share == nil }) { return rest }
        return split.arms.count == 3 ? 2 : nil
    }

    /// The first arm from 0 up, the second from 1 down, what is left between.
    static func interval(_ split: Split, position: Int) -> Int {
        let middle = middle(split)
        let outer = split.arms.indices.filter { $0 != middle }
        if let low = outer.first, position < split.arms[low].share ?? 0 { return low }
        if outer.count > 1, position >= 10_000 - (split.arms[outer[1]].share ?? 0) {
            return outer[1]
        }
        return middle ?? outer.last ?? 0
    }

    // MARK: - Weighted rendezvous

    /// Each arm gets -log(u)/weight of a hash of its identity and the key; the least wins. In
    /// integers, so that no two machines can disagree.
    private static func rendezvous(_ split: Split, key: [UInt8]) -> Int {
        let given = split.arms.compactMap(\.share).reduce(0, +)
        var best: (arm: Int, cost: UInt64, weight: UInt64)?
        for (index, arm) in split.arms.enumerated() {
            let weight = UInt64(arm.share ?? max(0, 10_000 - given))
            guard weight > 0 else { continue }
            let hash = hash.hash(split.salt + [0] + Array(arm.identity.utf8) + [0] + key)
            let cost = negativeLog2(hash)
            if best.map({ cost * $0.weight < $0.cost * weight }) ?? true {
                best = (index, cost, weight)
            }
        }
        return best?.arm ?? 0
    }

    /// -log2((value + 1) / 2^64) with 32 bits behind the point.
    static func negativeLog2(_ value: UInt64) -> UInt64 {
        guard value < .max else { return 0 }
        let number = value + 1
        let exponent = 63 - number.leadingZeroBitCount
        // The mantissa, 1.0 to 2.0, with 63 bits behind the point; squaring it doubles its log.
        var mantissa = number << (63 - exponent)
        var fraction: UInt64 = 0
        for _ in 0..<32 {
            let square = mantissa.multipliedFullWidth(by: mantissa).high
            fraction <<= 1
            if square >> 63 == 1 {
                fraction |= 1
                mantissa = square
            } else {
                mantissa = square << 1
            }
        }
        return (64 << 32) - (UInt64(exponent) << 32 | fraction)
    }
}
