internal import HTTPWire
internal import RequestModel
internal import Sockets

/// A client's connection. It is in one exchange at a time; bytes of the next request wait in
/// `input`, or in the kernel. An idle connection owns no buffer.
struct ClientConnection {
    enum Phase {
        /// Waiting for a head, or in the middle of one.
        case head
        /// In an exchange.
        case exchange
        /// Bytes go both ways, unread.
        case tunnel
        /// The last response is in the queue.
        case closing
        /// The last response is out; what the client still sends is read and dropped, so that no
        /// reset overtakes the response.
        case lingering
    }

    var stream = Stream()
    /// What the handshake said; nil before its end, and without TLS.
    var tls: ClientTLS?
    /// The socket that the connection came in by.
    var listener = 0
    var peer = Endpoint()
    /// Came in by the admin listener, which has a limit of its own.
    var isAdmin = false
    var phase = Phase.head
    var scanner = HeadScanner(.request)
    /// Received and not consumed.
    var input: [UInt8] = []
    /// More bytes came with what was consumed last: another request, probably.
    var hasBytesBehind = false
    var exchange: Int?
    /// No request follows on this connection.
    var isLast = false
    /// The client has asked for the end and sent all of its request: nothing is to be expected that
    /// a reset could answer.
    var isComplete = false
    /// The head timeout runs, not that of an idle connection.
    var isInHead = false
    /// Monotonic nanoseconds of the first byte of the head under way; 0 without one.
    var headStart: UInt64 = 0
    var lingered = 0
    /// Monotonic milliseconds of the next timeout of the connection itself, `.max` without one, and
    /// what it would say.
    var deadline = UInt64.max
    var deadlineReason = RefusalReason.headTimeout
    /// Monotonic milliseconds at which the whole exchange must be over; `.max` without a limit.
    var exchangeDeadline = UInt64.max

    /// The client has closed its side, and no request of it waits.
    var hasSentAll: Bool { stream.hasEnded && !hasBytesBehind && input.isEmpty }
}
