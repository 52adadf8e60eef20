/// The TLS facts of a built request, as bytes of their own.
package struct TLSText: Hashable, Sendable {
    package var sni: [UInt8]?
    /// `1.2` or `1.3`.
    package var version: [UInt8]
    package var alpn: [UInt8]?
    package var clientSubject: [UInt8]?
    package var clientVerified: Bool

    package init(
        sni: [UInt8]? = nil, version: [UInt8] = Array("1.3".utf8), alpn: [UInt8]? = nil,
        clientSubject: [UInt8]? = nil, clientVerified: Bool = false
    ) {
        self.sni = sni
        self.version = version
        self.alpn = alpn
        self.clientSubject = clientSubject
        self.clientVerified = clientVerified
    }
}

/// A request written down by hand, for tests of rules and for `explain`. It becomes a view by the
/// same canonicalisation, and is refused for the same reasons, as one from the wire.
package struct RequestBuilder: Sendable {
    package var method = Array("GET".utf8)
    /// Origin-form, "*", or an absolute http or https URL, which says the Host line and, with
    /// https,
    /// the TLS facts unless `headers` and `tls` do.
    package var target = Array("/".utf8)
    package var headers: [(name: [UInt8], value: [UInt8])] = []
    /// Whether a Host line is added when `headers` has none. HTTP/1.0 does without.
    package var namesHost = true
    package var version = HTTPVersion.http11
    package var peer: IPAddress? = IPAddress(v4: 0xc000_0201)
    package var peerPort: UInt16?
    package var listenerName: [UInt8] = []
    package var listenerPort: UInt16 = 80
    package var policy = ListenerPolicy()
    package var tls: TLSText?
    /// Milliseconds since the Unix epoch.
    package var now: Int64 = 0
    package var trustedProxies: TrustedProxies?

    /// `GET /` over HTTP/1.1 from 192.0.2.1 to port 80.
    package init() {}

    /// The canonical request, its field lines with the slots of `headerNames`. `Host: localhost`
    /// when neither the target nor a header names a host and `namesHost` says so.
    package func build(headerNames: HeaderNames) -> Result<RequestView, Refusal> {
        let url = AbsoluteURL(target)
        var lines = headers
        if namesHost,
            !headers.contains(where: { $0.name.map(asciiLowercase) == Array("host".utf8) })
        {
            let host = url?.authority ?? Array("localhost".utf8)
            lines.insert((name: Array("Host".utf8), value: host), at: 0)
        }
        if let reason = refusal(of: lines) { return .failure(Refusal(400, reason)) }

        var view = RequestView()
        view.method = view.append(method)
        view.target = view.append(url?.target ?? target)
        view.version = version
        view.fields = lines.map { line in
            let known = headerNames.lookUp(line.name)
            return FieldLine(
                name: view.append(line.name), value: view.append(Self.trimmed(line.value)),
                slot: known.slot, kind: known.kind,
                hasUnderscore: line.name.contains(UInt8(ascii: "_")))
        }
        view.peer = Endpoint(ip: peer, port: peerPort)
        view.port = listenerPort
        view.listener = view.append(listenerName)
        view.tls = (tls ?? url?.tls).map { view.append($0) }
        view.now = now
        let refusal = view.canonicalise(policy: policy, trustedProxies: trustedProxies)
        return refusal.map { .failure($0) } ?? .success(view)
    }

    /// What the head parser would refuse of this request before it is canonicalised.
    private func refusal(of lines: [(name: [UInt8], value: [UInt8])]) -> RefusalReason? {
        guard !method.isEmpty, method.allSatisfy(ASCII.isTokenByte) else { return .badMethod }
        for line in lines {
            guard !line.name.isEmpty, line.name.allSatisfy(ASCII.isTokenByte) else {
                return .badFieldName
            }
            // RFC 9110 section 5.5: of the controls a value may have the tab only.
            guard line.value.allSatisfy({ !ASCII.isControl($0) || $0 == 0x09 }) else {
                return .badFieldValue
            }
        }
        return nil
    }

    private static func trimmed(_ value: [UInt8]) -> [UInt8] {
        Array(value[ASCII.trimmed(value, 0..<value.count)])
    }
}

/// An absolute http or https URL without userinfo, cut into what a client would send. A target that
/// is none is left to the canonicaliser, which says what is wrong with it.
private struct AbsoluteURL {
    let authority: [UInt8]
    /// The origin-form.
    let target: [UInt8]
    /// With https: TLS 1.3, the host as server name unless it is an address.
    let tls: TLSText?

    init?(_ text: [UInt8]) {
        let parts = RequestTarget.split(text, method: 0..<0, target: 0..<text.count)
        guard case .success(let parts) = parts, let authority = parts.authority else { return nil }
        self.authority = Array(text[authority])
        let rest = Array(text[authority.upperBound...])
        target = parts.path.isEmpty ? [UInt8(ascii: "/")] + rest : rest
        guard asciiLowercase(text[4]) == UInt8(ascii: "s") else {
            tls = nil
            return
        }
        let host = CanonicalHost.parse(self.authority)?.host ?? []
        let isName = host.first != UInt8(ascii: "[") && IPAddress(parsing: host) == nil
        tls = TLSText(sni: isName && !host.isEmpty ? host : nil)
    }
}

extension RequestView {
    fileprivate mutating func append(_ text: [UInt8]) -> ByteRange {
        bytes += text
        return ByteRange(bytes.count - text.count..<bytes.count)
    }

    fileprivate mutating func append(_ text: TLSText) -> TLSFacts {
        TLSFacts(
            sni: text.sni.map { append($0) }, version: append(text.version),
            alpn: text.alpn.map { append($0) },
            clientSubject: text.clientSubject.map { append($0) },
            clientVerified: text.clientVerified)
    }
}
