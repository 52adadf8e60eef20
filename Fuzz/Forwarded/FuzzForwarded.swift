internal import RequestModel

/// Lines of X-Forwarded-For, or of Forwarded when they begin with `F`: the client that the walk
/// finds behind the trusted block 10.0.0.0/8 is the one that the simplest code finds.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    let lines = input.split(separator: 0x0A, maxSplits: 40, omittingEmptySubsequences: false)
    let plain = lines.filter { $0.first != 0x46 }
    let elements = lines.filter { $0.first == 0x46 }.map { $0.dropFirst() }
    var builder = RequestBuilder()
    builder.peer = IPAddress(parsing: "10.0.0.1".utf8)
    builder.headers = plain.map { (Array("X-Forwarded-For".utf8), Array($0)) }
    builder.headers += elements.map { (Array("Forwarded".utf8), Array($0)) }
    guard case .success(var view) = builder.build(headerNames: HeaderNames()),
        case .success(let block) = CIDRBlock.parse("10.0.0.0/8".utf8)
    else { return 0 }
    for (header, hops) in [
        (TrustedProxies.Header.xForwardedFor, plain.reversed().flatMap(hopsOfList)),
        (.forwarded, elements.reversed().flatMap(hopsOfElements)),
    ] {
        let proxies = TrustedProxies(blocks: [block], header: header)
        view.peer = Endpoint(ip: IPAddress(parsing: "10.0.0.1".utf8))
        guard view.canonicalise(policy: ListenerPolicy(), trustedProxies: proxies) == nil else {
            fatalError("refused the second time")
        }
        precondition(view.client.ip == client(behind: hops, block), "another client")
        // From an untrusted peer nothing is believed.
        view.peer = Endpoint(ip: IPAddress(parsing: "192.0.2.1".utf8))
        _ = view.canonicalise(policy: ListenerPolicy(), trustedProxies: proxies)
        precondition(view.client.ip == view.peer.ip, "an untrusted peer speaks for another")
    }
    return 0
}

/// The hops, nearest first, nil for what names no address, behind a peer that is trusted.
private func client(behind hops: [IPAddress?], _ block: CIDRBlock) -> IPAddress? {
    var client = IPAddress(parsing: "10.0.0.1".utf8)
    for hop in hops.prefix(32) {
        guard let hop else { break }
        client = hop
        if !block.contains(hop) { break }
    }
    return client
}

private func hopsOfList(_ line: ArraySlice<UInt8>) -> [IPAddress?] {
    line.split(separator: 0x2C).map { trimmed($0) }.filter { !$0.isEmpty }.reversed().map {
        IPAddress(parsing: $0) ?? node($0, isPort: isNumber)
    }
}

/// A line whose quotes do not end is one hop that nobody can read.
private func hopsOfElements(_ line: ArraySlice<UInt8>) -> [IPAddress?] {
    guard let elements = pieces(line, separator: 0x2C) else { return [nil] }
    return elements.reversed().map { element in
        var values: [ArraySlice<UInt8>] = []
        for pair in pieces(element, separator: 0x3B) ?? [] {
            guard let equals = pair.firstIndex(of: 0x3D) else { return nil }
            let name = String(decoding: pair[..<equals], as: UTF8.self).lowercased()
            if name == "for" { values.append(pair[(equals + 1)...]) }
        }
        guard values.count == 1, var value = values.first else { return nil }
        if value.count > 1, value.first == 0x22, value.last == 0x22 {
            value = value.dropFirst().dropLast()
        }
        return node(value) { port in
            port.first == 0x5F
                ? port.count > 1 && port.dropFirst().allSatisfy(isUnreserved) : isNumber(port)
        }
    }
}

/// What lies between the separators outside of quoted strings, trimmed, without what is empty.
private func pieces(_ text: ArraySlice<UInt8>, separator: UInt8) -> [ArraySlice<UInt8>]? {
    var found: [ArraySlice<UInt8>] = []
    var start = text.startIndex
    var isQuoted = false
    var isEscaped = false
    for index in text.indices {
        if isEscaped {
            isEscaped = false
        } else if isQuoted, text[index] == 0x5C {
            isEscaped = true
        } else if text[index] == 0x22 {
            isQuoted.toggle()
        } else if !isQuoted, text[index] == separator {
            found.append(text[start..<index])
            start = index + 1
        }
    }
    found.append(text[start...])
    return isQuoted ? nil : found.map { trimmed($0) }.filter { !$0.isEmpty }
}

/// `address`, `address:port`, `[address]` or `[address]:port`; only an IPv6 address in brackets.
private func node(
    _ text: ArraySlice<UInt8>, isPort: (ArraySlice<UInt8>) -> Bool
) -> IPAddress? {
    var address = text
    var port: ArraySlice<UInt8>?
    if text.first == 0x5B {
        guard let end = text.firstIndex(of: 0x5D) else { return nil }
        address = text[..<end].dropFirst()
        let rest = text[(end + 1)...]
        guard rest.isEmpty || rest.first == 0x3A, address.contains(0x3A) else { return nil }
        port = rest.isEmpty ? nil : rest.dropFirst()
    } else if let colon = text.firstIndex(of: 0x3A) {
        address = text[..<colon]
        port = text[(colon + 1)...]
    }
    if let port, !isPort(port) { return nil }
    return IPAddress(parsing: address)
}

private func isNumber(_ text: ArraySlice<UInt8>) -> Bool {
    guard 1...5 ~= text.count, text.allSatisfy({ 0x30...0x39 ~= $0 }) else { return false }
    return text.reduce(0) { $0 * 10 + Int($1 - 0x30) } <= 65_535
}

private func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: true
    default: false
    }
}

private func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
    var text = text.drop(while: isBlank)
    while let last = text.last, isBlank(last) { text.removeLast() }
    return text
}
