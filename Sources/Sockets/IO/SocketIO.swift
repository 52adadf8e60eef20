/// What one descriptor is ready for. Edge-triggered for connections: an event is not repeated.
package struct ReadyEvent: Hashable, Sendable {
    /// The number given at registration.
    package var token: UInt64
    /// Bytes, an end of stream or a new connection wait.
    package var isReadable: Bool
    /// The send queue has room, or a connect has ended.
    package var isWritable: Bool
    /// The peer closed its write side, or both sides are closed: a short read does not end reading.
    package var isHungUp: Bool
    /// An error is pending on the socket.
    package var isError: Bool

    /// An event of a socket; what is not named is not ready.
    package init(
        token: UInt64, isReadable: Bool = false, isWritable: Bool = false, isHungUp: Bool = false,
        isError: Bool = false
    ) {
        self.token = token
        self.isReadable = isReadable
        self.isWritable = isWritable
        self.isHungUp = isHungUp
        self.isError = isError
    }
}

/// The end of one `accept`.
package enum AcceptResult: Hashable, Sendable {
    /// A nonblocking connection, owned by the caller from here.
    case connection(Descriptor, peer: SocketAddress)
    /// No connection waits.
    case wouldBlock
    /// Most often `.tooManyFiles`: the connection stays in the backlog.
    case failed(SystemError)
}

/// The end of one `connect`.
package enum ConnectResult: Hashable, Sendable {
    /// Connected at once (unix sockets, sometimes loopback).
    case connected(Descriptor)
    /// Under way: register it, and ask `connectResult` at the first writable event.
    case pending(Descriptor)
    /// No descriptor is left behind.
    case failed(SystemError)
}

/// The end of one receive or send.
@usableFromInline package enum IOResult: Hashable, Sendable {
    /// Bytes moved; from receive 0 is the end of the stream.
    case count(Int)
    /// Wait for the next edge.
    case wouldBlock
    /// The connection is lost.
    case failed(SystemError)
}

/// Every system call a worker makes, so that a simulator can stand in for the kernel.
/// No operation blocks except `wait`; all retry an interrupted call themselves.
package protocol SocketIO: ~Copyable {
    /// Takes one connection off the backlog: nonblocking, close-on-exec, without Nagle's delay.
    mutating func accept(_ listener: Descriptor) -> AcceptResult
    /// Opens a nonblocking connection without Nagle's delay. A unix socket with a full backlog
    /// is a failure, since nothing would tell when it has room.
    mutating func connect(_ address: SocketAddress) -> ConnectResult
    /// How a pending connect ended; nil: connected. Reading it clears it.
    mutating func connectResult(_ descriptor: Descriptor) -> SystemError?
    /// Watches a connection for its whole life, edge-triggered: in, out, peer's half-close.
    mutating func register(_ descriptor: Descriptor, token: UInt64) -> SystemError?
    /// Watches a listener, level-triggered.
    mutating func registerListener(_ descriptor: Descriptor, token: UInt64) -> SystemError?
    /// Stops watching. Closing does so too.
    mutating func unregister(_ descriptor: Descriptor)
    /// Receives up to `count` bytes into elements that `buffer` already has, from `offset`.
    mutating func receive(
        _ descriptor: Descriptor, into buffer: inout [UInt8], at offset: Int, count: Int
    ) -> IOResult
    /// Sends as much of the range as the kernel takes; never raises SIGPIPE.
    mutating func send(
        _ descriptor: Descriptor, _ bytes: [UInt8], _ range: Range<Int>
    ) -> IOResult
    /// Sends a part of a buffer and a range of a body in one call, one after the other; the count
    /// covers both.
    mutating func send(
        _ descriptor: Descriptor, _ head: borrowing ByteBuffer, _ part: Range<Int>,
        _ body: [UInt8], _ range: Range<Int>
    ) -> IOResult
    /// Sends the end of the stream; receiving goes on.
    mutating func shutdownWrite(_ descriptor: Descriptor)
    /// Closes in order: what is queued is still sent.
    mutating func close(_ descriptor: Descriptor)
    /// Closes with a reset: what is queued is thrown away (TCP).
    mutating func abort(_ descriptor: Descriptor)
    /// Replaces `events` by what is ready; -1 waits for ever. An interrupted wait gives none.
    mutating func wait(into events: inout [ReadyEvent], timeoutMilliseconds: Int)
    /// The monotonic clock.
    mutating func monotonicNanoseconds() -> UInt64
    /// The wall clock since 1970; it may jump.
    mutating func wallClockMilliseconds() -> Int64
    /// 64 evenly spread bits; not for secrets.
    mutating func random() -> UInt64
}
