internal import HTTPWire
internal import RequestModel
internal import RuleLang
internal import Sockets

/// What goes wrong on the upstream's side.
extension Worker where IO: ~Copyable {
    /// The server has closed its side, or the connection broke.
    mutating func upstreamEnded(_ slot: Int) {
        guard let exchange = upstreams[slot].exchange else {
            closeUpstream(slot)
            return
        }
        if case .body = upstreams[slot].phase, upstreams[slot].stream.hasEnded,
            upstreams[slot].stream.mayEndMessage, upstreams[slot].decoder.endOfInput()
        {
            responseEnded(slot, exchange)
            return
        }
        if PlantedFault.endOfCutResponse.isOn, case .body = upstreams[slot].phase {
            responseEnded(slot, exchange)
            return
        }
        let isUntouched = !upstreams[slot].hasResponded
        let action = exchanges[exchange].state.responseEvent(
            .reset(isUntouched ? .closed : .malformed))
        countFailure(slot)
        exchanges[exchange].upstream = nil
        if PlantedFault.doubleRelease.isOn { closeUpstream(slot) }
        closeUpstream(slot)
        switch action {
        case .retry:
            counters.retries &+= 1
            exchanges[exchange].attempts.needsFresh = true
            connectUpstream(exchange)
        case .abortClient: endBroken(exchange, 502, "bad gateway\n", .end(.upstreamCut))
        default:
            answer(
                exchange, .plain(502, "bad gateway\n"),
                .end(isUntouched ? .upstreamClosed : .upstreamCut))
        }
    }

    private mutating func countFailure(_ slot: Int) {
        servers[upstreams[slot].server].counters.failures &+= 1
    }

    /// A response that is not acceptable: 502 if nothing of it has been passed on.
    mutating func upstreamMalformed(_ slot: Int, _ exchange: Int, _ reason: RefusalReason) {
        fail(slot, exchange, 502, "bad gateway\n", .refusal(reason))
    }

    mutating func upstreamTimedOut(_ slot: Int) {
        guard let exchange = upstreams[slot].exchange else {
            closeUpstream(slot)
            return
        }
        // Nothing of the request has left: another server may have it.
        if case .connecting = upstreams[slot].phase {
            connectFailed(slot, .end(.upstreamConnectTimeout))
            return
        }
        fail(slot, exchange, 504, "gateway timeout\n", .end(.upstreamTimeout))
    }

    private mutating func fail(
        _ slot: Int, _ exchange: Int, _ status: UInt16, _ text: String, _ reason: Reason
    ) {
        countFailure(slot)
        exchanges[exchange].upstream = nil
        closeUpstream(slot)
        endBroken(exchange, status, text, reason)
    }

    /// An exchange whose response will not be complete: the router's answer if nothing of the
    /// response has left yet, else the client's connection is reset so that the cut is seen.
    private mutating func endBroken(
        _ exchange: Int, _ status: UInt16, _ text: String, _ reason: Reason
    ) {
        if exchanges[exchange].record.status != 0 {
            guard exchanges[exchange].headSends == sends else {
                cutShort(exchange, reason)
                return
            }
            retract(
                .client(exchanges[exchange].client), from: exchanges[exchange].headOffset)
        }
        answer(exchange, .plain(status, text), reason)
    }

    /// The response cannot be completed: the client's connection is reset so that the cut is seen.
    mutating func cutShort(_ exchange: Int, _ reason: Reason) {
        let client = exchanges[exchange].client
        endExchange(exchange, reason)
        abortClient(client)
    }
}
