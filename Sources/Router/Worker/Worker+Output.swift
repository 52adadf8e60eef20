internal import RequestModel
internal import RuleLang
internal import Sockets

/// Where the bytes in `outgoing` go. Heads and small bodies gather there during a turn, so that one
/// send carries them; another destination, or the end of the turn, sends them off.
enum Sink: Equatable {
    case none
    case client(Int)
    case upstream(Int)
}

extension Worker where IO: ~Copyable {
    /// From here on `outgoing` is for this connection.
    mutating func aim(_ target: Sink) {
        guard sink != target else { return }
        sendOutgoing()
        sink = target
    }

    /// Sends what has gathered.
    mutating func sendOutgoing() {
        if !outgoing.isEmpty { transmit([], 0..<0) }
        sink = .none
    }

    /// Body bytes for a connection: small pieces gather, large ones leave at once from where they
    /// are, behind what has gathered.
    mutating func emit(_ target: Sink, _ buffer: [UInt8], _ range: Range<Int>) {
        aim(target)
        if range.count < Self.directSize, outgoing.count < Self.scratchSize / 2 {
            outgoing.append(buffer, in: range)
        } else {
            transmit(buffer, range)
        }
    }

    private mutating func transmit(_ body: [UInt8], _ range: Range<Int>) {
        switch sink {
        case .none: break
        case .client(let slot):
            if !clients[slot].stream.send(&io, outgoing, body, range, &records) {
                clients[slot].stream.isBroken = true
                enqueueClient(slot)
            } else if !clients[slot].stream.output.isEmpty {
                // A client that does not read holds nothing for ever.
                armClient(slot, after: timeouts.clientBody, .bodyTimeout)
            }
        case .upstream(let slot):
            if !upstreams[slot].stream.send(&io, outgoing, body, range, &records) {
                // The response may be there already: it is read before the end is told.
                upstreams[slot].stream.mayWrite = false
                upstreams[slot].stream.mayRead = true
                enqueueUpstream(slot)
            }
        }
        outgoing.removeAll(keepingUpTo: 4 * Self.scratchSize)
    }

    /// Nothing more goes to this connection.
    mutating func dropOutgoing(_ target: Sink) {
        guard sink == target else { return }
        outgoing.removeAll(keepingUpTo: 4 * Self.scratchSize)
        sink = .none
    }
}
