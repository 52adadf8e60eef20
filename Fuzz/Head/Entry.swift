internal import CLanes
internal import HTTPWire
internal import RequestModel

/// Names of every length that is looked up in a way of its own.
private let names: HeaderNames = {
    var names = HeaderNames()
    for count in [7, 8, 15, 16, 17, 24, 25, 33] {
        _ = names.intern(Array("x-a-name-that-goes-on-and-on-and-on".utf8.prefix(count)))
    }
    return names
}()

/// A head that parses is one that the scanner ends at the same place, read alike by the careful
/// reader and by the one that knows the lines, and whose parts lie inside it; canonicalising it
/// never traps. The processor's own vectors see what every processor's see.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    var masks = [UInt64](repeating: 0, count: count / 64)
    var portable = masks
    unsafe clanes_controls(input, masks.count, &masks)
    unsafe clanes_controls_portable(input, portable.count, &portable)
    precondition(masks == portable, "other vectors, other masks")
    let limits = HeadLimits(head: 8_192, fields: 32, target: 1_024)
    var whole = HeadScanner(.request)
    var lines = HeadLines()
    let result = whole.scan(input, 0..<count, limit: limits.head, lines: &lines)
    // With bytes behind it, even the shortest head is looked at in whole blocks.
    var padded = HeadScanner(.request)
    let more = input + [UInt8](repeating: 0x0A, count: 64)
    let other = padded.scan(more, 0..<count, limit: limits.head, lines: &lines)
    precondition(result == other, "another result with bytes behind")
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
        input, whole.start..<end, limits: limits, names: names, into: &view)
    var quick = RequestView()
    let again = RequestHeadParser.parse(
        input, whole.start..<end, limits: limits, names: names, lines: lines, into: &quick)
    switch (parsed, again) {
    case (.success(let one), .success(let two)):
        precondition(one.framing == two.framing && one.keepsAlive == two.keepsAlive)
        precondition(one.connectionOptions == two.connectionOptions)
        precondition(view.fields == quick.fields && view.target == quick.target)
        precondition(view.special == quick.special, "ordinary for one reading only")
        for index in view.fields.indices where !view.special.members(of: index + 1).contains(index)
        {
            precondition(view.fields[index].isOrdinary, "an ordinary line that is none")
        }
    case (.failure(let one), .failure(let two)):
        precondition(one == two, "two refusals")
        return 0
    default:
        preconditionFailure("two readings")
    }
    for field in view.fields {
        precondition(FieldText.isToken(view.text(field.name)), "a name that is no token")
    }
    guard view.canonicalise(policy: ListenerPolicy(), trustedProxies: nil) == nil else { return 0 }
    _ = view.url()
    _ = view.segments()
    view.forEachCookie { _, _ in }
    return 0
}
