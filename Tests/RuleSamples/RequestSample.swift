package import RequestModel
package import RuleLang

/// Requests to one program: every field varies, and most requests aim at the constants of some of
/// its rules, so that the rules which stand behind others are reached too.
package struct RequestSample {
    private var random: SplitMix
    private let program: Program
    private let aims: Aims

    package init(seed: UInt64, _ program: Program) {
        random = SplitMix(seed)
        self.program = program
        aims = Aims(program, &random)
    }

    package mutating func view() -> RequestView {
        while true {
            if case .success(let view) = program.view(builder()) { return view }
        }
    }

    package mutating func builder() -> RequestBuilder {
        var draft = background()
        switch random.between(0...7) {
        case 0: break
        case 1...4:
            if !aims.atomsOfRules.isEmpty {
                for atom in random.pick(aims.atomsOfRules) where !random.chance(5) {
                    aim(at: atom, &draft)
                }
            }
        default:
            guard !aims.ofAtoms.isEmpty else { break }
            for _ in 0..<random.between(1...4) {
                aim(at: AtomID(random.between(0...aims.ofAtoms.count - 1)), &draft)
            }
        }
        return written(draft)
    }

    private mutating func aim(at atom: AtomID, _ draft: inout RequestDraft) {
        let choices = aims.ofAtoms[atom.index]
        guard !choices.isEmpty else { return }
        for aim in random.pick(choices) { draft.apply(aim, program, &random) }
    }

    // MARK: - What no rule asks for in particular

    private struct Texts {
        let paths = (Vocabulary.paths + Vocabulary.oddPaths).map { Array($0.utf8) }
        let hosts = Vocabulary.hosts.map { Array($0.utf8) }
        let words = (Vocabulary.words + Vocabulary.evilWords).map { Array($0.utf8) }
        let agents = Vocabulary.agents.map { Array($0.utf8) }
        let methods = Vocabulary.methods.map { Array($0.utf8) }
        let subjects = Vocabulary.subjects.map { Array($0.utf8) }
        let names = Vocabulary.serverNames.map { Array($0.utf8) }
        let protocols = Vocabulary.protocols.map { Array($0.utf8) }
        let versions = Vocabulary.tlsVersions.map { Array($0.utf8) }
        let addresses = Vocabulary.addresses.compactMap { IPAddress(parsing: $0.utf8) }
        let times = Vocabulary.times.compactMap { rfc3339Milliseconds($0) }
        let parameters = ["x", "x", "y", "a b", "caf\u{e9}", "and", "z", ""].map { Array($0.utf8) }
        let cookies = ["uid", "beta", "x.y", "in", "notbeta", "uid"].map { Array($0.utf8) }
        let headers = ["X-A", "x-a", "X-B", "x.y", "x_y", "X-Other"].map { Array($0.utf8) }
        let agent = Array("User-Agent".utf8)
    }
    private static let texts = Texts()

    private mutating func background() -> RequestDraft {
        let texts = Self.texts
        var draft = RequestDraft()
        draft.method = random.chance(2) ? texts.methods[0] : random.pick(texts.methods)
        draft.path = random.pick(texts.paths)
        draft.host = random.pick(texts.hosts)
        draft.version = random.pick([.http11, .http11, .http10, .http2, .http3])
        if draft.version == .http10, random.chance(4) { draft.host = nil }
        for _ in 0..<random.between(0...2) {
            let value = random.chance(6) ? nil : random.pick(texts.words)
            draft.parameters.append((random.pick(texts.parameters), value))
        }
        for _ in 0..<random.between(0...2) {
            draft.cookies.append((random.pick(texts.cookies), random.pick(texts.words)))
        }
        for _ in 0..<random.between(0...2) { draft.headers.append(header(texts)) }
        if random.chance(3) { draft.headers.append((texts.agent, random.pick(texts.agents))) }
        if random.chance(10) { draft.upgrade = Array("WebSocket".utf8) }
        if random.chance(4) { draft.tls = facts(texts) }
        draft.listenerName = Array("main".utf8)
        draft.port = random.pick([80, 8080, 443, 0])
        if let listener = program.listeners.isEmpty ? nil : random.pick(program.listeners) {
            draft.listenerName = Array(listener.name.utf8)
            if case .ip(_, let port) = listener.address { draft.port = port }
        }
        draft.peer = random.chance(20) ? nil : random.pick(texts.addresses)
        draft.peerPort = random.pick([nil, 80, 443, 8_080, 50_000, 12])
        if random.chance(3) { draft.client = random.pick(texts.addresses) }
        draft.now = random.pick(texts.times) + random.pick([-1, 0, 0, 1])
        return draft
    }

    private mutating func header(_ texts: Texts) -> (name: [UInt8], value: [UInt8]) {
        var value = random.pick(texts.words)
        for _ in 0..<random.pick([0, 0, 0, 1, 2]) {
            value += Array(random.pick([",", ", ", " , ", ",,"]).utf8)
            value += random.chance(6) ? Array("\"a,b\"".utf8) : random.pick(texts.words)
        }
        return (random.pick(texts.headers), value)
    }

    private mutating func facts(_ texts: Texts) -> TLSText {
        TLSText(
            sni: random.chance(4) ? nil : random.pick(texts.names),
            version: random.pick(texts.versions),
            alpn: random.chance(3) ? nil : random.pick(texts.protocols),
            clientSubject: random.chance(2) ? nil : random.pick(texts.subjects),
            clientVerified: random.chance(3))
    }

    // MARK: - As it is sent

    private mutating func written(_ draft: RequestDraft) -> RequestBuilder {
        var builder = RequestBuilder()
        builder.method = draft.path == [0x2a] ? Array("OPTIONS".utf8) : draft.method
        builder.target = target(draft)
        builder.version = draft.version
        builder.namesHost = draft.host != nil
        if let host = draft.host { builder.headers.append((Array("Host".utf8), spelled(host))) }
        builder.headers += draft.headers
        appendCookies(draft, to: &builder)
        if let upgrade = draft.upgrade {
            builder.version = .http11
            builder.headers.append((Array("Upgrade".utf8), upgrade))
            let token = random.chance(6) ? "close" : "keep-alive, Upgrade"
            builder.headers.append((Array("Connection".utf8), Array(token.utf8)))
        }
        builder.tls = draft.tls
        builder.peerPort = draft.peerPort
        builder.now = draft.now
        builder.listenerName = draft.listenerName
        builder.listenerPort = draft.port
        appendClient(draft, to: &builder)
        return builder
    }

    private mutating func target(_ draft: RequestDraft) -> [UInt8] {
        var target = draft.path.isEmpty ? [0x2f] : draft.path
        guard target != [0x2a] else { return target }
        if random.chance(6) { respell(&target) }
        if let query = draft.query { return target + [0x3f] + query }
        guard !draft.parameters.isEmpty else { return target }
        target.append(0x3f)
        for (index, parameter) in draft.parameters.enumerated() {
            if index > 0 { target.append(0x26) }
            encode(parameter.name, to: &target)
            guard let value = parameter.value else { continue }
            target.append(0x3d)
            encode(value, to: &target)
        }
        return target
    }

    /// The same path for a router, or no path at all.
    private mutating func respell(_ target: inout [UInt8]) {
        let place = random.between(0...target.count - 1)
        switch random.between(0...3) {
        case 0 where target[place] == 0x2f: target.insert(0x2f, at: place)
        case 1 where target[place] == 0x2f:
            target.insert(contentsOf: Array("/x/..".utf8), at: place)
        case 2: target.append(contentsOf: Array(random.pick(["/", "x", "/b", ";p=1", "%41"]).utf8))
        default:
            let byte = target[place]
            guard byte != 0x2f, byte != 0x25 else { return }
            target.replaceSubrange(place...place, with: Self.escape(byte))
        }
    }

    private static func escape(_ byte: UInt8) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }

    private mutating func encode(_ text: [UInt8], to target: inout [UInt8]) {
        let all = random.chance(12)
        let isRaw = random.chance(12)
        for byte in text {
            let isPlain = byte.isLetterOrDigit || byte == 0x2d
            if byte == 0x20, !all {
                target.append(0x2b)
            } else if isPlain, !all {
                target.append(byte)
            } else if isRaw, byte > 0x20, byte < 0x7f, byte != 0x23 {
                target.append(byte)
            } else {
                target += Self.escape(byte)
            }
        }
    }

    private mutating func spelled(_ host: [UInt8]) -> [UInt8] {
        switch random.between(0...11) {
        case 0: host.map { 0x61...0x7a ~= $0 ? $0 - 0x20 : $0 }
        case 1: host + Array(":81".utf8)
        case 2 where host.last != 0x5d: host + [0x2e]
        default: host
        }
    }

    private mutating func appendCookies(_ draft: RequestDraft, to builder: inout RequestBuilder) {
        guard !draft.cookies.isEmpty else { return }
        let name = Array(random.pick(["Cookie", "cOOkie"]).utf8)
        var line: [UInt8] = []
        for (index, cookie) in draft.cookies.enumerated() {
            if index > 0, random.chance(6) {
                builder.headers.append((name, line))
                line = []
            }
            if !line.isEmpty { line += Array(random.pick(["; ", "; ", ";", " ;; "]).utf8) }
            line += cookie.name
            line += random.chance(12) ? Array(random.pick([" = ", ""]).utf8) : [0x3d]
            line += cookie.value
        }
        builder.headers.append((name, line))
    }

    /// Who has sent it, and what a proxy says of the client.
    private mutating func appendClient(_ draft: RequestDraft, to builder: inout RequestBuilder) {
        builder.peer = draft.peer
        guard let client = draft.client else { return }
        guard let proxies = program.settings.trustedProxies, !random.chance(3) else {
            builder.peer = client
            return
        }
        builder.peer = proxies.blocks.first?.address ?? draft.peer
        let text = client.text
        let isV6 = client.family == .v6
        if proxies.header == .forwarded {
            let node = isV6 ? "\"[\(text)]:1\"" : text
            builder.headers.append((Array("Forwarded".utf8), Array("for=\(node)".utf8)))
        } else {
            let entry = random.chance(4) ? (isV6 ? "[\(text)]:1" : "\(text):1") : text
            let list = random.chance(3) ? "198.51.100.7, \(entry)" : entry
            builder.headers.append((Array("X-Forwarded-For".utf8), Array(list.utf8)))
        }
        if random.chance(4) {
            let scheme = random.pick(["http", "https"])
            builder.headers.append((Array("X-Forwarded-Proto".utf8), Array(scheme.utf8)))
        }
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        (0x30...0x39).contains(self) || (0x61...0x7a).contains(self | 0x20)
    }
}

extension Program {
    /// The request as it comes in at its listener, behind the proxies that the file trusts.
    func view(_ request: RequestBuilder) -> Result<RequestView, Refusal> {
        var request = request
        request.trustedProxies = settings.trustedProxies
        let listener = listeners.first { $0.name.utf8.elementsEqual(request.listenerName) }
        request.policy = listener?.policy ?? ListenerPolicy()
        return request.build(headerNames: headers)
    }
}
