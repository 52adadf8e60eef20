import Sockets

/// Bytes that an actor sends in pieces, as the window lets them go.
struct Transmission {
    private(set) var bytes: [UInt8] = []
    private(set) var sent = 0
    /// Sizes of pieces, and microseconds between them.
    var piece = Int.max
    var gap = 0
    /// Nothing beyond this goes out.
    var limit = Int.max
    private var isResting = false

    var isDone: Bool { sent >= min(bytes.count, limit) }
    var isComplete: Bool { sent == bytes.count }

    mutating func begin(_ bytes: [UInt8], pieces: Int, gap: Int, limit: Int) {
        self.bytes = bytes
        sent = 0
        self.limit = limit
        self.gap = gap
        piece = pieces > 1 ? max(1, bytes.count / pieces) : Int.max
        isResting = false
    }

    mutating func append(_ more: [UInt8]) {
        bytes += more
        if piece != .max { piece = max(piece, more.count / 5) }
    }

    enum Progress {
        case done
        /// The window is full: an event will come.
        case blocked
        /// Go on after this many microseconds.
        case rest(Int)
        case failed
    }

    mutating func run(_ endpoint: Endpoint) -> Progress {
        if isResting { return .blocked }
        while !isDone {
            let end = min(bytes.count, limit)
            let count = min(piece, end - sent)
            switch endpoint.kernel.write(endpoint, bytes[sent..<sent + count]) {
            case .count(let taken):
                sent += taken
                guard taken == count else { return .blocked }
                if gap > 0, piece != .max, !isDone {
                    isResting = true
                    return .rest(gap)
                }
            case .wouldBlock: return .blocked
            case .failed: return .failed
            }
        }
        return .done
    }

    mutating func wake() { isResting = false }
}
