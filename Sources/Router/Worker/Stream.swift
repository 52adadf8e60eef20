internal import Sockets
internal import TLS

/// Where TLS records are gathered on their way in and out: one pair a worker.
struct RecordBuffers {
    /// As received. Less than the plaintext buffer holds, because a session may keep the better
    /// part of two records inside.
    var received: [UInt8] = []
    /// A head that is to be sealed.
    var plain: [UInt8] = []
    /// To be sent.
    var sealed: [UInt8] = []

    static let size = 96 << 10

    mutating func prepare() {
        if received.isEmpty { received = [UInt8](repeating: 0, count: Self.size) }
    }
}

/// One socket of a connection: what the kernel has said of it, the bytes that it did not take, and
/// the TLS session over it if there is one.
///
/// The epoll set reports edges only. What is known is kept here: `mayRead` and `mayWrite` are false
/// once a call has shown that there is nothing more to do until the next edge.
struct Stream {
    var descriptor = Descriptor(raw: -1)
    /// Bytes for the wire.
    var output = OutputQueue()
    var tls: TLSSession?
    /// Plaintext that waits for the handshake.
    private var unsealed: [UInt8] = []
    var mayRead = true
    var mayWrite = true
    /// The peer has closed its side: a short receive does not end reading.
    var isHungUp = false
    /// The end of the peer's stream has been received.
    var hasEnded = false
    /// The end was announced by TLS, not only by TCP: what came is not cut short.
    private var hasCloseNotify = false
    /// A send has failed.
    var isBroken = false
    /// Our side has been closed.
    var isShut = false
    /// Is in the worker's ready list.
    var isQueued = false

    init() {}

    enum Received {
        /// So many bytes at the start of the buffer.
        case bytes(Int)
        /// Nothing for now: no bytes, or only those of a handshake.
        case nothing
        case end
        case failed
    }

    /// Whether an end of the stream may stand for the end of a message: over TLS only one that was
    /// announced, since anybody on the way can send a FIN (RFC 9112 section 9.8). After a reset
    /// that a send has met, the kernel reports an end that never was.
    var mayEndMessage: Bool {
        if isBroken, !PlantedFault.endBehindReset.isOn { return false }
        return tls == nil || hasCloseNotify
    }

    /// There is no TLS, nothing waits to be sent, and no send has failed.
    var isPlain: Bool { tls == nil && output.isEmpty && !isBroken }

    /// The handshake has failed since the peer's first bytes are HTTP without TLS; nothing has been
    /// sent to it.
    var beginsWithPlainHTTP: Bool { tls?.failure?.isPlainHTTP ?? false }

    /// Application bytes may flow.
    var isEstablished: Bool { tls?.isEstablished ?? true }

    mutating func note(_ event: ReadyEvent) {
        if event.isHungUp || event.isError { isHungUp = true }
        if event.isReadable || event.isHungUp || event.isError { mayRead = true }
        if event.isWritable || event.isError { mayWrite = true }
    }

    // MARK: - Receiving

    /// Receives once. A short receive is the last one until the next edge: the kernel had no more.
    mutating func receive<IO: SocketIO & ~Copyable>(
        _ io: inout IO, into buffer: inout [UInt8], _ records: inout RecordBuffers
    ) -> Received {
        guard tls == nil else { return receiveRecords(&io, into: &buffer, &records) }
        return receive(&io, into: &buffer, at: 0)
    }

    /// Receives without TLS into what `buffer` has from `offset` on.
    mutating func receive<IO: SocketIO & ~Copyable>(
        _ io: inout IO, into buffer: inout [UInt8], at offset: Int
    ) -> Received {
        let room = buffer.count - offset
        switch io.receive(descriptor, into: &buffer, at: offset, count: room) {
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
            if count < room, !isHungUp { mayRead = false }
            return .bytes(count)
        }
    }

