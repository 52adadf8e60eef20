internal import CLinux
internal import Glibc

/// SplitMix64, seeded by the kernel: for balancing and jitter, not for secrets.
struct RandomBits {
    private var state: UInt64

    init() {
        var seed: UInt64 = 0
        let wanted = MemoryLayout<UInt64>.size
        let got = unsafe getrandom(&seed, wanted, 0)
        // Interrupted before the kernel's pool was ready: the clock still tells workers apart.
        state = got == wanted ? seed : Clocks.monotonicNanoseconds()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

/// Bits that nobody can guess, from the kernel.
package enum Secrets {
    /// 64 of them; waits until the kernel has gathered enough after a boot.
    package static func number() -> UInt64 {
        var value: UInt64 = 0
        let wanted = MemoryLayout<UInt64>.size
        while unsafe getrandom(&value, wanted, 0) != wanted {}
        return value
    }
}
