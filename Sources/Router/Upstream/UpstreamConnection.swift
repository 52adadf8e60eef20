internal import HTTPWire
internal import Sockets

/// A connection to a server: connecting, in an exchange, or idle in its server's list.
struct UpstreamConnection: ~Copyable {
    enum Phase {
        case connecting
        /// Waiting for the response's head.
        case head
        case body
        case idle
        case tunnel
    }

    var stream = Stream()
    /// The server's number.
    var server = 0
    /// Nil when idle.
    var exchange: Int?
    var phase = Phase.connecting
    var scanner = HeadScanner(.response)
    var head = ResponseHead()
    var decoder = BodyDecoder(.none, limit: 0)
    /// Received and not consumed: part of a head.
    var input: [UInt8] = []
    /// The TCP connection is there; over TLS the handshake may still run.
    var isOpen = false
    /// It has served an exchange before: it may be dead.
    var isReused = false
    /// Something of the response has arrived.
    var hasResponded = false

    /// For another connection; the head keeps its buffers.
    mutating func reset() {
        var fresh = UpstreamConnection()
        swap(&fresh.head, &head)
        self = fresh
    }
}
