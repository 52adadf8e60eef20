internal import RequestModel

/// The identity of a request towards servers and logs: W3C Trace Context (`traceparent`, version 00
/// of the recommendation) and `X-Request-Id`. What the client sent is passed on when it is well
/// formed; otherwise the router begins a trace.
struct TraceContext {
    /// Two random words for the trace id and one for the parent id.
    var high: UInt64 = 0
    var low: UInt64 = 0
    var parent: UInt64 = 0
    /// The client's own, ranges into the view.
    var received: ByteRange?
    var receivedRequestID: ByteRange?

    private static let dash = UInt8(ascii: "-")

    /// Looks for the client's fields; `random` is asked for what is missing.
    mutating func read(_ view: RequestView, random: () -> UInt64) {
        received = nil
        receivedRequestID = nil
        var lines = 0
        for index in view.fields.indices {
            switch view.fields[index].kind {
            case .traceparent:
                lines += 1
                let value = view.fields[index].value
                received = lines == 1 && Self.isTraceparent(view.bytes, value) ? value : nil
            case .requestID:
                let value = view.fields[index].value
                if Self.isRequestID(view.bytes, value) { receivedRequestID = value }
            default: break
            }
        }
        if received == nil || receivedRequestID == nil {
            high = random()
            low = random() | 1
            parent = random() | 1
        }
    }

    /// `00-` 32 hexadecimal digits `-` 16 `-` 2, in lower case, neither id all zero (section 3.2).
    private static func isTraceparent(_ bytes: [UInt8], _ range: ByteRange) -> Bool {
        guard range.count == 55 else { return false }
        let start = range.indices.lowerBound
        guard bytes[start] == 0x30, bytes[start + 1] == 0x30 else { return false }
        var ids = (trace: false, parent: false)
        for offset in 2..<55 {
            let byte = bytes[start + offset]
            switch offset {
            case 2, 35, 52:
                guard byte == dash else { return false }
            default:
                guard byte &- 0x30 < 10 || byte &- 0x61 < 6 else { return false }
                if byte != 0x30, offset < 35 { ids.trace = true }
                if byte != 0x30, 35..<52 ~= offset { ids.parent = true }
            }
        }
        return ids.trace && ids.parent
    }

    /// 1 to 128 visible characters.
    private static func isRequestID(_ bytes: [UInt8], _ range: ByteRange) -> Bool {
        guard 1...128 ~= range.count else { return false }
        for index in range.indices where !(0x21...0x7e ~= bytes[index]) { return false }
        return true
    }

    func appendTraceparent(_ view: RequestView, to output: inout [UInt8]) {
        if let received {
            output.append(contentsOf: view.bytes[received.indices])
            return
        }
        output.append(0x30)
        output.append(0x30)
        output.append(Self.dash)
        HexDigits.append(high, to: &output)
        HexDigits.append(low, to: &output)
        output.append(Self.dash)
        HexDigits.append(parent, to: &output)
        output.append(Self.dash)
        output.append(0x30)
        output.append(0x30)
    }

    func appendRequestID(_ view: RequestView, to output: inout [UInt8]) {
        if let receivedRequestID {
            output.append(contentsOf: view.bytes[receivedRequestID.indices])
            return
        }
        HexDigits.append(high, to: &output)
        HexDigits.append(low, to: &output)
    }
}
