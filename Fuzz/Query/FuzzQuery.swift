internal import RequestModel

/// Query parameters, read by the reader and by the simplest code that could do it: the same values
/// of each name, in their order, and the query itself goes on untouched.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    var builder = RequestBuilder()
    builder.target = Array("/?".utf8) + input
    let isText = input.allSatisfy { 0x21...0x7E ~= $0 && $0 != 0x23 }
    guard case .success(let view) = builder.build(headerNames: HeaderNames()) else {
        precondition(!isText, "a query is refused")
        return 0
    }
    precondition(isText, "a byte that no query has")
    guard let query = view.query else { fatalError("no query") }
    precondition(view.text(query).elementsEqual(input), "another query")
    let pairs = parameters(of: input)
    for pair in pairs.prefix(8) {
        let values = pairs.filter { $0.name == pair.name }.map(\.value)
        precondition(view.queryValues(pair.name) == values, "other values")
    }
    return 0
}

private struct Parameter {
    var name: [UInt8] = []
    var value: [UInt8] = []
}

/// One byte after the other: "&" ends a parameter, the first "=" of it the name.
private func parameters(of query: [UInt8]) -> [Parameter] {
    var found: [Parameter] = []
    var current = Parameter()
    var isEmpty = true
    var inValue = false
    var index = 0
    while index <= query.count {
        defer { index += 1 }
        if index == query.count || query[index] == 0x26 {
            if !isEmpty { found.append(current) }
            current = Parameter()
            isEmpty = true
            inValue = false
            continue
        }
        isEmpty = false
        if query[index] == 0x3D, !inValue {
            inValue = true
            continue
        }
        let byte = decoded(query, &index)
        if inValue { current.value.append(byte) } else { current.name.append(byte) }
    }
    return found
}

/// The byte at `index`, which moves to the end of an escape.
private func decoded(_ query: [UInt8], _ index: inout Int) -> UInt8 {
    if query[index] == 0x2B { return 0x20 }
    guard query[index] == 0x25, index + 2 < query.count,
        let high = digit(query[index + 1]), let low = digit(query[index + 2])
    else { return query[index] }
    index += 2
    return high * 16 + low
}

private func digit(_ byte: UInt8) -> UInt8? {
    let digits = Array("0123456789abcdef0123456789ABCDEF".utf8)
    return digits.firstIndex(of: byte).map { UInt8($0 % 16) }
}
