import HTTPWire
import RequestModel

/// One byte for each character, U+0000 to U+00FF.
func bytes(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { UInt8($0.value) }
}

func text(_ bytes: some Collection<UInt8>) -> String {
    var scalars = String.UnicodeScalarView()
    scalars.append(contentsOf: bytes.map { Unicode.Scalar($0) })
    return String(scalars)
}

func describe(_ refusal: Refusal) -> String {
    "\(refusal.status) \(refusal.reason.rawValue)"
}

func describe(_ framing: BodyFraming) -> String {
    switch framing {
    case .none: "none"
    case .length(let count): "length \(count)"
    case .chunked: "chunked"
    case .untilClose: "close-delimited"
    }
}

let roomy = HeadLimits(head: 65_536, fields: 100, target: 8192)

/// A request as the connection reads it, scanner first: its refusal, or what was found.
func readRequest(
    _ head: [UInt8], limits: HeadLimits = roomy, names: HeaderNames = HeaderNames(),
    into view: inout RequestView
) -> Result<RequestHead, Refusal> {
    var scanner = HeadScanner()
    var lines = HeadLines()
    switch scanner.scan(head, head.indices, limit: limits.head, lines: &lines) {
    case .incomplete: return .failure(Refusal(0, .truncatedBody))
    case .refused(let refusal): return .failure(refusal)
    case .complete(let end):
        return RequestHeadParser.parse(
            head, scanner.start..<end, limits: limits, names: names, lines: lines,
            into: &view)
    }
}

/// The refusal as `400 bad_method`, or the head as `ok chunked close continue te,upgrade`.
func outcome(_ head: String, limits: HeadLimits = roomy) -> String {
    var view = RequestView()
    switch readRequest(bytes(head), limits: limits, into: &view) {
    case .failure(let refusal): return describe(refusal)
    case .success(let head):
        var words = ["ok", describe(head.framing), head.keepsAlive ? "alive" : "close"]
        if head.expectsContinue { words.append("continue") }
        let members = head.connectionOptions.map { text(view.bytes[$0.indices]) }
        if !members.isEmpty { words.append(members.joined(separator: ",")) }
        return words.joined(separator: " ")
    }
}
