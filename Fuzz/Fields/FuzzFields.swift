internal import RequestModel

/// Cookies, query parameters, lists and forwarded addresses of one request, read by the readers and
/// again by the simplest code that could do it. Lines: a query, a Cookie, a list, X-Forwarded-For,
/// Forwarded.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    var lines = input.split(separator: 0x0A, maxSplits: 5, omittingEmptySubsequences: false)
        .map { Array($0) }
    while lines.count < 5 { lines.append([]) }
    var builder = RequestBuilder()
    builder.target = Array("/?".utf8) + lines[0]
    builder.peer = IPAddress(parsing: "10.0.0.1".utf8)
    builder.headers = [
        (Array("Host".utf8), Array("a".utf8)), (Array("Cookie".utf8), lines[1]),
        (Array("X-List".utf8), lines[2]), (Array("X-Forwarded-For".utf8), lines[3]),
        (Array("Forwarded".utf8), lines[4]),
    ]
    var names = HeaderNames()
    let list = names.intern(Array("x-list".utf8))
    guard case .success(var view) = builder.build(headerNames: names) else { return 0 }
    check(cookiesOf: view)
    check(queryOf: view)
    for member in view.headerMembers(list) { precondition(!member.isEmpty, "an empty member") }
    checkClient(&view, .xForwardedFor)
    checkClient(&view, .forwarded)
    return 0
}

private func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
    var text = text.drop(while: isBlank)
    while let last = text.last, isBlank(last) { text.removeLast() }
    return text
}

private func check(cookiesOf view: RequestView) {
    var expected: [(ArraySlice<UInt8>, ArraySlice<UInt8>)] = []
    for line in view.fields where line.kind == .cookie {
        var rest = view.text(line.value)
        while true {
            let end = rest.firstIndex(of: 0x3B) ?? rest.endIndex
            let pair = rest[..<end]
            if let equals = pair.firstIndex(of: 0x3D), !trimmed(pair[..<equals]).isEmpty {
                expected.append((trimmed(pair[..<equals]), trimmed(pair[(equals + 1)...])))
            }
            guard end < rest.endIndex else { break }
            rest = rest[(end + 1)...]
        }
    }
    var index = 0
    view.forEachCookie { name, value in
        precondition(index < expected.count, "a cookie too many")
        precondition(name.elementsEqual(expected[index].0), "another name")
        precondition(value.elementsEqual(expected[index].1), "another value")
        index += 1
    }
    precondition(index == expected.count, "a cookie is missing")
}

private func check(queryOf view: RequestView) {
    guard let query = view.query else { return }
    for pair in view.text(query).split(separator: 0x26) {
        let name = pair.prefix { $0 != 0x3D }
        let value = pair.dropFirst(name.count + 1)
        let values = view.queryValues(QueryText.decoded(name))
        precondition(values.contains(QueryText.decoded(value)), "a parameter is missing")
    }
}

/// Behind one trusted block, the client is never a trusted address that somebody untrusted claimed.
private func checkClient(_ view: inout RequestView, _ header: TrustedProxies.Header) {
    guard case .success(let block) = CIDRBlock.parse("10.0.0.0/8".utf8) else { return }
    let proxies = TrustedProxies(blocks: [block], header: header)
    guard view.canonicalise(policy: ListenerPolicy(), trustedProxies: proxies) == nil else {
        return
    }
    precondition(view.client.ip != nil, "no client at all")
    // Nobody is trusted who is not in the block: from an untrusted peer nothing is believed.
    view.peer = Endpoint(ip: IPAddress(parsing: "192.0.2.1".utf8))
    _ = view.canonicalise(policy: ListenerPolicy(), trustedProxies: proxies)
    precondition(view.client.ip == view.peer.ip, "an untrusted peer speaks for another")
}
