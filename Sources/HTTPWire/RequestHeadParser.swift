package import RequestModel

/// What the connection needs of a request head beside the view.
@usableFromInline
package struct RequestHead: Sendable {
    package var framing: BodyFraming
    /// Whether another request may follow on the connection (RFC 9112 section 9.3).
    package var keepsAlive: Bool
    /// Whether the client waits for 100 (Continue) before it sends the body.
    package var expectsContinue: Bool
    /// The members of Connection beside `close` and `keep-alive`: ranges into `view.bytes`.
    package var connectionOptions: [ByteRange]
    /// Max-Forwards of a TRACE or OPTIONS request; `anyForwards` without it.
    @usableFromInline package var maxForwards = UInt16.max

    @inlinable package static var anyForwards: UInt16 { .max }

    /// Whether it has Max-Forwards that count.
    @inlinable package var countsForwards: Bool { maxForwards != Self.anyForwards }

    package init(
        framing: BodyFraming = .none, keepsAlive: Bool = false, expectsContinue: Bool = false,
        connectionOptions: [ByteRange] = []
    ) {
        self.framing = framing
        self.keepsAlive = keepsAlive
        self.expectsContinue = expectsContinue
        self.connectionOptions = connectionOptions
    }
}

package enum RequestHeadParser {
    /// Parses the complete head in `bytes[range]` (`start..<end` of a `HeadScanner`): copies it
    /// into `view.bytes` and fills method, target, version and fields with their slots. The arena
    /// is emptied first, so what an earlier request left in the view is cleared with it. After a
    /// refusal only what was read before the fault is there. `lines` is what the scanner knows of
    /// this head.
    package static func parse(
        _ bytes: [UInt8], _ range: Range<Int>, limits: HeadLimits, names: HeaderNames,
        lines: borrowing HeadLines = HeadLines(), into view: inout RequestView
    ) -> Result<RequestHead, Refusal> {
        view.reset()
        guard range.count <= min(limits.head, Int(Int32.max)) else {
            return .failure(Refusal(431, .headTooLarge))
        }
        WordScan.append(range, of: bytes, to: &view.bytes)
        // Taken out for the call, which would keep it alive by a count of its own.
        var arena: [UInt8] = []
        swap(&arena, &view.bytes)
        let head = read(arena, limits, names, lines, &view)
        swap(&arena, &view.bytes)
        guard case .success(var head) = head else { return head }
        let length = view.method.count
        if length == 5 || length == 7, let refusal = judgeHops(view, &head) {
            return .failure(refusal)
        }
        return .success(head)
    }

    @inline(__always)
    private static func read(
        _ arena: [UInt8], _ limits: HeadLimits, _ names: HeaderNames,
        _ lines: borrowing HeadLines, _ view: inout RequestView
    ) -> Result<RequestHead, Refusal> {
        let isPlain = lines.fit(arena.count)
        let line: RequestLine
        if isPlain,
            let plain = RequestLine.plain(
                arena, lines.startLineEnd, targetLimit: limits.target)
        {
            line = plain
        } else {
            switch RequestLine.parse(arena, targetLimit: limits.target) {
            case .success(let parsed): line = parsed
            case .failure(let refusal): return .failure(refusal)
            }
        }
        view.method = ByteRange(line.method)
        view.target = ByteRange(line.target)
        view.version = line.version
        var facts = HeadFacts()
        let refusal = FieldSection.parse(
            arena, from: line.end, lines: lines, maximum: limits.fields, names: names,
            into: &view.fields, &facts)
        if let refusal { return .failure(refusal) }
        view.special = facts.special
        return judge(facts, arena, isHTTP10: line.version == .http10)
    }

    /// The fault of a request line whose head is not complete yet; nil when it has none. What is no
    /// HTTP/1 (HTTP/0.9, the preface of HTTP/2, another protocol) may never send the rest.
    package static func lineRefusal(
        _ bytes: [UInt8], _ range: Range<Int>, limits: HeadLimits
    ) -> Refusal? {
        if case .failure(let refusal) = RequestLine.parse(
            Array(bytes[range]), targetLimit: limits.target)
        {
            return refusal
        }
        return nil
    }

    /// Where the target is in what has come of a request that was not read to its end, for its log
    /// line: as far as it has come, but at most 256 bytes; empty when no space has.
    package static func knownTarget(_ bytes: [UInt8]) -> ByteRange {
        let ends: [UInt8] = [0x20, 0x0D, 0x0A]
        let start = bytes.firstIndex { $0 != 0x0D && $0 != 0x0A } ?? bytes.endIndex
        guard let end = bytes[start...].firstIndex(where: ends.contains), bytes[end] == 0x20 else {
            return .empty
        }
        let target = bytes[(end + 1)...].prefix(longestKnownTarget).prefix { !ends.contains($0) }
        return ByteRange(target.indices)
    }

    private static let longestKnownTarget = 256

    @inline(__always)
    private static func judge(
        _ facts: borrowing HeadFacts, _ arena: [UInt8], isHTTP10: Bool
    ) -> Result<RequestHead, Refusal> {
        let framing: BodyFraming
        switch facts.framing(arena, isHTTP10: isHTTP10) {
        case .success(let found): framing = found
        case .failure(let refusal): return .failure(refusal)
        }
        guard let expectsContinue = facts.expectsContinue(arena, isHTTP10: isHTTP10) else {
            return .failure(Refusal(417, .badExpect))
        }
        let options = facts.connection.others
        if !options.isEmpty, facts.connection.nominatesCoding(arena) {
            return .failure(Refusal(400, .badConnectionField))
        }
        return .success(
            RequestHead(
                framing: framing, keepsAlive: facts.connection.keepsAlive(isHTTP10: isHTTP10),
                expectsContinue: expectsContinue,
                connectionOptions: options.isEmpty ? [] : options))
    }

    /// What TRACE and OPTIONS have of their own; for most requests the length of the method
    /// decides.
    private static func judgeHops(_ view: RequestView, _ head: inout RequestHead) -> Refusal? {
        let method = view.text(view.method)
        let isTrace = method.elementsEqual(trace)
        guard isTrace || method.elementsEqual(options) else { return nil }
        // RFC 9110 section 9.3.8.
        if isTrace, head.framing.hasBody { return Refusal(400, .bodyInTrace) }
        // RFC 9110 section 7.6.2: a number beyond what is supported is read as the greatest.
        for line in view.fields where line.kind == .maxForwards {
            guard head.maxForwards == RequestHead.anyForwards,
                let count = HeadFacts.decimal(view.bytes, line.value.indices)
            else { return Refusal(400, .badMaxForwards) }
            head.maxForwards = UInt16(min(count, UInt64(RequestHead.anyForwards - 1)))
        }
        return nil
    }

    private static let trace = Array("TRACE".utf8)
    private static let options = Array("OPTIONS".utf8)
}
