/// SplitMix64 (Steele, Lea, Flood, 2014): the same numbers for the same seed, on every machine.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    /// A stream of its own for each part of a scenario, so that leaving one part out does not
    /// change what the others do.
    init(_ seed: UInt64, _ stream: Stream, _ number: Int = 0) {
        var mixer = SeededRandom(seed &+ UInt64(stream.rawValue) &* 0x9E37_79B9_7F4A_7C15)
        state = mixer.next() ^ (UInt64(truncatingIfNeeded: number) &* 0xD1B5_4A32_D192_ED03)
        _ = next()
    }

    enum Stream: Int {
        case scenario, client, origin, link, worker, schedule, kernel
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// 0 to `bound` - 1.
    mutating func below(_ bound: Int) -> Int {
        Int(next() >> 33) % max(1, bound)
    }

    mutating func between(_ low: Int, _ high: Int) -> Int { low + below(high - low + 1) }

    /// True once in so many times; never with 0.
    mutating func once(in times: Int) -> Bool { times > 0 && below(times) == 0 }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[below(elements.count)]
    }
}
