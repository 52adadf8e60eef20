internal import HTTPWire
internal import RequestModel
internal import RuleLang
internal import Sockets

/// What goes wrong on the upstream's side.
extension Worker where IO: ~Copyable {
    /// No connection to this server: the next one of the pool.
    mutating func connectFailed(_ slot: Int, reason: String) {
        guard let client = upstreams[slot].client else {
            closeUpstream(slot)
            return
        }
        let server = upstreams[slot].server
        clients[client].upstream = nil
        closeUpstream(slot)
        clients[client].attempts.tried.insert(server)
        clients[client].attempts.failure = reason
        // Body bytes that went into the queue of the failed connection are gone.
        guard clients[client].record.requestBytes == 0 else {
            answer(client, Self.plain(502, "bad gateway\n"), reason: reason)
            return
        }
        connectUpstream(client)
    }

    /// The server has closed its side, or the connection broke.
    mutating func upstreamEnded(_ slot: Int) {
        guard let client = upstreams[slot].client else {
            closeIdle(slot)
            return
        }
        if upstreams[slot].phase == .connecting {
            connectFailed(slot, reason: "upstream_connect_failed")
            return
        }
        if upstreams[slot].phase == .body, upstreams[slot].decoder.endOfInput() {
            endOfCloseDelimited(slot, client)
            return
        }
        let isUntouched = !upstreams[slot].hasResponded
        let event = clients[client].exchange.responseEvent(
            .reset(isUntouched ? .closed : .malformed))
        clients[client].upstream = nil
        closeUpstream(slot)
        switch event {
        case .retry:
            clients[client].attempts.needsFresh = true
            connectUpstream(client)
        case .abortClient: cutShort(client, reason: "upstream_cut")
        default:
            let reason = isUntouched ? "upstream_closed" : "upstream_cut"
            answer(client, Self.plain(502, "bad gateway\n"), reason: reason)
        }
    }

    private mutating func endOfCloseDelimited(_ slot: Int, _ client: Int) {
        if clients[client].responseFraming == .chunked {
            clients[client].output.append(ChunkEncoder.terminator)
        }
        clients[client].responseIsDone = true
        clients[client].upstream = nil
        if clients[client].phase == .body { clients[client].closesAfterOutput = true }
        closeUpstream(slot)
        finishExchange(client)
    }

    /// A response that is not acceptable: 502 if nothing of it has been passed on.
    mutating func upstreamMalformed(_ slot: Int, _ reason: RefusalReason) {
        guard let client = upstreams[slot].client else { return }
        let hasBegun = clients[client].record.status != 0
        clients[client].upstream = nil
        closeUpstream(slot)
        if hasBegun {
            cutShort(client, reason: reason.rawValue)
        } else {
            answer(client, Self.plain(502, "bad gateway\n"), reason: reason.rawValue)
        }
    }

    mutating func upstreamTimedOut(_ slot: Int) {
        guard let client = upstreams[slot].client else {
            closeIdle(slot)
            return
        }
        if upstreams[slot].phase == .connecting {
            clients[client].upstream = nil
            closeUpstream(slot)
            answer(
                client, Self.plain(504, "gateway timeout\n"), reason: "upstream_connect_timeout")
            return
        }
        let hasBegun = clients[client].record.status != 0
        clients[client].upstream = nil
        closeUpstream(slot)
        if hasBegun {
            cutShort(client, reason: "upstream_timeout")
        } else {
            answer(client, Self.plain(504, "gateway timeout\n"), reason: "upstream_timeout")
        }
    }

    /// The response cannot be completed: the client's connection is reset so that the cut is seen.
    mutating func cutShort(_ client: Int, reason: String) {
        finishRecord(client, status: clients[client].record.status, reason: reason)
        abortClient(client)
    }
}
