internal import RequestModel

/// Each line is a Cookie field. What the readers find in the one line that they become is what the
/// simplest code finds in them one after the other.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    let lines = input.split(separator: 0x0A, maxSplits: 4, omittingEmptySubsequences: false)
    var builder = RequestBuilder()
    builder.headers = lines.map { (Array("cookie".utf8), Array($0)) }
    guard case .success(let view) = builder.build(headerNames: HeaderNames()) else { return 0 }
    precondition(view.fields.filter { $0.kind == .cookie }.count == 1, "more than one line")
    let expected = lines.flatMap(cookies(in:))
    var index = 0
    view.forEachCookie { name, value in
        precondition(index < expected.count, "a cookie too many")
        precondition(name.elementsEqual(expected[index].name), "another name")
        precondition(value.elementsEqual(expected[index].value), "another value")
        index += 1
    }
    precondition(index == expected.count, "a cookie is missing")
    if let first = expected.first {
        let values = expected.filter { $0.name.elementsEqual(first.name) }.map { Array($0.value) }
        precondition(view.cookies(Array(first.name)) == values, "other values of a name")
    }
    return 0
}

private struct Cookie {
    var name: ArraySlice<UInt8>
    var value: ArraySlice<UInt8>
}

private func cookies(in line: ArraySlice<UInt8>) -> [Cookie] {
    var found: [Cookie] = []
    var rest = line
    while true {
        let end = rest.firstIndex(of: 0x3B) ?? rest.endIndex
        let pair = rest[..<end]
        if let equals = pair.firstIndex(of: 0x3D), !trimmed(pair[..<equals]).isEmpty {
            found.append(
                Cookie(name: trimmed(pair[..<equals]), value: trimmed(pair[(equals + 1)...])))
        }
        guard end < rest.endIndex else { return found }
        rest = rest[(end + 1)...]
    }
}

private func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
    var text = text.drop(while: isBlank)
    while let last = text.last, isBlank(last) { text.removeLast() }
    return text
}
