package import RequestModel

/// A value of a request, read.
package enum TermValue: Sendable, Hashable {
    case text([UInt8])
    case number(Int64)
    case address(IPAddress)
    /// Present, with nothing to compare: `tls`.
    case flag
}

extension ValueTerm {
    /// The values of the term: none when absent, one, or with `any(…)` several.
    package func values(in view: RequestView) -> [TermValue] {
        fieldValues(view).compactMap { transformed($0) }
    }

    private func transformed(_ value: TermValue) -> TermValue? {
        var value = value
        for transform in transforms {
            switch (transform, value) {
            case (.lower, .text(let bytes)): value = .text(bytes.map(asciiLowercase))
            case (.length, .text(let bytes)): value = .number(Int64(bytes.count))
            case (.integer, .text(let bytes)):
                guard let number = Self.integer(bytes) else { return nil }
                value = .number(number)
            default: break
            }
        }
        return value
    }

    /// `-?[0-9]{1,18}`
    private static func integer(_ bytes: [UInt8]) -> Int64? {
        let isNegative = bytes.first == UInt8(ascii: "-")
        let digits = bytes.dropFirst(isNegative ? 1 : 0)
        guard (1...18).contains(digits.count), digits.allSatisfy(\.isASCIIDigit) else { return nil }
        let value = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) }
        return isNegative ? -value : value
    }

    private func fieldValues(_ view: RequestView) -> [TermValue] {
        switch field {
        case .header(let slot):
            if isAny { return view.headerMembers(slot).map { .text($0) } }
            return view.header(slot).map { [.text($0)] } ?? []
        case .cookie(let name): return some(of: view.cookies(name))
        case .query(let name): return some(of: view.queryValues(name))
        case .wholeQuery: return view.query.map { [text($0, view)] } ?? []
        case .path: return [text(view.path, view)]
        case .rawPath: return [text(view.rawPath, view)]
        case .pathSegments: return segments(view)
        case .pathSegment(let index):
            let segments = view.segments()
            return index < segments.count ? [.text(Array(segments[index]))] : []
        case .method: return [text(view.method, view)]
        case .scheme: return [.text(Array((view.scheme == .https ? "https" : "http").utf8))]
        case .host: return view.host.isEmpty ? [] : [text(view.host, view)]
        case .port: return view.port == 0 ? [] : [.number(Int64(view.port))]
        case .url: return [.text(view.url())]
        case .listener: return [text(view.listener, view)]
        case .httpVersion: return [.text(view.version.text)]
        case .httpUpgrade: return view.upgrade.map { [text($0, view)] } ?? []
        case .now: return [.number(view.now)]
        default: return connectionValues(view)
        }
    }

    private func connectionValues(_ view: RequestView) -> [TermValue] {
        switch field {
        case .clientIP: return view.client.ip.map { [.address($0)] } ?? []
        case .clientPort: return view.client.port.map { [.number(Int64($0))] } ?? []
        case .peerIP: return view.peer.ip.map { [.address($0)] } ?? []
        case .peerPort: return view.peer.port.map { [.number(Int64($0))] } ?? []
        default: break
        }
        guard let tls = view.tls else { return [] }
        switch field {
        case .tls: return [.flag]
        case .tlsSNI: return tls.sni.map { [text($0, view)] } ?? []
        case .tlsVersion: return [text(tls.version, view)]
        case .tlsALPN: return tls.alpn.map { [text($0, view)] } ?? []
        case .tlsClientSubject: return tls.clientSubject.map { [text($0, view)] } ?? []
        case .tlsClientVerified: return tls.clientVerified ? [.flag] : []
        default: return []
        }
    }

    /// All under `any(…)`, else the first.
    private func some(of values: [[UInt8]]) -> [TermValue] {
        isAny ? values.map { .text($0) } : values.prefix(1).map { .text($0) }
    }

    private func segments(_ view: RequestView) -> [TermValue] {
        let segments = view.segments()
        if transforms == [.length], !isAny { return [.number(Int64(segments.count))] }
        return segments.map { .text(Array($0)) }
    }

    private func text(_ range: ByteRange, _ view: RequestView) -> TermValue {
        .text(Array(view.text(range)))
    }
}

extension TermValue {
    /// As templates, split keys and table keys see it.
    package var text: [UInt8] {
        switch self {
        case .text(let bytes): bytes
        case .number(let number): Array(String(number).utf8)
        case .address(let address): Array(address.text.utf8)
        case .flag: []
        }
    }
}

extension HTTPVersion {
    /// `1.0 1.1 2 3`
    package var text: [UInt8] {
        switch self {
        case .http10: Array("1.0".utf8)
        case .http11: Array("1.1".utf8)
        case .http2: Array("2".utf8)
        case .http3: Array("3".utf8)
        }
    }
}
