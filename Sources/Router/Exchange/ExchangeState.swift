/// One request and its response: full duplex, and independent of the protocol on either side.
///
/// A state machine without I/O. The adapters of the two connections translate bytes into events;
/// the
/// machine answers each with an action, and the worker performs it. Both halves run at the same
/// time:
/// a response may start, and end, while the request body still streams.
struct ExchangeState: Sendable, Equatable {
    /// One direction of the exchange.
    enum Half: UInt8, Sendable, Equatable {
        /// No head yet.
        case awaitingHead
        /// The head has passed; body bytes follow.
        case streaming
        /// Passed in full.
        case ended
        /// Will never be complete.
        case broken
    }

    private(set) var request = Half.awaitingHead
    private(set) var response = Half.awaitingHead
    /// The request may be sent again on a fresh connection: its method is idempotent, it has no
    /// body, and it went out on a pooled connection that may have been dead (RFC 9110 section
    /// 9.2.2).
    var isReplayable = false

    init() {}
}

extension ExchangeState {
    /// What an adapter tells the machine. `body` is told by count: the bytes themselves go straight
    /// from the receive buffer to the other side.
    enum Event: Sendable, Equatable {
        /// Whether body bytes will follow.
        case head(hasBody: Bool)
        /// A 1xx head (responses only).
        case informational
        case body
        case end
        case reset(ResetReason)
    }

    enum ResetReason: Sendable, Equatable {
        /// The connection ended or failed before the message was complete.
        case closed
        case timedOut
        /// What arrived is not acceptable.
        case malformed
    }

    /// What the worker does next.
    enum Action: Sendable, Equatable {
        /// Pass the event on to the other side.
        case forward
        /// Both halves are complete: each connection may serve its next exchange.
        case finish
        /// The response is complete but the request body is not: the upstream connection cannot be
        /// used again, and the client is closed once it has read the response.
        case finishEarly
        /// Send the request again on a fresh connection.
        case retry
        /// The upstream failed before its response began: the router answers with this status.
        case answer(status: UInt16)
        /// The response cannot be completed: the client's connection is ended so that the cut is
        /// seen, never papered over.
        case abortClient
        /// The client is gone: the upstream connection is ended.
        case abortUpstream
        /// Nothing left to do for this event.
        case ignore
    }

    mutating func requestEvent(_ event: Event) -> Action {
        switch event {
        case .head(let hasBody):
            request = hasBody ? .streaming : .ended
            return .forward
        case .body:
            return request == .streaming && response != .ended ? .forward : .ignore
        case .end:
            guard request == .streaming else { return .ignore }
            request = .ended
            return response == .ended ? .finish : .forward
        case .reset:
            guard response != .ended else { return .ignore }
            request = .broken
            return .abortUpstream
        case .informational:
            return .ignore
        }
    }

    mutating func responseEvent(_ event: Event) -> Action {
        switch event {
        case .informational:
            isReplayable = false
            return response == .awaitingHead ? .forward : .ignore
        case .head(let hasBody):
            isReplayable = false
            response = .streaming
            return hasBody ? .forward : responseEvent(.end)
        case .body:
            return response == .streaming ? .forward : .ignore
        case .end:
            guard response == .streaming else { return .ignore }
            response = .ended
            return request == .ended ? .finish : .finishEarly
        case .reset(let reason):
            return upstreamFailed(reason)
        }
    }

    private mutating func upstreamFailed(_ reason: ResetReason) -> Action {
        switch response {
        case .ended, .broken:
            return .ignore
        case .streaming:
            response = .broken
            return .abortClient
        case .awaitingHead where isReplayable && reason == .closed:
            isReplayable = false
            return .retry
        case .awaitingHead:
            response = .broken
            return .answer(status: reason == .timedOut ? 504 : 502)
        }
    }
}
