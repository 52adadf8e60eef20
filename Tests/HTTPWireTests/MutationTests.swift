import HTTPWire
import RequestModel
import TestSupport
import Testing

/// Heads with random faults: whatever is accepted means the same when it is written out again.
@Suite struct MutationTests {
    private static let requests = [
        "GET /a/b?c=d HTTP/1.1\r\nHost: example.com\r\nAccept: */*\r\nX-Empty:\r\n\r\n",
        "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\nExpect: 100-continue\r\n\r\n",
        "PUT /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTE: trailers\r\n\r\n",
        "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, X-a\r\nUpgrade: websocket\r\n\r\n",
        "GET / HTTP/1.0\r\nConnection: keep-alive\r\nCookie: a=b; c=d\r\n\r\n",
    ]

    private static let responses = [
        "HTTP/1.1 200 OK\r\nContent-Length: 12\r\nServer: x\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: /a\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.0 200 Fine\r\nConnection: keep-alive, te\r\nContent-Length: 1\r\n\r\n",
    ]

    /// Pieces that are meant to confuse.
    private static let splices = [
        "\r\n", "\r", "\n", "\r\n ", ":", " ", "\t", "\0", "\u{7f}", "\u{ff}", ",", ";", "\r\n\r\n",
        "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "Connection: close\r\n",
        "HTTP/1.1", " chunked", "0", "-", "\u{b}", "Host", "\"",
    ].map { bytes($0) }

    private static func mutate(_ head: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var head = head
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let place = Int.random(in: 0..<head.count, using: &random)
            let end = min(head.count, place + Int.random(in: 1...6, using: &random))
            switch Int.random(in: 0..<6, using: &random) {
            case 0: head[place] = UInt8.random(in: .min ... .max, using: &random)
            case 1: head[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2 where end < head.count: head.removeSubrange(place..<end)
            case 3: head.insert(contentsOf: Array(head[place..<end]), at: place)
            default:
                let splice = splices.randomElement(using: &random) ?? []
                head.insert(contentsOf: splice, at: place)
            }
        }
        return head
    }

    /// What a request means, without its spelling.
    private struct Meaning: Equatable {
        var line: [String]
        var version: HTTPVersion
        var fields: [[String]]
        var framing: BodyFraming
        var keepsAlive: Bool
        var expectsContinue: Bool
        var options: [String]

        init(_ view: RequestView, _ head: RequestHead) {
            let read = { (range: ByteRange) in text(view.bytes[range.indices]) }
            line = [read(view.method), read(view.target)]
            version = view.version
            fields = view.fields.map { [read($0.name), read($0.value)] }
            framing = head.framing
            keepsAlive = head.keepsAlive
            expectsContinue = head.expectsContinue
            options = head.connectionOptions.map(read)
        }

        var written: [UInt8] {
            let version = version == .http11 ? "HTTP/1.1" : "HTTP/1.0"
            let lines = fields.map { "\($0[0]): \($0[1])\r\n" }.joined()
            return bytes("\(line[0]) \(line[1]) \(version)\r\n\(lines)\r\n")
        }
    }

    @Test func acceptedRequestsMeanOneThing() {
        var random = SeededGenerator(seed: 9112)
        var view = RequestView()
        var accepted = 0
        for round in 0..<10_000 {
            let mutated = Self.mutate(bytes(Self.requests[round % Self.requests.count]), &random)
            // Without the scanner before it, the parser must be as strict about the same bytes.
            let direct = RequestHeadParser.parse(
                mutated, mutated.indices, limits: roomy, names: HeaderNames(), into: &view)
            if case .success(let head) = direct {
                let meaning = Meaning(view, head)
                guard case .success(let scanned) = readRequest(mutated, into: &view) else {
                    Issue.record("the scanner alone refuses \(text(mutated).debugDescription)")
                    continue
                }
                #expect(Meaning(view, scanned) == meaning)
            }
            let fast = readRequest(mutated, into: &view)
            let fields = view.fields
            expectSame(fast, carefully(mutated, into: &view), mutated)
            guard case .success(let head) = fast else { continue }
            accepted += 1
            #expect(view.fields == fields, "\(text(mutated).debugDescription)")
            let meaning = Meaning(view, head)
            guard case .success(let again) = readRequest(meaning.written, into: &view) else {
                Issue.record("refused when written again: \(text(mutated).debugDescription)")
                continue
            }
            #expect(Meaning(view, again) == meaning, "\(text(mutated).debugDescription)")
        }
        // Both sides of the border were visited.
        #expect((1000..<9000).contains(accepted))
    }

