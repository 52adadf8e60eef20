internal import HTTPWire
internal import RequestModel
internal import RuleLang
internal import Sockets

/// How lines are written and what they do not say.
final class LogFormat: Sendable {
    /// nil: JSON.
    let template: LogTemplate?
    let redaction: Redaction

    init(_ settings: LogSettings) {
        redaction = Redaction(settings)
        switch settings.format {
        case .json: template = nil
        case .combined: template = .combined
        case .template(let parsed): template = parsed
        }
    }
}

/// Renders the lines of exchanges, one behind the other into the same memory.
struct AccessLog: ~Copyable {
    /// The line that is being written, behind those that wait to be handed over.
    var line = LogText()
    private var time = TimestampText()
    /// Of Apache's formats.
    var commonTime = SecondText()

    /// Enough lines wait for handing them over: their memory should stay in the nearest cache.
    var isFull: Bool { line.bytes.count >= 4 << 10 }

    /// Hands the lines over. Those for which the ring has no room are lost.
    mutating func flush(to ring: ByteRing) {
        ring.write(line.bytes)
        line.clear()
    }

    mutating func write(
        _ exchange: borrowing Exchange, _ generation: Generation,
        _ nowNanoseconds: UInt64, _ format: LogFormat
    ) {
        if let template = format.template {
            writeTemplate(template, format.redaction, exchange, generation, nowNanoseconds)
        } else {
            writeJSON(format.redaction, exchange, generation, nowNanoseconds)
        }
        line.raw(0x0a)
    }

    // MARK: - JSON

    private mutating func writeJSON(
        _ redaction: Redaction, _ exchange: borrowing Exchange, _ generation: Generation,
        _ nowNanoseconds: UInt64
    ) {
        let record = exchange.record
        line.raw(Member.time)
        appendTime(record.wallMilliseconds)
        line.raw(Member.quote)
        if let ip = exchange.view.client.ip ?? exchange.view.peer.ip {
            line.raw(Member.client)
            line.build { ip.append(decimalTo: &$0) }
            line.raw(Member.quote)
        }
        if !exchange.view.method.isEmpty {
            text(Member.method, exchange.view.bytes, exchange.view.method)
        }
        addTarget(redaction, exchange)
        if let listener = exchange.listener {
            line.raw(generation.texts, generation.listeners[listener].log)
        } else {
            line.raw(Member.generation)
            line.number(generation.number)
        }
        addRule(exchange, generation)
        line.raw(Member.status)
        line.number(record.status)
        if record.reason != .none {
            line.raw(Member.reason)
            line.plain(record.reason.text)
            line.raw(Member.quote)
        }
        line.raw(Member.requestBytes)
        line.number(record.requestBytes)
        line.raw(Member.responseBytes)
        line.number(record.responseBytes)
        line.raw(Member.duration)
        line.number((nowNanoseconds - record.startNanoseconds) / 1_000)
        if record.firstByte > 0 {
            line.raw(Member.upstream)
            line.number((record.firstByte - record.upstreamStart) / 1_000)
        }
        if let server = record.server {
            line.raw(generation.texts, generation.serverLogs[server])
        }
        if !exchange.isRefused {
            text(Member.requestID, exchange.view.bytes, exchange.trace.requestID)
        }
        for tag in exchange.plan.tags {
            line.raw(LogText.member("tag.\(tag.name)", ""))
            // The empty value's closing quote gives way to the value.
            line.build { $0.removeLast() }
            line.json(tag.value)
            line.raw(Member.quote)
        }
        line.raw(UInt8(ascii: "}"))
    }

    @inline(__always)
    private mutating func text(_ member: StaticString, _ bytes: [UInt8], _ range: ByteRange) {
        line.raw(member)
        line.json(bytes, range.indices)
        line.raw(Member.quote)
    }

    /// The canonical host, path and query; of a refused request the target as received.
    private mutating func addTarget(_ redaction: Redaction, _ exchange: borrowing Exchange) {
        guard !exchange.isRefused else {
            line.raw(Member.target)
            line.json(redaction.url(exchange.view.text(exchange.view.target)))
            line.raw(Member.quote)
            return
        }
        if !exchange.view.host.isEmpty {
            text(Member.host, exchange.view.bytes, exchange.view.host)
        }
        text(Member.path, exchange.view.bytes, exchange.view.path)
        guard let query = exchange.view.query else { return }
        guard redaction.queries.isEmpty else {
            line.raw(Member.query)
            line.json(redaction.query(exchange.view.text(query)))
            line.raw(Member.quote)
            return
        }
        text(Member.query, exchange.view.bytes, query)
    }

    private mutating func addRule(_ exchange: borrowing Exchange, _ generation: Generation) {
        guard let rule = exchange.plan.rule else { return }
        line.raw(generation.texts, generation.rules[rule.index].log)
        for draw in exchange.plan.draws {
            let split = generation.program.splits[draw.split]
            line.raw(LogText.member("split.\(split.name)", split.arms[draw.arm].identity))
        }
        if case .forward(let pool) = exchange.plan.outcome {
            line.raw(generation.texts, generation.pools[pool.index].log)
        }
    }

    mutating func appendTime(_ milliseconds: Int64) {
        time.append(milliseconds, to: &line.bytes)
    }
}

/// Names of JSON members with everything around them.
private enum Member {
    static var time: StaticString { "{\"time\":\"" }
    static var client: StaticString { ",\"client\":\"" }
    static var method: StaticString { ",\"method\":\"" }
    static var target: StaticString { ",\"target\":\"" }
    static var host: StaticString { ",\"host\":\"" }
    static var path: StaticString { ",\"path\":\"" }
    static var query: StaticString { ",\"query\":\"" }
    static var generation: StaticString { ",\"generation\":" }
    static var status: StaticString { ",\"status\":" }
    static var reason: StaticString { ",\"reason\":\"" }
    static var requestBytes: StaticString { ",\"request_bytes\":" }
    static var responseBytes: StaticString { ",\"response_bytes\":" }
    static var duration: StaticString { ",\"duration_us\":" }
    static var upstream: StaticString { ",\"upstream_us\":" }
    static var requestID: StaticString { ",\"request_id\":\"" }
    static var quote: StaticString { "\"" }
}
