internal import Sockets

/// One socket of a connection: what the kernel has said of it, and the bytes that it did not take.
///
/// The epoll set reports edges only. What is known is kept here: `mayRead` and `mayWrite` are false
/// once a call has shown that there is nothing more to do until the next edge.
struct Stream {
    var descriptor = Descriptor(raw: -1)
    var output = OutputQueue()
    var mayRead = true
    var mayWrite = true
    /// The peer has closed its side: a short receive does not end reading.
    var isHungUp = false
    /// The end of the peer's stream has been received.
    var hasEnded = false
    /// A send has failed.
    var isBroken = false
    /// Our side has been closed.
    var isShut = false
    /// Is in the worker's ready list.
    var isQueued = false

    enum Received {
        /// So many bytes at the start of the buffer.
        case bytes(Int)
        case nothing
        case end
        case failed
    }

    mutating func note(_ event: ReadyEvent) {
        if event.isHungUp || event.isError { isHungUp = true }
        if event.isReadable || event.isHungUp || event.isError { mayRead = true }
        if event.isWritable || event.isError { mayWrite = true }
    }

    /// Receives once. A short receive is the last one until the next edge: the kernel had no more.
    mutating func receive<IO: SocketIO & ~Copyable>(
        _ io: inout IO, into buffer: inout [UInt8]
    ) -> Received {
        switch io.receive(descriptor, into: &buffer, at: 0, count: buffer.count) {
        case .wouldBlock:
            mayRead = false
            return .nothing
        case .failed:
            mayRead = false
            return .failed
        case .count(0):
            mayRead = false
            hasEnded = true
            return .end
        case .count(let count):
            if count < buffer.count, !isHungUp { mayRead = false }
            return .bytes(count)
        }
    }

    /// Sends `head` and then a range of `body` in one call; what the kernel does not take waits in
    /// the queue, behind what waits there already. False when the connection is broken.
    mutating func send<IO: SocketIO & ~Copyable>(
        _ io: inout IO, _ head: [UInt8], _ body: [UInt8], _ range: Range<Int>
    ) -> Bool {
        let total = head.count + range.count
        guard total > 0 else { return true }
        guard mayWrite, output.isEmpty else {
            output.append(head, head.indices)
            output.append(body, range)
            return true
        }
        switch io.send(descriptor, head, head.indices, body, range) {
        case .count(let count):
            guard count < total else { return true }
            mayWrite = false
            if count < head.count { output.append(head, count..<head.count) }
            let taken = max(0, count - head.count)
            output.append(body, range.lowerBound + taken..<range.upperBound)
            return true
        case .wouldBlock:
            mayWrite = false
            output.append(head, head.indices)
            output.append(body, range)
            return true
        case .failed:
            return false
        }
    }

    /// Sends what waits, as far as the kernel takes it. False when the connection is broken.
    mutating func flush<IO: SocketIO & ~Copyable>(_ io: inout IO) -> Bool {
        while mayWrite, !output.isEmpty {
            let range = output.unsent
            switch io.send(descriptor, output.bytes, range) {
            case .count(let count):
                output.sent(count)
                if count < range.count { mayWrite = false }
            case .wouldBlock: mayWrite = false
            case .failed: return false
            }
        }
        return true
    }
}
