/// Reads messages as an end would that trusts nobody: code of its own, and strict.
struct MessageReader {
    enum Kind { case request, response }

    enum Event {
        case head(MessageHead)
        case body(ArraySlice<UInt8>)
        /// Of the message.
        case end
        case malformed(String)
    }

    private enum State {
        case head
        case length(Int)
        case chunkSize
        case chunk(Int)
        case chunkEnd
        case trailer
        case untilClose
        case raw
        case broken
    }

    let kind: Kind
    private var bytes: [UInt8] = []
    private var start = 0
    private var state = State.head
    /// Responses: what they answer.
    var isHEAD = false

    init(_ kind: Kind) { self.kind = kind }

    var isBetweenMessages: Bool {
        if case .head = state { return start == bytes.count }
        return false
    }

    /// The body ends with the connection.
    var isUntilClose: Bool {
        if case .untilClose = state { true } else { false }
    }

    mutating func append(_ more: ArraySlice<UInt8>) {
        if start > 0 {
            bytes.removeSubrange(..<start)
            start = 0
        }
        bytes.append(contentsOf: more)
    }

    /// From here on nothing is read: bytes are bytes.
    mutating func becomeRaw() { state = .raw }

    mutating func next() -> Event? {
        switch state {
        case .head: return readHead()
        case .length(0):
            state = .head
            return .end
        case .length(let left):
            guard let part = take(left) else { return nil }
            state = .length(left - part.count)
            return .body(part)
        case .chunkSize: return readSize()
        case .chunk(0):
            state = .chunkEnd
            return next()
        case .chunk(let left):
            guard let part = take(left) else { return nil }
            state = .chunk(left - part.count)
            return .body(part)
        case .chunkEnd:
            guard let line = line() else { return nil }
            guard line.isEmpty else { return malformed("no line end behind a chunk") }
            state = .chunkSize
            return next()
        case .trailer:
            guard let line = line() else { return nil }
            guard line.isEmpty else { return next() }
            state = .head
            return .end
        case .untilClose, .raw:
            guard let part = take(.max) else { return nil }
            return .body(part)
        case .broken: return nil
        }
    }

    private mutating func malformed(_ text: String) -> Event {
        state = .broken
        return .malformed(text)
    }

    private mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard start < bytes.count else { return nil }
        let end = count < bytes.count - start ? start + count : bytes.count
        defer { start = end }
        return bytes[start..<end]
    }

    /// Without its CR LF; a bare LF is an error of the caller's reading.
    private mutating func line() -> ArraySlice<UInt8>? {
        guard let feed = bytes[start...].firstIndex(of: 0x0a) else { return nil }
        guard feed > start, bytes[feed - 1] == 0x0d else { return nil }
        defer { start = feed + 1 }
        return bytes[start..<feed - 1]
    }

    private mutating func readSize() -> Event? {
        guard let line = line() else { return nil }
        guard !line.isEmpty, line.count < 8,
            let size = Int(String(decoding: line, as: UTF8.self), radix: 16)
        else { return malformed("a chunk size that is none") }
        state = size == 0 ? .trailer : .chunk(size)
        return next()
    }

    private mutating func readHead() -> Event? {
        guard let end = headEnd() else { return nil }
        var lines: [String] = []
        while start < end {
            guard let line = line() else { return malformed("a bare line feed") }
            if !line.isEmpty { lines.append(String(decoding: line, as: UTF8.self)) }
        }
        guard let head = MessageHead(lines) else { return malformed("bad head: \(lines)") }
        return frame(head)
    }

    private func headEnd() -> Int? {
        var index = start
        while let feed = bytes[index...].firstIndex(of: 0x0a) {
            if feed + 2 < bytes.count, bytes[feed + 1] == 0x0d, bytes[feed + 2] == 0x0a {
                return feed + 3
            }
            index = feed + 1
        }
        return nil
    }

    private mutating func frame(_ head: MessageHead) -> Event {
        let lengths = head.values("content-length")
        let codings = head.values("transfer-encoding")
        guard lengths.count + codings.count <= 1 else { return malformed("two framings") }
        if kind == .response {
            let status = head.status
            if status < 200 {
                state = status == 101 ? .raw : .head
                return .head(head)
            }
            if isHEAD || status == 204 || status == 304 {
                state = .length(0)
                return .head(head)
            }
        }
        if let coding = codings.first {
            guard coding == "chunked" else { return malformed("coding \(coding)") }
            state = .chunkSize
        } else if let text = lengths.first {
            guard let length = Int(text), length >= 0 else { return malformed("length \(text)") }
            state = .length(length)
        } else {
            state = kind == .request ? .length(0) : .untilClose
        }
        return .head(head)
    }
}

struct MessageHead {
    let start: [Substring]
    private let fields: [(name: String, value: String)]

    init?(_ lines: [String]) {
        guard let first = lines.first else { return nil }
        start = first.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        guard start.count == 3 else { return nil }
        var fields: [(String, String)] = []
        for line in lines.dropFirst() {
            guard let colon = line.utf8.firstIndex(of: 0x3a), colon > line.startIndex else {
                return nil
            }
            let value = line[line.index(after: colon)...]
            fields.append(
                (line[..<colon].lowercased(), String(value.drop { $0 == " " })))
        }
        self.fields = fields
    }

    func values(_ name: String) -> [String] {
        var values: [String] = []
        for field in fields where field.name == name { values.append(field.value) }
        return values
    }

    func value(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    var status: Int { Int(start[1]) ?? 0 }
    var closes: Bool { value("connection")?.lowercased().contains("close") ?? false }
}
