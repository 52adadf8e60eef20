package import RequestModel

/// One body's framing as a state machine (RFC 9112 section 6 and 7). It never copies: data are
/// ranges of the caller's bytes.
package struct BodyDecoder: Sendable {
    /// What to do next. `consumed` counts from the lower bound of the range given to `next`.
    package enum Step: Equatable, Sendable {
        /// Body bytes; `consumed` reaches to their end.
        case data(Range<Int>, consumed: Int)
        /// Everything was consumed and the body goes on.
        case needMore(consumed: Int)
        /// The body is complete; what follows belongs to the next message.
        case end(consumed: Int)
        case refused(RefusalReason)
    }

    private enum State: Sendable {
        case length(remaining: UInt64)
        case chunked(ChunkedDecoder)
        case untilClose(received: UInt64)
        case done
        case refused(RefusalReason)
    }

    private var state: State
    private let limit: UInt64

    /// `limit` is the most body bytes, without framing; 0 is no limit. A longer body is refused
    /// with `body_too_large` as soon as it is known to be longer.
    package init(_ framing: BodyFraming, limit: UInt64) {
        self.limit = limit
        switch framing {
        case .none, .length(0): state = .done
        case .length(let count) where limit > 0 && count > limit: state = .refused(.bodyTooLarge)
        case .length(let count): state = .length(remaining: count)
        case .chunked: state = .chunked(ChunkedDecoder(limit: limit))
        case .untilClose: state = .untilClose(received: 0)
        }
    }

    /// Whether the body was complete and nothing more of it is to come.
    package var isDone: Bool {
        if case .done = state { return true }
        return false
    }

    /// The next step with the unconsumed bytes in `range`; data may come many times.
    package mutating func next(_ bytes: [UInt8], _ range: Range<Int>) -> Step {
        switch state {
        case .done: return .end(consumed: 0)
        case .refused(let reason): return .refused(reason)
        case .chunked(let decoder): return nextChunked(decoder, bytes, range)
        case .length, .untilClose: break
        }
        if range.isEmpty { return .needMore(consumed: 0) }
        var count = UInt64(range.count)
        switch state {
        case .length(let remaining):
            count = min(count, remaining)
            state = count == remaining ? .done : .length(remaining: remaining - count)
        case .untilClose(let received):
            if limit > 0 { count = min(count, limit - received) }
            if count == 0 { return refuse(.bodyTooLarge) }
            state = .untilClose(received: limit > 0 ? received + count : 0)
        default: break
        }
        return .data(
            range.lowerBound..<range.lowerBound + Int(count), consumed: Int(count))
    }

    /// The peer closed: true when the body is complete, false when it was cut or refused.
    package mutating func endOfInput() -> Bool {
        if case .untilClose = state { state = .done }
        return isDone
    }

    private mutating func refuse(_ reason: RefusalReason) -> Step {
        state = .refused(reason)
        return .refused(reason)
    }

    private mutating func nextChunked(
        _ decoder: ChunkedDecoder, _ bytes: [UInt8], _ range: Range<Int>
    ) -> Step {
        var decoder = decoder
        var index = range.lowerBound
        while index < range.upperBound {
            if decoder.state == .data {
                let count = min(UInt64(range.upperBound - index), decoder.remaining)
                decoder.takeData(count)
                state = .chunked(decoder)
                let end = index + Int(count)
                return .data(index..<end, consumed: end - range.lowerBound)
            }
            if let reason = decoder.take(bytes[index]) { return refuse(reason) }
            index += 1
            if decoder.state == .done {
                state = .done
                return .end(consumed: index - range.lowerBound)
            }
        }
        state = .chunked(decoder)
        return .needMore(consumed: range.count)
    }
}
