import HTTPWire
import RequestModel
import Testing

/// What a decoder made of a stream.
struct Decoded: Equatable {
    var data = ""
    /// `end`, `more`, or the word of the refusal.
    var outcome = "more"
    /// Bytes consumed by the body; those before a refusal are not told.
    var consumed = 0
}

/// Feeds `stream` as it grows to each of `ends`, as a connection does that keeps what is unread.
func decode(_ stream: [UInt8], ends: [Int], _ framing: BodyFraming, limit: UInt64 = 0) -> Decoded {
    var decoder = BodyDecoder(framing, limit: limit)
    var decoded = Decoded()
    for end in ends {
        arrival: while true {
            switch decoder.next(stream, decoded.consumed..<end) {
            case .data(let range, let consumed):
                decoded.data += text(stream[range])
                decoded.consumed += consumed
                #expect(!range.isEmpty)
                #expect(range.upperBound == decoded.consumed)
            case .needMore(let consumed):
                decoded.consumed += consumed
                #expect(decoded.consumed == end)
                #expect(!decoder.isDone)
                break arrival
            case .end(let consumed):
                decoded.consumed += consumed
                decoded.outcome = "end"
                #expect(decoder.isDone)
                let again = decoder.next(stream, decoded.consumed..<end)
                #expect(again == .end(consumed: 0))
                return decoded
            case .refused(let reason):
                decoded.outcome = reason.rawValue
                decoded.consumed = 0
                #expect(!decoder.isDone)
                let isComplete = decoder.endOfInput()
                #expect(!isComplete)
                let again = decoder.next(stream, 0..<end)
                #expect(again == .refused(reason))
                return decoded
            }
        }
    }
    return decoded
}

@Suite struct BodyDecoderTests {
    @Test(
        arguments: [
            (.none, 0, "rest", Decoded(data: "", outcome: "end", consumed: 0)),
            (.length(0), 0, "rest", Decoded(data: "", outcome: "end", consumed: 0)),
            (.length(4), 0, "bodyrest", Decoded(data: "body", outcome: "end", consumed: 4)),
            (.length(4), 4, "body", Decoded(data: "body", outcome: "end", consumed: 4)),
            (.length(9), 0, "body", Decoded(data: "body", outcome: "more", consumed: 4)),
            (.length(4), 0, "", Decoded(data: "", outcome: "more", consumed: 0)),
            (.length(4), 3, "body", Decoded(data: "", outcome: "body_too_large", consumed: 0)),
            (.length(UInt64(Int64.max)), 0, "x", Decoded(data: "x", outcome: "more", consumed: 1)),
            (.untilClose, 0, "body", Decoded(data: "body", outcome: "more", consumed: 4)),
            (.untilClose, 4, "body", Decoded(data: "body", outcome: "more", consumed: 4)),
            (.untilClose, 3, "body", Decoded(data: "bod", outcome: "body_too_large", consumed: 0)),
        ] as [(BodyFraming, UInt64, String, Decoded)])
    func framingBoundsTheBody(
        framing: BodyFraming, limit: UInt64, stream: String, expected: Decoded
    ) {
        let stream = bytes(stream)
        #expect(decode(stream, ends: [stream.count], framing, limit: limit) == expected)
        for split in stream.indices {
            #expect(
                decode(stream, ends: [split, stream.count], framing, limit: limit) == expected)
        }
    }

    @Test(
        arguments: [
            (.none, "", true), (.length(4), "bod", false), (.length(4), "body", true),
            (.chunked, "5\r\nhello\r\n", false), (.chunked, "0\r\n", false), (.chunked, "", false),
            (.chunked, "0\r\n\r", false), (.chunked, "0\r\n\r\n", true),
            (.untilClose, "", true), (.untilClose, "body", true),
        ] as [(BodyFraming, String, Bool)])
    func closeCompletesOrCuts(framing: BodyFraming, stream: String, isComplete: Bool) {
        var decoder = BodyDecoder(framing, limit: 0)
        let stream = bytes(stream)
        var offset = 0
        reading: while true {
            switch decoder.next(stream, offset..<stream.count) {
            case .data(_, let consumed): offset += consumed
            default: break reading
            }
        }
        let answer = decoder.endOfInput()
        #expect(answer == isComplete)
        #expect(decoder.isDone == isComplete)
    }
}
