internal import RequestModel
internal import RuleLang

/// A request as its parts, before it is written as a client would.
struct RequestDraft {
    var method: [UInt8] = []
    var path: [UInt8] = []
    /// Written instead of `parameters`.
    var query: [UInt8]?
    var parameters: [(name: [UInt8], value: [UInt8]?)] = []
    var cookies: [(name: [UInt8], value: [UInt8])] = []
    var headers: [(name: [UInt8], value: [UInt8])] = []
    /// Absent: HTTP/1.0 without a Host line.
    var host: [UInt8]?
    var version = HTTPVersion.http11
    var upgrade: [UInt8]?
    var tls: TLSText?
    var listenerName: [UInt8] = []
    var port: UInt16 = 80
    var peer: IPAddress?
    var peerPort: UInt16?
    /// Behind the peer, if it is trusted.
    var client: IPAddress?
    var now: Int64 = 0
}

extension RequestDraft {
    /// Makes the field what the aim says, as far as a request can.
    mutating func apply(_ aim: Aim, _ program: Program, _ random: inout SplitMix) {
        switch aim.value {
        case .present: applyPresence(aim.field, program)
        case .text(let text): apply(text, to: aim.field, program, &random)
        case .number(let number): apply(number, to: aim.field)
        case .address(let address):
            if aim.field == .peerIP { peer = address } else { client = address }
        }
    }

    private mutating func apply(_ number: Int64, to field: Field) {
        let port = UInt16(exactly: number)
        switch field {
        case .port: self.port = port ?? 0
        case .clientPort, .peerPort: peerPort = port
        case .now: now = number
        default: break
        }
    }

    private mutating func apply(
        _ text: [UInt8], to field: Field, _ program: Program, _ random: inout SplitMix
    ) {
        switch field {
        case .header(let slot):
            applyHeader(program.headers.names[Int(slot.index)], text, &random)
        case .cookie(let name):
            cookies.insert((name, text), at: random.chance(4) ? cookies.count : 0)
        case .query(let name):
            query = nil
            parameters.insert((name, text), at: random.chance(4) ? parameters.count : 0)
        case .wholeQuery: query = text
        case .path, .rawPath: path = text
        case .pathSegments: setSegment(random.between(0...2), text)
        case .pathSegment(let index): setSegment(index, text)
        case .method: method = text
        case .scheme: tls = text.count == 5 ? tls ?? TLSText() : nil
        case .host: host = text
        case .url: applyURL(text)
        case .listener: listenerName = text
        case .httpVersion: version = Self.version(text)
        case .httpUpgrade: upgrade = text
        case .tlsSNI, .tlsVersion, .tlsALPN, .tlsClientSubject: applyTLS(text, to: field)
        default: applyCell(text, to: field)
        }
    }

    /// A key of a lookup table spells numbers and addresses.
    private mutating func applyCell(_ text: [UInt8], to field: Field) {
        if let number = Int64(String(decoding: text, as: UTF8.self)) {
            apply(number, to: field)
        } else if let address = IPAddress(parsing: text) {
            if field == .peerIP { peer = address } else { client = address }
        } else if field == .tls {
            tls = tls ?? TLSText()
        }
    }

    private mutating func applyHeader(
        _ name: [UInt8], _ text: [UInt8], _ random: inout SplitMix
    ) {
        if name == Array("host".utf8) {
            host = text
            return
        }
        if !random.chance(3) {
            headers.removeAll { $0.name.map(asciiLowercase) == name }
        }
        if name == Array("cookie".utf8) { cookies = [] }
        headers.append((name, text))
    }

    private mutating func setSegment(_ index: Int, _ text: [UInt8]) {
        var segments = path.dropFirst().split(
            separator: 0x2f, maxSplits: 60, omittingEmptySubsequences: false
        ).map { Array($0) }
        while segments.count <= index { segments.append([0x61]) }
        segments[index] = text
        path = [0x2f] + Array(segments.joined(separator: [0x2f]))
    }

    private mutating func applyURL(_ text: [UInt8]) {
        let parts = text.split(separator: 0x2f, maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count > 2 else { return }
        tls = parts[0].count == 6 ? tls ?? TLSText() : nil
        port = tls == nil ? 80 : 443
        if let colon = parts[2].lastIndex(of: 0x3a) {
            host = Array(parts[2][..<colon])
            port = UInt16(String(decoding: parts[2][(colon + 1)...], as: UTF8.self)) ?? port
        } else {
            host = Array(parts[2])
        }
        let target = parts.count > 3 ? parts[3] : []
        let mark = target.firstIndex(of: 0x3f)
        path = [0x2f] + Array(target[..<(mark ?? target.endIndex)])
        query = mark.map { Array(target[($0 + 1)...]) }
        parameters = []
    }

    private mutating func applyTLS(_ text: [UInt8], to field: Field) {
        var facts = tls ?? TLSText()
        switch field {
        case .tlsSNI: facts.sni = text
        case .tlsVersion: facts.version = text
        case .tlsALPN: facts.alpn = text
        default: facts.clientSubject = text
        }
        tls = facts
    }

    private mutating func applyPresence(_ field: Field, _ program: Program) {
        let one = Array("1".utf8)
        switch field {
        case .header(let slot): headers.append((program.headers.names[Int(slot.index)], one))
        case .cookie(let name): cookies.append((name, one))
        case .query(let name): parameters.append((name, nil))
        case .wholeQuery: query = []
        case .httpUpgrade: upgrade = Array("websocket".utf8)
        case .tls: tls = tls ?? TLSText()
        case .tlsSNI, .tlsALPN, .tlsClientSubject: applyTLS(one, to: field)
        case .tlsClientVerified:
            var facts = tls ?? TLSText()
            facts.clientVerified = true
            tls = facts
        case .clientPort, .peerPort: peerPort = 50_000
        case .pathSegment(let index): setSegment(index, one)
        default: break
        }
    }

    private static func version(_ text: [UInt8]) -> HTTPVersion {
        switch text {
        case Array("1.0".utf8): .http10
        case Array("2".utf8): .http2
        case Array("3".utf8): .http3
        default: .http11
        }
    }
}