    /// Without what the scanner knows of the lines.
    private func carefully(
        _ head: [UInt8], into view: inout RequestView
    ) -> Result<RequestHead, Refusal> {
        var scanner = HeadScanner()
        switch scanner.scan(head, head.indices, limit: roomy.head) {
        case .incomplete: return .failure(Refusal(0, .truncatedBody))
        case .refused(let refusal): return .failure(refusal)
        case .complete(let end):
            return RequestHeadParser.parse(
                head, scanner.start..<end, limits: roomy, names: HeaderNames(), into: &view)
        }
    }

    private func expectSame(
        _ fast: Result<RequestHead, Refusal>, _ careful: Result<RequestHead, Refusal>,
        _ head: [UInt8]
    ) {
        switch (fast, careful) {
        case (.success(let one), .success(let other)):
            #expect(one.framing == other.framing)
            #expect(one.keepsAlive == other.keepsAlive)
            #expect(one.expectsContinue == other.expectsContinue)
            #expect(one.connectionOptions == other.connectionOptions)
        case (.failure(let one), .failure(let other)):
            #expect(one == other, "\(text(head).debugDescription)")
        default: Issue.record("read in two ways: \(text(head).debugDescription)")
        }
    }

    @Test func acceptedResponsesMeanOneThing() {
        var random = SeededGenerator(seed: 9110)
        var head = ResponseHead()
        var accepted = 0
        for round in 0..<10_000 {
            let mutated = Self.mutate(bytes(Self.responses[round % Self.responses.count]), &random)
            var scanner = HeadScanner(.response)
            var lines = HeadLines()
            let result = scanner.scan(
                mutated, mutated.indices, limit: roomy.head, lines: &lines)
            guard case .complete(let end) = result else { continue }
            var first = ResponseHead()
            let careful = first.parse(mutated, 0..<end, limits: roomy, requestMethodIsHEAD: false)
            let fast = head.parse(
                mutated, 0..<end, limits: roomy, requestMethodIsHEAD: false, lines: lines)
            #expect(fast == careful, "\(text(mutated).debugDescription)")
            guard fast == nil else { continue }
            accepted += 1
            #expect(Self.write(head) == Self.write(first))
            let written = Self.write(head)
            let refusal = head.parse(
                written, written.indices, limits: roomy, requestMethodIsHEAD: false)
            #expect(refusal == nil, "\(text(mutated).debugDescription)")
            #expect(Self.write(head) == written)
            #expect(head.framing == first.framing)
            #expect(head.keepsAlive == first.keepsAlive)
            #expect(head.connectionOptions.count == first.connectionOptions.count)
        }
        #expect((1000..<9000).contains(accepted))
    }

    private static func write(_ head: borrowing ResponseHead) -> [UInt8] {
        let received = head.bytes
        let read = { (range: ByteRange) in text(received[range.indices]) }
        let lines = head.fields.map { "\(read($0.name)): \(read($0.value))\r\n" }.joined()
        let version = head.isHTTP10 ? "HTTP/1.0" : "HTTP/1.1"
        return bytes("\(version) \(head.status) \(read(head.reason))\r\n\(lines)\r\n")
    }

    @Test func chunkedBodiesDecodeAlikeHoweverTheyArrive() {
        var random = SeededGenerator(seed: 71)
        let body = bytes("5;a=b\r\nhello\r\nA\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n")
        for _ in 0..<2000 {
            let mutated = Self.mutate(body, &random)
            let whole = decode(mutated, ends: [mutated.count], .chunked, limit: 64)
            let single = decode(mutated, ends: Array(0...mutated.count), .chunked, limit: 64)
            #expect(whole == single, "\(text(mutated).debugDescription)")
        }
    }
}
