/// An IPv4 or IPv6 address. IPv4-mapped IPv6 addresses (`::ffff:a.b.c.d`) are folded to IPv4 by
/// every initialiser, so that one host has one value (language.md, "Fine points").
package struct IPAddress: Hashable, Sendable {
    package enum Family: UInt8, Sendable { case v4, v6 }

    package let family: Family
    /// The upper and lower 64 bits, in host order. IPv4 uses the lower 32 bits of `low`.
    package let high: UInt64
    package let low: UInt64

    package init(v4 value: UInt32) {
        self.init(family: .v4, high: 0, low: UInt64(value))
    }

    package init(high: UInt64, low: UInt64) {
        if high == 0 && low >> 32 == 0xffff {
            self.init(v4: UInt32(truncatingIfNeeded: low))
        } else {
            self.init(family: .v6, high: high, low: low)
        }
    }

    /// `0.0.0.0` or `::`: every address of its family, for a listener.
    package var isUnspecified: Bool { high == 0 && low == 0 }

    private init(family: Family, high: UInt64, low: UInt64) {
        self.family = family
        self.high = high
        self.low = low
    }
}
