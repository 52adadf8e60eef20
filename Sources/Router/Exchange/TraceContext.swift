internal import HTTPWire
internal import RequestModel
internal import Sockets

/// The identity of a request towards servers and logs: W3C Trace Context (`traceparent`, version 00
/// of the recommendation) and `X-Request-Id`. What the client sent is passed on when it is well
/// formed; otherwise the router begins a trace, and the request's id is the trace's.
struct TraceContext {
    /// Ranges into the view: the client's own bytes, or ours behind them.
    private(set) var traceparent = ByteRange.empty
    private(set) var requestID = ByteRange.empty
    /// The client's trace goes on: its `tracestate` belongs to it.
    private(set) var isContinued = false

    /// Looks for the client's fields, and appends to the view's bytes what is missing; `random` are
    /// the two halves of a trace id and a parent id; what is in `options`, the members of
    /// Connection, was said to this hop only.
    mutating func read(
        _ view: inout RequestView, except options: [ByteRange], random: (UInt64, UInt64, UInt64)
    ) {
        traceparent = .empty
        requestID = .empty
        var lines = 0
        for index in view.special.members(of: view.fields.count) {
            switch view.fields[index].kind {
            case .traceparent where !isNominated(view, index, options):
                lines += 1
                let value = view.fields[index].value
                traceparent = lines == 1 && Self.isTraceparent(view.bytes, value) ? value : .empty
            case .requestID where !isNominated(view, index, options):
                let value = view.fields[index].value
                if Self.isRequestID(view.bytes, value) { requestID = value }
            default: break
            }
        }
        isContinued = !traceparent.isEmpty
        if !isContinued { begin(&view.bytes, random) }
        if requestID.isEmpty {
            requestID = ByteRange(start: traceparent.start + 3, end: traceparent.start + 35)
        }
    }

    private func isNominated(
        _ view: RequestView, _ index: Int, _ options: [ByteRange]
    ) -> Bool {
        !options.isEmpty
            && HopByHop.isNominated(
                view.text(view.fields[index].name), by: options, in: view.bytes)
    }

    /// `00-` trace id `-` parent id `-00`: not sampled, since nobody here records spans.
    private mutating func begin(_ bytes: inout [UInt8], _ random: (UInt64, UInt64, UInt64)) {
        let start = bytes.count
        // Neither id may be all zero.
        bytes.append(
            "00-00000000000000000000000000000000-0000000000000000-00",
            hex: [(3, random.0), (19, random.1 | 1), (36, random.2 | 1)])
        traceparent = ByteRange(start..<bytes.count)
    }

    private static let dash = UInt8(ascii: "-")

    /// `00-` 32 hexadecimal digits `-` 16 `-` 2, in lower case, neither id all zero (section 3.2).
    /// A later version is told by the same parts, and may have more behind another dash (section
    /// 3.2.2.1); there is no version ff.
    private static func isTraceparent(_ bytes: [UInt8], _ range: ByteRange) -> Bool {
        guard range.count >= 55 else { return false }
        let start = range.indices.lowerBound
        let version = bytes[start..<start + 2]
        if range.count > 55 {
            guard !version.elementsEqual([0x30, 0x30]), bytes[start + 55] == dash else {
                return false
            }
        }
        guard !version.elementsEqual([0x66, 0x66]) else { return false }
        var ids = (trace: false, parent: false)
        for offset in 0..<55 {
            let byte = bytes[start + offset]
            switch offset {
            case 2, 35, 52:
                guard byte == dash else { return false }
            default:
                guard byte &- 0x30 < 10 || byte &- 0x61 < 6 else { return false }
                if byte != 0x30, 2..<35 ~= offset { ids.trace = true }
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
}
