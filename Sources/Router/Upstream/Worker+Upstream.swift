internal import HTTPWire
internal import RequestModel
internal import RuleLang
internal import Sockets

/// The upstream's side: turns, and connections that rest.
extension Worker where IO: ~Copyable {
    mutating func runUpstream(_ slot: Int, _ gathered: GatheredBytes?) {
        if case .connecting = upstreams[slot].phase {
            guard finishConnect(slot) else { return }
        }
        flushUpstream(slot)
        if case .tunnel = upstreams[slot].phase {
            pumpFromUpstream(slot)
            return
        }
        if let gathered {
            swap(&scratch, &inbox)
            received(gathered.result, upstream: slot, at: gathered.offset)
            swap(&scratch, &inbox)
        } else {
            guard mayReceive(upstream: slot) else { return }
            let result = upstreams[slot].stream.receive(&io, into: &scratch, &records)
            received(result, upstream: slot, at: 0)
        }
        if upstreams.isUsed(slot), mayReceive(upstream: slot) { enqueueUpstream(slot) }
    }

    /// What has come of a server; bytes are in `scratch` from `offset` on.
    private mutating func received(
        _ result: Stream.Received, upstream slot: Int, at offset: Int
    ) {
        switch result {
        case .nothing: break
        case .failed, .end: upstreamEnded(slot)
        case .bytes(let count): receivedFromUpstream(slot, offset..<offset + count)
        }
    }

    mutating func mayReceive(upstream slot: Int) -> Bool {
        guard upstreams[slot].stream.mayRead else { return false }
        guard let exchange = upstreams[slot].exchange, !PlantedFault.ignoredBackPressure.isOn
        else { return true }
        return clients[exchanges[exchange].client].stream.output.isEmpty
    }

    /// Sends what waits.
    mutating func flushUpstream(_ slot: Int) {
        // A response must not be read before its request is out.
        if hasOutgoing(.upstream(slot)) { flushOutgoing() }
        guard !upstreams[slot].stream.output.isEmpty, upstreams[slot].stream.mayWrite else {
            return
        }
        let waiting = upstreams[slot].stream.output.count
        if !upstreams[slot].stream.flush(&io) {
            // The response may be there already: it is read before the end is told.
            upstreams[slot].stream.isBroken = true
            upstreams[slot].stream.output.removeAll()
            upstreams[slot].stream.mayWrite = false
            upstreams[slot].stream.mayRead = true
        }
        guard let exchange = upstreams[slot].exchange else { return }
        if upstreams[slot].stream.output.count < waiting {
            if !exchanges[exchange].requestIsDone {
                // What it could not send meanwhile does not make the client late.
                armClient(exchanges[exchange].client, after: timeouts.clientBody, .bodyTimeout)
            } else if case .head = upstreams[slot].phase {
                // A server that takes a request slowly has not begun to owe the response.
                armUpstream(slot, .firstByte)
            }
        }
        if upstreams[slot].stream.output.isEmpty { enqueueClient(exchanges[exchange].client) }
    }

    // MARK: - Idle connections

    mutating func keep(_ slot: Int) {
        let server = upstreams[slot].server
        upstreams[slot].exchange = nil
        upstreams[slot].phase = .idle
        guard servers[server].idle.count < ServerState.idleLimit, !isDraining, !drained[server]
        else {
            closeUpstream(slot)
            return
        }
        servers[server].idle.append(slot)
        armUpstream(slot, .idle)
    }

    /// Closes the connection that has rested longest at the server that has most of them, since its
    /// descriptor is needed; false when none rests.
    mutating func closeResting() -> Bool {
        let server = servers.indices.max { servers[$0].idle.count < servers[$1].idle.count }
        guard let server, !servers[server].idle.isEmpty else { return false }
        let slot = servers[server].idle[0]
        closeUpstream(slot)
        return true
    }

    mutating func closeUpstream(_ slot: Int) {
        dropOutgoing(.upstream(slot))
        if !PlantedFault.timerLeak.isOn { timers.disarm(Self.timer(upstream: slot)) }
        // An orderly end would make what a tunnel has passed on look whole.
        if case .tunnel = upstreams[slot].phase, !upstreams[slot].stream.isShut {
            io.abort(upstreams[slot].stream.descriptor)
        } else {
            io.close(upstreams[slot].stream.descriptor)
        }
        let server = upstreams[slot].server
        if case .idle = upstreams[slot].phase {
            servers[server].idle.removeAll { $0 == slot }
        }
        if upstreams[slot].exchange != nil { servers[server].counters.active -= 1 }
        upstreams[slot].reset()
        upstreams.release(slot)
    }
}
