/// What one worker has counted since it began. Plain numbers: only their worker writes them, and
/// the control thread gets a copy by mail.
struct Counters: Sendable {
    var connections: UInt64 = 0
    var requests: UInt64 = 0
    /// By status / 100; 0 for requests without an answer.
    var statuses = InlineStatuses()
    /// By `Reason.index`.
    var reasons = [UInt64](repeating: 0, count: Reason.all.count)
    /// By the rule's number.
    var rules: [UInt64] = []
    var requestBytes: UInt64 = 0
    var responseBytes: UInt64 = 0
    var retries: UInt64 = 0
    var tunnels: UInt64 = 0
    var handshakes: UInt64 = 0
    var resumptions: UInt64 = 0
    var failedHandshakes: UInt64 = 0
    var duration = Histogram()
    var upstreamDuration = Histogram()
}

struct ServerCounters: Sendable {
    var requests: UInt64 = 0
    var connections: UInt64 = 0
    /// Connects that failed, responses that were cut or not acceptable, time-outs.
    var failures: UInt64 = 0
    /// By status / 100.
    var statuses = InlineStatuses()
    var active: Int = 0
}

/// Six counters without an array each.
struct InlineStatuses: Sendable {
    private var counts = InlineArray<6, UInt64>(repeating: 0)

    mutating func count(_ status: UInt16) {
        counts[min(5, Int(status / 100))] &+= 1
    }

    /// By status / 100.
    var all: [UInt64] { counts.indices.map { counts[$0] } }

    mutating func add(_ other: InlineStatuses) {
        for index in counts.indices { counts[index] &+= other.counts[index] }
    }
}

/// Times in buckets whose bounds double: 0.1 ms, 0.2 ms, … 26.2 s, more.
struct Histogram: Sendable {
    static var bucketCount: Int { 20 }

    /// The last one has no bound.
    private var buckets = InlineArray<20, UInt64>(repeating: 0)
    private(set) var nanoseconds: UInt64 = 0

    mutating func record(_ duration: UInt64) {
        let tenths = duration / 100_000
        let index = min(Self.bucketCount - 1, UInt64.bitWidth - tenths.leadingZeroBitCount)
        buckets[index] &+= 1
        nanoseconds &+= duration
    }

    var counts: [UInt64] { buckets.indices.map { buckets[$0] } }

    var count: UInt64 { counts.reduce(0, &+) }

    /// The upper bound of a bucket in units of 0.1 ms; nil for the last.
    static func bound(_ index: Int) -> UInt64? {
        index < bucketCount - 1 ? 1 << UInt64(index) : nil
    }

    mutating func add(_ other: Histogram) {
        for index in buckets.indices { buckets[index] &+= other.buckets[index] }
        nanoseconds &+= other.nanoseconds
    }
}
