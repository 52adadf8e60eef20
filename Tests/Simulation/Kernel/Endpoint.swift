import Sockets

/// One end of a simulated TCP connection.
///
/// Bytes that were sent are on their way, or wait at the other end; together they never exceed the
/// window. An end that closes with unread bytes, or gets bytes after it has closed, sends a reset,
/// as Linux does.
final class Endpoint {
    /// Of the connection: both ends have the same.
    let connection: Int
    unowned let kernel: SimulatedKernel
    /// The other end; nil while a connect is under way or after it has failed.
    var peer: Endpoint?
    var link: LinkPlan
    var random: SeededRandom

    /// The worker that has it, with its descriptor; -1 for an end that belongs to an actor.
    var worker = -1
    var descriptor: Int32 = -1
    /// What the actor wants to be told.
    var onEvent: (() -> Void)?

    private(set) var received: [UInt8] = []
    private var start = 0
    /// Sent by this end and not yet read by the other.
    var outstanding = 0
    var hasEnded = false
    /// A reset has come; the first call that meets it reports it.
    var isReset = false
    var pendingError: SystemError?
    var isConnecting = false
    var isShut = false
    var isClosed = false
    /// What has arrived is not seen yet.
    var isHeld = false
    /// Of the other end, as `accept` tells it.
    var peerAddress = SocketAddress.unix(path: "")
    /// The kernel takes no more for now, whatever the window says.
    var isSendBlocked = false
    /// The end of a full window has not been told yet.
    var wantsRoom = false
    /// When the last thing that was sent arrives: nothing overtakes it.
    var lastArrival: UInt64 = 0
    /// Edges since the worker was told.
    var hasEdge = false
    /// Total, for the story.
    var bytesSent = 0
    var bytesRead = 0

    init(connection: Int, kernel: SimulatedKernel, link: LinkPlan, random: SeededRandom) {
        self.connection = connection
        self.kernel = kernel
        self.link = link
        self.random = random
    }

    var waiting: Int { received.count - start }
    var isReadable: Bool { !isHeld && (waiting > 0 || hasEnded || isReset) }
    var room: Int {
        isConnecting || isReset || isShut || isClosed ? 0 : max(0, link.window - outstanding)
    }
    var isWritable: Bool { isReset || pendingError != nil || (!isSendBlocked && room > 0) }

    /// Microseconds to the other end.
    func latency() -> Int { random.between(link.latency.low, link.latency.high) }

    func append(_ bytes: ArraySlice<UInt8>) {
        if start == received.count {
            received.removeAll(keepingCapacity: true)
            start = 0
        }
        received.append(contentsOf: bytes)
    }

    /// Takes up to so many of the bytes that wait.
    func take(_ count: Int) -> ArraySlice<UInt8> {
        let end = min(received.count, start + count)
        defer { start = end }
        bytesRead += end - start
        return received[start..<end]
    }

    func discard() {
        received = []
        start = 0
    }
}

/// How a connection behaves, whatever is sent over it.
struct LinkPlan: Equatable {
    /// Microseconds one way: between these two.
    var latency = Latency(low: 20, high: 200)
    /// Bytes that may be on their way.
    var window = 64 << 10
    /// A receive gives less than has arrived, once in so many; the rest arrives a little later.
    var shortReads = 0
    /// The kernel takes less than it has room for, once in so many.
    var shortSends = 0
    /// A reset throws away what has arrived and was not read.
    var resetDiscards = true

    struct Latency: Equatable {
        var low: Int
        var high: Int
    }
}
