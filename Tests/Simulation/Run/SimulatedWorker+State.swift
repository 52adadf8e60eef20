import HTTPWire
import Sockets

@testable import Router

extension SimulatedWorker {
    /// Where the exchange is that a token's connection takes part in.
    func state(of raw: UInt64) -> MetState {
        guard let token = Token(raw: raw) else { return .none }
        switch token.kind {
        case .client:
            guard worker.clients.holds(token.slot, generation: token.generation) else {
                return .none
            }
            return clientState(token.slot)
        case .upstream:
            guard worker.upstreams.holds(token.slot, generation: token.generation) else {
                return .none
            }
            guard let exchange = worker.upstreams[token.slot].exchange else {
                return .idleUpstream
            }
            return exchangeState(exchange)
        case .mailbox, .listener: return .none
        }
    }

    /// Of every connection that there is.
    var states: [MetState] {
        var states: [MetState] = []
        for slot in 0..<worker.clients.slotCount where worker.clients.isUsed(slot) {
            states.append(clientState(slot))
        }
        for slot in 0..<worker.upstreams.slotCount where worker.upstreams.isUsed(slot) {
            if worker.upstreams[slot].exchange == nil { states.append(.idleUpstream) }
        }
        return states
    }

    private func clientState(_ slot: Int) -> MetState {
        switch worker.clients[slot].phase {
        case .head:
            return worker.clients[slot].input.isEmpty && !worker.clients[slot].scanner.hasBegun
                ? .idleClient : .head
        case .exchange: return worker.clients[slot].exchange.map(exchangeState) ?? .none
        case .tunnel: return .tunnel
        case .closing: return .closing
        case .lingering: return .lingering
        }
    }

    private func exchangeState(_ number: Int) -> MetState {
        if worker.exchanges[number].dropsBody { return .dropping }
        let isDone = worker.exchanges[number].requestIsDone
        guard let upstream = worker.exchanges[number].upstream else { return .none }
        switch worker.upstreams[upstream].phase {
        case .connecting: return .connecting
        case .head, .idle: return isDone ? .waiting : .requestBody
        case .body: return isDone ? .responseBody : .bothBodies
        case .tunnel: return .tunnel
        }
    }

    /// Slots that exchanges have ever needed at the same time.
    var exchangeSlots: Int { worker.exchanges.slotCount }
}
