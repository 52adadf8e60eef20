internal import HTTPWire
internal import RequestModel

/// A head that parses is one that the scanner ends at the same place, and whose parts lie inside
/// it;
/// canonicalising it never traps.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    let limits = HeadLimits(head: 8_192, fields: 32, target: 1_024)
    var whole = HeadScanner(.request)
    let result = whole.scan(input, 0..<count, limit: limits.head)
    var pieces = HeadScanner(.request)
    var last = ScanResult.incomplete
    for end in stride(from: 1, through: count, by: 3) where last == .incomplete {
        last = pieces.scan(input, 0..<end, limit: limits.head)
    }
    if case .complete(let end) = last {
        precondition(result == .complete(end: end), "pieces end elsewhere")
    }
    guard case .complete(let end) = result else { return 0 }
    var view = RequestView()
    let parsed = RequestHeadParser.parse(
        input, whole.start..<end, limits: limits, names: HeaderNames(), into: &view)
    guard case .success = parsed else { return 0 }
    for field in view.fields {
        precondition(FieldText.isToken(view.text(field.name)), "a name that is no token")
    }
    guard view.canonicalise(policy: ListenerPolicy(), trustedProxies: nil) == nil else { return 0 }
    _ = view.url()
    _ = view.segments()
    view.forEachCookie { _, _ in }
    return 0
}
