internal import RequestModel
internal import RuleLang
internal import Sockets

/// A connection that bytes are for.
enum Sink: Equatable {
    case none
    case client(Int)
    case upstream(Int)
}

/// Bytes of `outgoing` for one connection, complete.
struct OutgoingSegment {
    var sink: Sink
    var range: Range<Int>
}

/// What goes out gathers in `outgoing`, connection by connection, and is sent after the turns of a
/// round: the sends then follow each other closely, so that a server or client process that the
/// first one wakes up finds the others' bytes too. Waking it again for each costs more than the
/// request's own work (2.5 µs of system time where its process runs on another core).
extension Worker where IO: ~Copyable {
    /// From here on bytes appended to `outgoing` are for this connection.
    mutating func aim(_ target: Sink) {
        guard sink != target else { return }
        endOutgoing()
        sink = target
        segmentStart = outgoing.count
    }

    /// What has gathered for the connection is complete.
    mutating func endOutgoing() {
        let start = segmentStart
        segmentStart = outgoing.count
        let target = sink
        sink = .none
        guard target != .none, start < outgoing.count else { return }
        segments.append(OutgoingSegment(sink: target, range: start..<outgoing.count))
        if segments.count >= Self.stageLimit || outgoing.count >= Self.scratchSize {
            flushOutgoing()
        }
    }

    /// Sends everything that has gathered.
    mutating func flushOutgoing() {
        if sink != .none { endOutgoing() }
        guard !segments.isEmpty else { return }
        sendSegments()
        outgoing.removeAll(keepingUpTo: 4 * Self.scratchSize)
        segmentStart = 0
    }

    private mutating func sendSegments() {
        sends &+= 1
        for index in segments.indices {
            let segment = segments[index]
            transmit(segment.sink, segment.range, [], 0..<0)
        }
        segments.removeAll()
    }

    /// Body bytes for a connection: small pieces gather, large ones leave at once from where they
    /// are, behind what has gathered.
    mutating func emit(_ target: Sink, _ buffer: [UInt8], _ range: Range<Int>) {
        aim(target)
        if range.count < Self.directSize, outgoing.count < Self.scratchSize / 2 {
            outgoing.append(buffer, in: range)
            return
        }
        sendSegments()
        transmit(target, segmentStart..<outgoing.count, buffer, range)
        outgoing.removeAll(keepingUpTo: 4 * Self.scratchSize)
        segmentStart = 0
    }

    private mutating func transmit(
        _ target: Sink, _ head: Range<Int>, _ body: [UInt8], _ range: Range<Int>
    ) {
        switch target {
        case .none: break
        case .client(let slot):
            if !clients[slot].stream.send(&io, outgoing, head, body, range, &records) {
                clients[slot].stream.isBroken = true
                enqueueClient(slot)
            } else if !clients[slot].stream.output.isEmpty {
                // A client that does not read holds nothing for ever.
                armClient(slot, after: timeouts.clientBody, .bodyTimeout)
            }
        case .upstream(let slot):
            if !upstreams[slot].stream.send(&io, outgoing, head, body, range, &records) {
                // The response may be there already: it is read before the end is told.
                upstreams[slot].stream.isBroken = true
                upstreams[slot].stream.mayWrite = false
                upstreams[slot].stream.mayRead = true
                enqueueUpstream(slot)
            }
        }
    }

    /// Whether bytes for the connection wait here.
    mutating func hasOutgoing(_ target: Sink) -> Bool {
        if sink == target { return true }
        for index in segments.indices where segments[index].sink == target { return true }
        return false
    }

    /// Takes back what has gathered for the connection from `offset` of `outgoing` on. What came
    /// before, for an earlier request, still goes.
    mutating func retract(_ target: Sink, from offset: Int) {
        if sink == target {
            segments.append(OutgoingSegment(sink: target, range: segmentStart..<outgoing.count))
            sink = .none
            segmentStart = outgoing.count
        }
        for index in segments.indices where segments[index].sink == target {
            let range = segments[index].range
            segments[index].range =
                min(range.lowerBound, offset)..<min(range.upperBound, offset)
            if range.lowerBound >= offset { segments[index].sink = .none }
        }
    }

    /// Nothing more goes to this connection.
    mutating func dropOutgoing(_ target: Sink) {
        if sink == target {
            sink = .none
            segmentStart = outgoing.count
        }
        for index in segments.indices where segments[index].sink == target {
            segments[index].sink = .none
        }
    }
}
