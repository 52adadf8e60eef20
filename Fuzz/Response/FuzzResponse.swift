internal import HTTPWire
internal import RequestModel

/// A response head that is accepted is accepted however it arrives, read alike by the careful
/// reader and by the one that knows the lines, and safe to write again.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    let limits = HeadLimits(head: 8_192, fields: 32, target: 1_024)
    var whole = HeadScanner(.response)
    var lines = HeadLines()
    let result = whole.scan(input, 0..<count, limit: limits.head, lines: &lines)
    // With bytes behind it, even the shortest head is looked at in whole blocks.
    var padded = HeadScanner(.response)
    let more = input + [UInt8](repeating: 0x0A, count: 64)
    let other = padded.scan(more, 0..<count, limit: limits.head, lines: &lines)
    precondition(result == other, "another result with bytes behind")
    var pieces = HeadScanner(.response)
    var last = ScanResult.incomplete
    for end in stride(from: 1, through: count, by: 5) where last == .incomplete {
        last = pieces.scan(input, 0..<end, limit: limits.head)
    }
    if case .complete(let end) = last {
        precondition(result == .complete(end: end), "pieces end elsewhere")
    }
    guard case .complete(let end) = result else { return 0 }
    for isHEAD in [false, true] {
        var careful = ResponseHead()
        var quick = ResponseHead()
        let refusal = careful.parse(
            input, whole.start..<end, limits: limits, requestMethodIsHEAD: isHEAD)
        let again = quick.parse(
            input, whole.start..<end, limits: limits, requestMethodIsHEAD: isHEAD, lines: lines)
        precondition(refusal == again, "two readings")
        guard refusal == nil else { continue }
        check(careful)
        precondition(careful.status == quick.status && careful.framing == quick.framing)
        precondition(careful.fields == quick.fields && careful.keepsAlive == quick.keepsAlive)
        precondition(careful.special == quick.special, "ordinary for one reading only")
        precondition(careful.connectionOptions == quick.connectionOptions)
        if isHEAD { precondition(!careful.framing.hasBody, "a body for HEAD") }
    }
    return 0
}

private func check(_ head: borrowing ResponseHead) {
    precondition((100...599).contains(head.status))
    for field in head.fields {
        precondition(FieldText.isToken(head.bytes[field.name.indices]), "a name that is no token")
        precondition(FieldText.isFieldValue(head.bytes[field.value.indices]), "a split response")
    }
    precondition(head.bytes[head.reason.indices].allSatisfy(FieldText.isValueByte))
    if head.status == 204 || head.status < 200 { precondition(!head.framing.hasBody) }
}
