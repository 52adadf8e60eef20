internal import RequestModel
internal import RuleLang
internal import Sockets

/// `format combined` and formats of the file, written piece by piece without asking the heap: only
/// a value that is redacted and an IPv6 address are copied.
extension AccessLog {
    mutating func writeTemplate(
        _ template: LogTemplate, _ redaction: Redaction, _ exchange: borrowing Exchange,
        _ generation: Generation, _ nowNanoseconds: UInt64
    ) {
        for piece in template.pieces {
            let start = line.bytes.count
            switch piece {
            case .text(let bytes):
                line.raw(bytes)
                continue
            case .field(let field): add(field, redaction, exchange, generation, nowNanoseconds)
            case .header(let name): addHeader(name, redaction, exchange)
            case .cookie(let name): addCookie(name, redaction, exchange)
            case .tag(let name):
                if let tag = exchange.plan.tags.first(where: { $0.name == name }) {
                    line.plain(tag.value)
                }
            }
            if line.bytes.count == start { line.raw(UInt8(ascii: "-")) }
        }
    }

    /// The values of its lines, joined as a rule sees them.
    private mutating func addHeader(
        _ name: [UInt8], _ redaction: Redaction, _ exchange: borrowing Exchange
    ) {
        if redaction.appliesTo(header: name) {
            guard let value = exchange.view.header(named: name) else { return }
            line.plain(redaction.header(name, value))
            return
        }
        var isFirst = true
        for index in exchange.view.fields.indices {
            let field = exchange.view.fields[index]
            guard exchange.view.isNamed(field, name) else { continue }
            if !isFirst { line.raw(field.kind == .cookie ? "; " : ", ") }
            isFirst = false
            line.plain(exchange.view.bytes, field.value.indices)
        }
    }

    private mutating func addCookie(
        _ name: [UInt8], _ redaction: Redaction, _ exchange: borrowing Exchange
    ) {
        guard let value = exchange.view.firstCookie(name) else { return }
        if redaction.cookies.contains(name) {
            line.raw("***")
        } else {
            line.plain(exchange.view.bytes, value)
        }
    }

    private mutating func add(
        _ field: LogField, _ redaction: Redaction, _ exchange: borrowing Exchange,
        _ generation: Generation, _ nowNanoseconds: UInt64
    ) {
        let record = exchange.record
        switch field {
        case .time: appendTime(record.wallMilliseconds)
        case .clfTime:
            commonTime.advance(to: record.wallMilliseconds, Timestamp.appendCommon)
            line.raw(commonTime.text)
        case .generation: line.number(generation.number)
        case .status: line.number(record.status)
        case .reason: line.plain(record.reason.text)
        case .requestBytes: line.number(record.requestBytes)
        case .responseBytes: line.number(record.responseBytes)
        case .durationMicroseconds:
            line.number((nowNanoseconds - record.startNanoseconds) / 1_000)
        case .upstreamMicroseconds:
            line.number(
                record.firstByte > 0 ? (record.firstByte - record.upstreamStart) / 1_000 : 0)
        case .listener, .rule, .at, .pool, .server: addPlace(field, exchange, generation)
        default: addRequest(field, redaction, exchange)
        }
    }

    /// What the request says.
    private mutating func addRequest(
        _ field: LogField, _ redaction: Redaction, _ exchange: borrowing Exchange
    ) {
        switch field {
        case .client:
            if let ip = exchange.view.client.ip ?? exchange.view.peer.ip { addAddress(ip) }
        case .peer: if let ip = exchange.view.peer.ip { addAddress(ip) }
        case .method: addPart(exchange.view.method, exchange)
        case .host: addPart(exchange.view.host, exchange)
        case .path: addPart(exchange.view.path, exchange)
        case .query:
            guard let query = exchange.view.query else { return }
            guard redaction.queries.isEmpty else {
                return line.plain(redaction.query(exchange.view.text(query)))
            }
            addPart(query, exchange)
        case .target:
            guard redaction.queries.isEmpty else {
                return line.plain(redaction.url(exchange.view.text(exchange.view.target)))
            }
            addPart(exchange.view.target, exchange)
        case .version: line.raw(exchange.view.version == .http10 ? "HTTP/1.0" : "HTTP/1.1")
        case .requestID: if !exchange.isRefused { addPart(exchange.trace.requestID, exchange) }
        default: break
        }
    }

    private mutating func addPart(_ part: ByteRange, _ exchange: borrowing Exchange) {
        line.plain(exchange.view.bytes, part.indices)
    }

    private mutating func addAddress(_ ip: IPAddress) {
        line.build { ip.append(decimalTo: &$0) }
    }

    /// Where it came in, what decided, where it went.
    private mutating func addPlace(
        _ field: LogField, _ exchange: borrowing Exchange, _ generation: Generation
    ) {
        switch field {
        case .listener:
            guard let listener = exchange.listener else { return }
            line.raw(generation.texts, generation.listeners[listener].plainName)
        case .rule:
            guard let rule = exchange.plan.rule else { return }
            if let label = generation.program.rules[rule].label { line.plain(label) }
        case .at:
            guard let rule = exchange.plan.rule else { return }
            line.raw(generation.texts, generation.rules[rule.index].place)
        case .pool:
            guard case .forward(let pool) = exchange.plan.outcome else { return }
            line.plain(generation.pools[pool.index].name)
        case .server:
            if let server = exchange.record.server { line.plain(generation.servers[server].host) }
        default: break
        }
    }
}
