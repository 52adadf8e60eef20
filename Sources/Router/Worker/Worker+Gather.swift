internal import Sockets

/// What was received for a connection before its turn.
struct GatheredBytes {
    var result: Stream.Received
    /// Where bytes begin in the worker's `inbox`.
    var offset: Int
}

/// Receives of a round, one close behind the other: a request from every client that waits for one
/// to be read, and a response from every server that owes one. The kernel's code and then ours stay
/// in the processor's caches for the whole round, as they do for the sends, while turn by turn each
/// puts the other out (8 % of a small request's CPU).
///
/// Only what the turn would receive anyway is received: heads over plain connections, where nothing
/// that an earlier turn of the round does may make the bytes belong to something else. A connection
/// that such a turn ends takes its bytes with it.
extension Worker where IO: ~Copyable {
    /// Each receive gets at least so much room: a body in one piece is cheaper than in two.
    private static var leastRoom: Int { 66 << 10 }

    /// Receives for the connections of `batch`, as far as the inbox has room.
    mutating func gather() {
        gathered.removeAll()
        // One connection has nobody to follow.
        guard batch.count > 1 else { return }
        var offset = 0
        for position in batch.indices {
            guard inbox.count - offset >= Self.leastRoom else { return }
            let token = batch[position]
            var bytes: GatheredBytes?
            if mayGather(token) {
                let result =
                    token.kind == .client
                    ? clients[token.slot].stream.receive(&io, into: &inbox, at: offset)
                    : upstreams[token.slot].stream.receive(&io, into: &inbox, at: offset)
                bytes = GatheredBytes(result: result, offset: offset)
                if case .bytes(let count) = result, !PlantedFault.overlappingReceives.isOn {
                    offset += count
                }
            }
            gathered.append(bytes)
        }
    }

    private mutating func mayGather(_ token: Token) -> Bool {
        let slot = token.slot
        switch token.kind {
        case .client:
            guard clients.holds(slot, generation: token.generation),
                case .head = clients[slot].phase, clients[slot].stream.isPlain
            else { return false }
            return clients[slot].input.isEmpty && mayReceive(slot)
        case .upstream:
            guard upstreams.holds(slot, generation: token.generation),
                case .head = upstreams[slot].phase, upstreams[slot].stream.isPlain,
                upstreams[slot].exchange != nil
            else { return false }
            return mayReceive(upstream: slot)
        case .mailbox, .listener: return false
        }
    }

    /// What was gathered for the turn at `position` of the batch.
    mutating func gatheredBytes(_ position: Int) -> GatheredBytes? {
        guard position < gathered.count, let bytes = gathered[position] else { return nil }
        if PlantedFault.lostEnd.isOn, case .end = bytes.result { return nil }
        return bytes
    }
}
