package import RequestModel

/// What a scanner knows after the bytes it has seen.
package enum ScanResult: Equatable, Sendable {
    case incomplete
    /// `end` is the offset after the CRLFCRLF.
    case complete(end: Int)
    case refused(Refusal)
}

/// Finds the end of a head as bytes arrive, each byte looked at once. It refuses what can never
/// become a head (bare LF, bare CR, NUL, too many bytes) as soon as the byte is there, and leaves
/// the grammar to the parsers.
package struct HeadScanner: Sendable {
    /// Which message is read: it decides the status of a refusal (400 or 502) and whether empty
    /// lines may come first.
    package enum Message: Sendable { case request, response }

    private enum State { case leading, leadingCR, text, textCR, lineStart, finalCR }

    /// Offset of the head's first byte, after the skipped empty lines (RFC 9112 section 2.2).
    package private(set) var start = 0

    private let message: Message
    private var state = State.leading
    private var outcome = ScanResult.incomplete
    /// Bytes seen since `range.lowerBound`.
    private var seen = 0
    private var emptyLines = 0
    private var inFirstLine = true
    /// Length of a start line that is complete while the head is not; 0 otherwise, or when it has
    /// been asked for.
    private var lineLength = 0

    /// A scanner at the start of a message.
    package init(_ message: Message = .request) {
        self.message = message
    }

    /// Whether more than empty lines has come.
    package var hasBegun: Bool { state != .leading && state != .leadingCR }

    /// Whether the head was refused because its start line alone goes on beyond the limit.
    package var isLineTooLong: Bool {
        if case .refused(let refusal) = outcome {
            return inFirstLine && refusal.reason == .headTooLarge
        }
        return false
    }

    /// The start line with its CRLF, once, when it is complete and the head is not: offsets into
    /// the bytes of the last `scan`.
    package mutating func takeFirstLine() -> Range<Int>? {
        guard lineLength > 0 else { return nil }
        let line = start..<start + lineLength
        lineLength = 0
        return line
    }

    /// Forgets the head, for the next one of the connection.
    package mutating func reset() {
        self = HeadScanner(message)
    }

    /// Looks at the bytes of `range` that earlier calls have not seen. `range.lowerBound` is the
    /// message's first byte, the same at each call; `limit` is the largest head in bytes. After
    /// `.complete`, the head is `start..<end`; the answer stays the same until `reset`.
    package mutating func scan(
        _ bytes: [UInt8], _ range: Range<Int>, limit: Int
    ) -> ScanResult {
        var lines = HeadLines()
        return scan(bytes, range, limit: limit, lines: &lines)
    }

    /// The same; `lines` is then what is known of the complete head's lines.
    package mutating func scan(
        _ bytes: [UInt8], _ range: Range<Int>, limit: Int, lines: inout HeadLines
    ) -> ScanResult {
        lines.clear()
        guard outcome == .incomplete else { return outcome }
        // Most heads come in one piece and have nothing that a head cannot have.
        if state == .leading, seen == 0, emptyLines == 0,
            let end = lines.scan(bytes, range.lowerBound, bound(range, range.lowerBound, limit))
        {
            start = range.lowerBound
            state = .text
            outcome = .complete(end: end)
            return outcome
        }
        var index = range.lowerBound + seen
        start = range.lowerBound + 2 * emptyLines
        skipEmptyLines(bytes, &index, range)
        guard outcome == .incomplete else { return outcome }
        let bound = bound(range, start, limit)
        while index < bound {
            if state == .text {
                index = WordScan.firstControl(bytes, index, bound)
                if index == bound { break }
            }
            let byte = bytes[index]
            index += 1
            step(byte, next: index)
            guard outcome == .incomplete else { return outcome }
        }
        seen = index - range.lowerBound
        if index < range.upperBound { refuse(.headTooLarge, requestStatus: 431) }
        return outcome
    }

    /// Where a head that begins at `start` is too large.
    private func bound(_ range: Range<Int>, _ start: Int, _ limit: Int) -> Int {
        limit < range.upperBound - start ? start + limit : range.upperBound
    }

    /// At most two empty lines may come before a request line, none before a status line.
    private mutating func skipEmptyLines(
        _ bytes: [UInt8], _ index: inout Int, _ range: Range<Int>
    ) {
        let allowed = message == .request ? 2 : 0
        while index < range.upperBound {
            switch (state, bytes[index]) {
            case (.leading, 0x0D) where emptyLines < allowed:
                state = .leadingCR
            case (.leading, 0x0D):
                return refuse(startLineReason)
            case (.leading, _):
                state = .text
                return
            case (.leadingCR, 0x0A):
                emptyLines += 1
                start += 2
                state = .leading
            case (.leadingCR, _):
                return refuse(.bareCarriageReturn)
            default:
                return
            }
            index += 1
        }
    }

    private mutating func step(_ byte: UInt8, next: Int) {
        switch (state, byte) {
        case (.textCR, 0x0A):
            state = .lineStart
            if inFirstLine { lineLength = next - start }
            inFirstLine = false
        case (.finalCR, 0x0A):
            outcome = .complete(end: next)
        case (.textCR, _), (.finalCR, _):
            refuse(.bareCarriageReturn)
        case (.lineStart, 0x0D):
            state = .finalCR
        case (_, 0x0D):
            state = .textCR
        case (_, 0x0A):
            refuse(.bareLineFeed)
        case (_, 0):
            refuse(inFirstLine ? startLineReason : fieldReason)
        default:
            state = .text
        }
    }

    private var startLineReason: RefusalReason {
        message == .request ? .badRequestLine : .badStatusLine
    }

    private var fieldReason: RefusalReason {
        message == .request ? .badFieldValue : .badResponseField
    }

    private mutating func refuse(_ reason: RefusalReason, requestStatus: UInt16 = 400) {
        outcome = .refused(Refusal(message == .request ? requestStatus : 502, reason))
    }
}
