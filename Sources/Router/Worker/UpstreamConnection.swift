internal import HTTPWire
internal import Sockets

/// A connection to a server: connecting, in an exchange, or idle in its server's list.
struct UpstreamConnection {
    enum Phase {
        case connecting
        /// Waiting for the response's head.
        case head
        case body
        case idle
    }

    var descriptor = Descriptor(raw: -1)
    var pool = 0
    var server = 0
    /// The client of the exchange; nil when idle.
    var client: Int?
    var phase = Phase.connecting
    var scanner = HeadScanner(.response)
    var head = ResponseHead()
    var decoder = BodyDecoder(.none, limit: 0)
    var input: [UInt8] = []
    var output = OutputQueue()
    var mayRead = true
    var mayWrite = false
    /// It has served an exchange before: it may be dead.
    var isReused = false
    /// Something of the response has arrived.
    var hasResponded = false
    var isQueued = false

    mutating func reset() {
        let head = head
        self = UpstreamConnection()
        self.head = head
    }
}