    private mutating func receiveRecords<IO: SocketIO & ~Copyable>(
        _ io: inout IO, into buffer: inout [UInt8], _ records: inout RecordBuffers
    ) -> Received {
        if hasCloseNotify {
            mayRead = false
            hasEnded = true
            return .end
        }
        records.prepare()
        let result = receive(&io, into: &records.received, at: 0)
        guard case .bytes(let count) = result, let tls else { return result }
        let progress = tls.receive(
            records.received, 0..<count, into: &buffer, at: 0, output: &records.sealed)
        if tls.isEstablished, !unsealed.isEmpty {
            _ = tls.send(unsealed, unsealed.indices, output: &records.sealed)
            unsealed = []
        }
        if !sendSealed(&io, &records) { return .failed }
        switch progress.state {
        case .failed:
            mayRead = false
            return .failed
        case .closed:
            hasCloseNotify = true
            mayRead = true
            return progress.produced > 0 ? .bytes(progress.produced) : .nothing
        case .handshaking, .open:
            return progress.produced > 0 ? .bytes(progress.produced) : .nothing
        }
    }

    // MARK: - Sending

    /// Sends `head` and then a range of `body` in one call; what the kernel does not take waits in
    /// the queue, behind what waits there already. False when the connection is broken.
    mutating func send<IO: SocketIO & ~Copyable>(
        _ io: inout IO, _ head: borrowing ByteBuffer, _ part: Range<Int>, _ body: [UInt8],
        _ range: Range<Int>,
        _ records: inout RecordBuffers
    ) -> Bool {
        guard let tls else { return send(&io, head, part, body, range) }
        guard tls.isEstablished else {
            head.copy(part, to: &unsealed)
            unsealed.append(body, in: range)
            return true
        }
        records.plain.removeAll(keepingCapacity: true)
        head.copy(part, to: &records.plain)
        let isSealed =
            tls.send(records.plain, records.plain.indices, output: &records.sealed)
            && tls.send(body, range, output: &records.sealed)
        return isSealed && sendSealed(&io, &records)
    }

    private mutating func send<IO: SocketIO & ~Copyable>(
        _ io: inout IO, _ head: borrowing ByteBuffer, _ part: Range<Int>, _ body: [UInt8],
        _ range: Range<Int>
    ) -> Bool {
        let total = part.count + range.count
        guard total > 0 else { return true }
        guard mayWrite, output.isEmpty else {
            output.append(head, part)
            output.append(body, range)
            return true
        }
        switch io.send(descriptor, head, part, body, range) {
        case .count(let count):
            guard count < total else { return true }
            mayWrite = false
            if count < part.count { output.append(head, part.lowerBound + count..<part.upperBound) }
            let taken = max(0, count - part.count)
            output.append(body, range.lowerBound + taken..<range.upperBound)
            return true
        case .wouldBlock:
            mayWrite = false
            output.append(head, part)
            output.append(body, range)
            return true
        case .failed:
            return false
        }
    }

    private mutating func sendSealed<IO: SocketIO & ~Copyable>(
        _ io: inout IO, _ records: inout RecordBuffers
    ) -> Bool {
        guard !records.sealed.isEmpty else { return true }
        let isSent = send(
            &io, ByteBuffer(), 0..<0, records.sealed, records.sealed.indices)
        records.sealed.removeAll(keepingCapacity: records.sealed.capacity <= 256 << 10)
        return isSent
    }

    /// Begins the handshake of a connection to a server.
    mutating func beginHandshake<IO: SocketIO & ~Copyable>(
        _ io: inout IO, _ records: inout RecordBuffers
    ) -> Bool {
        tls?.begin(output: &records.sealed)
        return sendSealed(&io, &records)
    }

    /// Tells the other side that nothing more will come: over TLS in its own words too.
    mutating func shut<IO: SocketIO & ~Copyable>(_ io: inout IO, _ records: inout RecordBuffers) {
        isShut = true
        sayGoodbye(&io, &records)
        io.shutdownWrite(descriptor)
    }

    /// close_notify, as far as it can be sent at once.
    mutating func sayGoodbye<IO: SocketIO & ~Copyable>(
        _ io: inout IO, _ records: inout RecordBuffers
    ) {
        guard let tls, tls.isEstablished, output.isEmpty, !isBroken else { return }
        tls.end(output: &records.sealed)
        _ = sendSealed(&io, &records)
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
