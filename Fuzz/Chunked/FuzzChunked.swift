internal import HTTPWire
internal import RequestModel

/// A chunked body means the same however it arrives: the first byte says how long the pieces are.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 1 else { return 0 }
    let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    let limit: UInt64 = input[0] & 1 == 0 ? 0 : 64
    let body = Array(input.dropFirst())
    let whole = decode(body, pieces: body.count, limit)
    let other = decode(body, pieces: Int(input[0] >> 1 & 15) + 1, limit)
    precondition(whole.outcome == other.outcome, "ends otherwise in pieces")
    if case .ended = whole.outcome {
        precondition(whole.data == other.data, "other bytes in pieces")
    }
    precondition(limit == 0 || whole.data.count <= 64, "more than the limit")
    return 0
}

private enum Outcome: Equatable {
    case ended(consumed: Int)
    case unfinished
    case refused(RefusalReason)
}

private func decode(
    _ body: [UInt8], pieces: Int, _ limit: UInt64
) -> (outcome: Outcome, data: [UInt8]) {
    var decoder = BodyDecoder(.chunked, limit: limit)
    var data: [UInt8] = []
    var start = 0
    var end = 0
    while end < body.count {
        end = min(body.count, end + pieces)
        while start < end {
            switch decoder.next(body, start..<end) {
            case .data(let range, let consumed):
                precondition(consumed > 0 && range.lowerBound >= start && range.upperBound <= end)
                data += body[range]
                start += consumed
            case .needMore(let consumed):
                start += consumed
                precondition(start == end, "bytes left over")
            case .end(let consumed):
                return (.ended(consumed: start + consumed), data)
            case .refused(let reason): return (.refused(reason), data)
            }
        }
    }
    return (.unfinished, data)
}
