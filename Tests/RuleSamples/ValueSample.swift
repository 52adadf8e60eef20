/// What a value is compared with, as the generator sees it.
enum ValueKind {
    case text, path, host, listener, upgrade
    case method, scheme, httpVersion, tlsVersion
    case number, address, time, presence

    /// Compared with quoted text, by every operator of text.
    var isText: Bool { self == .text || self == .path || self == .host || self == .listener }
}

/// A left side: its spelling and what is worth comparing it with.
struct ValueSample {
    var text: String
    var kind: ValueKind
    var constants: [String]
    /// Several values under `any( )`.
    var isRepeated = false
    /// How often it is asked for.
    var weight = 2

    private static func text(_ text: String, _ constants: [String]) -> ValueSample {
        ValueSample(text: text, kind: .text, constants: constants)
    }

    private static func pairs(_ text: String, weight: Int = 2) -> ValueSample {
        ValueSample(
            text: text, kind: .text, constants: Vocabulary.words, isRepeated: true, weight: weight)
    }

    /// Every value of the language.
    static let all: [ValueSample] =
        [
            ValueSample(text: "path", kind: .path, constants: Vocabulary.paths, weight: 30),
            ValueSample(text: "host", kind: .host, constants: Vocabulary.hosts, weight: 16),
            ValueSample(text: "method", kind: .method, constants: Vocabulary.methods, weight: 5),
            text("path.raw", Vocabulary.paths + Vocabulary.oddPaths),
            ValueSample(
                text: "path.segments", kind: .text, constants: Vocabulary.segments,
                isRepeated: true, weight: 5),
            text("path.segments[0]", Vocabulary.segments),
            text("path.segments[1]", Vocabulary.segments), text("url", Vocabulary.urls),
            text("path.segments[7]", Vocabulary.segments), text("query", Vocabulary.queries),
            ValueSample(text: "scheme", kind: .scheme, constants: Vocabulary.schemes),
            ValueSample(text: "port", kind: .number, constants: Vocabulary.numbers, weight: 3),
            ValueSample(text: "listener", kind: .listener, constants: Vocabulary.listenerNames),
            ValueSample(
                text: "http.version", kind: .httpVersion, constants: Vocabulary.httpVersions),
            ValueSample(text: "http.upgrade", kind: .upgrade, constants: Vocabulary.upgrades),
            ValueSample(
                text: "client.ip", kind: .address, constants: Vocabulary.addresses, weight: 5),
            ValueSample(text: "client.port", kind: .number, constants: Vocabulary.numbers),
            ValueSample(text: "peer.ip", kind: .address, constants: Vocabulary.addresses),
            ValueSample(text: "peer.port", kind: .number, constants: Vocabulary.numbers),
            ValueSample(text: "tls", kind: .presence, constants: []),
            text("tls.sni", Vocabulary.serverNames),
            ValueSample(text: "tls.version", kind: .tlsVersion, constants: Vocabulary.tlsVersions),
            text("tls.alpn", Vocabulary.protocols),
            text("tls.client.subject", Vocabulary.subjects),
            ValueSample(text: "tls.client.verified", kind: .presence, constants: []),
            ValueSample(text: "now", kind: .time, constants: Vocabulary.times),
        ] + named

    private static let named = [
        ValueSample(
            text: "header.user-agent", kind: .text, constants: Vocabulary.agents, isRepeated: true,
            weight: 6),
        pairs("header.x-a", weight: 5), pairs("header.x-b", weight: 3), pairs("header.X-A"),
        pairs("header[\"x.y\"]"), pairs("header.x_y"), pairs("header.host"),
        pairs("header.cookie"), pairs("header.x-forwarded-for"),
        pairs("cookie.uid", weight: 4), pairs("cookie.beta", weight: 3), pairs("cookie[\"x.y\"]"),
        pairs("cookie.in"), pairs("query.x", weight: 6), pairs("query.y", weight: 3),
        pairs("query[\"a b\"]"), pairs("query[\"caf\u{e9}\"]"), pairs("query.and"),
    ]

    /// Each as often as it weighs.
    static let weighted = all.flatMap { [ValueSample](repeating: $0, count: $0.weight) }
}

extension RuleSetSample {
    /// A value, maybe with functions around it.
    mutating func value() -> ValueSample {
        var value = random.pick(ValueSample.weighted)
        if value.kind == .listener, !listenerNames.isEmpty { value.constants = listenerNames }
        let isMany = value.text == "path.segments"
        if isMany, random.chance(3) { return length(of: value, Vocabulary.numbers) }
        if value.isRepeated, isMany || random.chance(3) { value.text = "any(\(value.text))" }
        guard value.kind.isText || value.kind == .upgrade else { return value }
        if random.chance(8) {
            value.text = "lower(\(value.text))"
            value.constants = value.constants.map { $0.lowercased() }
            if random.chance(6) { value.text = "lower(\(value.text))" }
        }
        switch random.between(0...13) {
        case 0: return length(of: value, value.constants.map { String($0.utf8.count) })
        case 1:
            let numbers = value.constants.filter { Int64($0) != nil && $0.utf8.count < 19 }
            return ValueSample(
                text: "int(\(value.text))", kind: .number,
                constants: numbers + Vocabulary.numbers + Vocabulary.wildNumbers)
        default: return value
        }
    }

    private func length(of value: ValueSample, _ constants: [String]) -> ValueSample {
        ValueSample(text: "len(\(value.text))", kind: .number, constants: constants)
    }
}
