internal import RequestModel

/// Reads terms of one request after the other, each at most once a request and only when asked.
/// Arrays keep their capacity: once they have grown, reading allocates nothing.
struct FieldReader {
    private struct TermState {
        var stamp: UInt32
        var first: UInt32
        var count: UInt32
    }

    struct HeaderState {
        var stamp: UInt32
        var firstLine: UInt32
        var lineCount: UInt32
    }

    let terms: [LoweredTerm]
    let names: FieldNames
    let tables: AtomTables
    /// Bytes derived from the request: joined lines, decoded parameters, lower case.
    var arena: [UInt8] = []
    /// Of the terms that were read.
    private(set) var values = ReusedList<LoweredValue>()
    var hasReadNow = false
    var cookies: PairSlots
    var parameters: PairSlots
    var headers: [HeaderState]
    /// Slots of headers with a line, in the order of their first ones.
    var presentHeaders = ReusedList<UInt32>()
    var headerStamp: UInt32 = 0
    private(set) var generation: UInt32 = 0
    private var states: [TermState]

    init(terms: [LoweredTerm], names: FieldNames, tables: AtomTables) {
        self.terms = terms
        self.names = names
        self.tables = tables
        cookies = PairSlots(count: names.cookieCount)
        parameters = PairSlots(count: names.queryCount)
        let state = HeaderState(stamp: 0, firstLine: 0, lineCount: 0)
        headers = [HeaderState](repeating: state, count: names.headerCount)
        states = [TermState](
            repeating: TermState(stamp: 0, first: 0, count: 0), count: terms.count)
    }

    /// Forgets the last request. Returns the number of the new one.
    mutating func begin() -> UInt32 {
        if !arena.isEmpty { arena.removeAll(keepingCapacity: true) }
        values.removeAll()
        hasReadNow = false
        generation += 1
        // Two bits of a stamp hold a truth value elsewhere.
        if generation >> 30 != 0 { restart() }
        return generation
    }

    private mutating func restart() {
        generation = 1
        headerStamp = 0
        cookies.clear()
        parameters.clear()
        for index in states.indices { states[index].stamp = 0 }
        for index in headers.indices { headers[index].stamp = 0 }
    }

    /// Where in `values` the term's values are.
    @inline(__always)
    mutating func read(_ term: UInt32, _ view: borrowing RequestView) -> Range<Int> {
        let state = states[Int(term)]
        guard state.stamp == generation else { return readNew(term, view) }
        return Int(state.first)..<Int(state.first &+ state.count)
    }

    /// The same of a term that the request was not asked for yet.
    private mutating func readNew(_ term: UInt32, _ view: borrowing RequestView) -> Range<Int> {
        let lowered = terms[Int(term)]
        let first: Int
        switch lowered.kind {
        case .lower, .length, .integer, .bits:
            let inner = read(lowered.argument, view)
            first = values.count
            for index in inner { transform(lowered.kind, values[index], view) }
        default:
            first = values.count
            readField(lowered, view)
        }
        let range = first..<values.count
        states[Int(term)] = TermState(
            stamp: generation, first: UInt32(first), count: UInt32(range.count))
        return range
    }

    mutating func append(_ value: LoweredValue) { values.append(value) }

    private mutating func append(_ range: ByteRange?) {
        if let range { values.append(.text(range)) }
    }

    private mutating func append(_ port: UInt16?) {
        if let port { values.append(.number(Int64(port))) }
    }

    private mutating func append(_ address: IPAddress?) {
        if let address { values.append(.address(address)) }
    }

    private mutating func readField(_ term: LoweredTerm, _ view: borrowing RequestView) {
        switch term.kind {
        case .path: append(view.path)
        case .method: append(view.method)
        case .host: if !view.host.isEmpty { append(view.host) }
        case .header: readHeader(term, view)
        case .cookie:
            splitCookies(view)
            cookies.copy(term.argument, isAny: term.isAny, to: &values)
        case .query:
            splitQuery(view)
            parameters.copy(term.argument, isAny: term.isAny, to: &values)
        case .wholeQuery: append(view.query)
        case .rawPath: append(view.rawPath)
        case .segments, .segment, .segmentCount: readSegments(term, view)
        case .scheme:
            append(view.scheme == .https ? .https : .http)
        case .port: if view.port != 0 { append(view.port) }
        case .url: appendURL(view)
        case .listener: append(view.listener)
        case .httpVersion: append(StaticText.of(view.version))
        case .httpUpgrade: append(view.upgrade)
        case .now:
            hasReadNow = true
            append(.number(view.now))
        default: readConnection(term, view)
        }
    }

    private mutating func readConnection(_ term: LoweredTerm, _ view: borrowing RequestView) {
        switch term.kind {
        case .clientIP: return append(view.client.ip)
        case .clientPort: return append(view.client.port)
        case .peerIP: return append(view.peer.ip)
        case .peerPort: return append(view.peer.port)
        default: break
        }
        guard let tls = view.tls else { return }
        switch term.kind {
        case .tls: append(.flag)
        case .tlsSNI: append(tls.sni)
        case .tlsVersion: append(tls.version)
        case .tlsALPN: append(tls.alpn)
        case .tlsClientSubject: append(tls.clientSubject)
        case .tlsClientVerified: if tls.clientVerified { append(.flag) }
        default: break
        }
    }

    private mutating func append(_ text: StaticText) {
        let start = arena.count
        text.append(to: &arena)
        append(.derived(start..<arena.count))
    }

    private mutating func readSegments(_ term: LoweredTerm, _ view: borrowing RequestView) {
        let bytes = view.bytes.span
        var start = Int(view.path.start)
        let end = Int(view.path.end)
        if start < end, bytes[start] == UInt8(ascii: "/") { start += 1 }
        var count: UInt32 = 0
        var index = start
        while index <= end {
            if index == end || bytes[index] == UInt8(ascii: "/") {
                if term.kind == .segments || term.kind == .segment && count == term.argument {
                    append(.text(start..<index))
                }
                count += 1
                start = index + 1
            }
            index += 1
        }
        if term.kind == .segmentCount { append(.number(Int64(count))) }
    }
}
