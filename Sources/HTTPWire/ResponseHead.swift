package import RequestModel

/// The head of an upstream's response. One value is reused from response to response, so that its
/// arrays keep their capacity; no use of it copies it.
package struct ResponseHead: ~Copyable, Sendable {
    /// The head as received; every range here is into it.
    package private(set) var bytes: [UInt8] = []
    /// 100 to 599.
    package private(set) var status: UInt16 = 0
    /// May be empty.
    package private(set) var reason: ByteRange = .empty
    package private(set) var isHTTP10 = false
    /// In the order received, values without surrounding white space; slots are `.none`,
    /// kinds are known.
    package private(set) var fields: [FieldLine] = []
    /// The lines that a reader of `fields` has to look at, as in `RequestView`.
    package private(set) var special = LineSet.all
    package private(set) var framing: BodyFraming = .none
    /// Whether another response may follow on the connection (RFC 9112 section 9.3).
    package private(set) var keepsAlive = false
    /// The members of Connection beside `close` and `keep-alive`.
    package private(set) var connectionOptions: [ByteRange] = []

    /// An empty head, for `parse` to fill.
    package init() {}

    /// Parses the complete head in `bytes[range]`, as a `HeadScanner(.response)` found it. Returns
    /// the refusal, of status 502, if there is one; the head is of no use then. `lines` is what the
    /// scanner knows of this head.
    package mutating func parse(
        _ bytes: [UInt8], _ range: Range<Int>, limits: HeadLimits, requestMethodIsHEAD: Bool,
        lines known: borrowing HeadLines = HeadLines()
    ) -> Refusal? {
        self.bytes.removeAll(keepingCapacity: true)
        fields.removeAll(keepingCapacity: true)
        guard range.count <= min(limits.head, Int(Int32.max)) else {
            return Refusal(502, .headTooLarge)
        }
        WordScan.append(range, of: bytes, to: &self.bytes)
        // Taken out for the call, which would keep it alive by a count of its own.
        var own: [UInt8] = []
        swap(&own, &self.bytes)
        let refusal = read(own, known, limits, requestMethodIsHEAD)
        swap(&own, &self.bytes)
        return refusal
    }

    @inline(__always)
    private mutating func read(
        _ bytes: [UInt8], _ known: borrowing HeadLines, _ limits: HeadLimits,
        _ requestMethodIsHEAD: Bool
    ) -> Refusal? {
        let isPlain = known.fit(bytes.count)
        let plain = isPlain ? StatusLine.plain(bytes, known.startLineEnd) : nil
        guard let line = plain ?? StatusLine.parse(bytes) else {
            return Refusal(502, .badStatusLine)
        }
        status = line.status
        reason = ByteRange(line.reason)
        isHTTP10 = line.isHTTP10
        var facts = HeadFacts()
        let refusal = FieldSection.parse(
            bytes, from: line.end, lines: known, maximum: limits.fields,
            names: HeaderNames.known, into: &fields, &facts)
        if let refusal {
            let isTooMany = refusal.reason == .tooManyFields
            return Refusal(502, isTooMany ? .tooManyFields : .badResponseField)
        }
        special = facts.special
        // Nearly always both are empty, and then there is nothing to count.
        let options = facts.connection.others
        if !options.isEmpty || !connectionOptions.isEmpty { connectionOptions = options }
        return judgeFraming(bytes, facts, requestMethodIsHEAD: requestMethodIsHEAD)
    }

    /// RFC 9112 section 6.3, where a response without either field goes on until the close.
    @inline(__always)
    private mutating func judgeFraming(
        _ bytes: [UInt8], _ facts: borrowing HeadFacts, requestMethodIsHEAD: Bool
    ) -> Refusal? {
        guard case .success(let announced) = facts.framing(bytes, isHTTP10: isHTTP10) else {
            return Refusal(502, .badResponseLength)
        }
        keepsAlive = facts.connection.keepsAlive(isHTTP10: isHTTP10)
        let announcesBody = announced != .none && announced != .length(0)
        if status < 200, announcesBody {
            // Its bytes would be read as the final response (RFC 9110 section 8.6).
            return Refusal(502, .badResponseLength)
        }
        if requestMethodIsHEAD || status < 200 || status == 204 || status == 304 {
            framing = .none
            // A sender that announces a body here may send it too (RFC 9112 section 11.2): its
            // bytes must not be taken for the next response.
            if announcesBody { keepsAlive = false }
        } else if announced == .none {
            framing = .untilClose
            keepsAlive = false
        } else {
            framing = announced
        }
        return nil
    }
}
