internal import HTTPWire
internal import RequestModel
internal import Router
internal import RuleLang
internal import Sockets

/// One request to a router's admin listener.
struct AdminClient {
    struct Failure: Error { let message: String }

    let address: SocketAddress
    let text: String

    /// `127.0.0.1:9901`, `[::1]:9901`, `:9901` or `unix:/path`.
    init?(_ text: String) {
        self.text = text
        if text.hasPrefix("unix:") {
            address = .unix(path: String(text.dropFirst(5)))
            return
        }
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...])
        else { return nil }
        var host = text[..<colon]
        if host.isEmpty {
            address = .v4(0x7f00_0001, port: port)
            return
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        guard let ip = IPAddress(parsing: host.utf8) else { return nil }
        address =
            ip.family == .v4
            ? .v4(UInt32(truncatingIfNeeded: ip.low), port: port)
            : .v6(high: ip.high, low: ip.low, port: port)
    }

    init(_ listener: ListenAddress) {
        text = listener.text
        switch listener {
        case .unix(let path): address = .unix(path: path)
        case .ip(nil, let port): address = .v4(0x7f00_0001, port: port)
        case .ip(let ip?, let port):
            address =
                ip.family == .v4
                ? .v4(UInt32(truncatingIfNeeded: ip.low), port: port)
                : .v6(high: ip.high, low: ip.low, port: port)
        }
    }

    /// Sends the request and waits for the answer; a reload takes as long as it takes to compile.
    func send(_ method: String, _ path: String) -> Result<(status: Int, body: String), Failure> {
        guard var io = try? EpollIO() else { return .failure(Failure(message: "no descriptor")) }
        let descriptor: Descriptor
        switch io.connect(address) {
        case .connected(let opened), .pending(let opened): descriptor = opened
        case .failed(let error): return .failure(unreachable(error))
        }
        defer { io.close(descriptor) }
        var events: [ReadyEvent] = []
        _ = io.register(descriptor, token: 0)
        io.wait(into: &events, timeoutMilliseconds: 5_000)
        if let error = io.connectResult(descriptor) { return .failure(unreachable(error)) }
        let request = Array(
            "\(method) \(path) HTTP/1.1\r\nhost: admin\r\nconnection: close\r\n\r\n".utf8)
        guard case .count(request.count) = io.send(descriptor, request, request.indices) else {
            return .failure(Failure(message: "\(text) does not answer"))
        }
        return read(&io, descriptor)
    }

    private func unreachable(_ error: SystemError) -> Failure {
        Failure(message: "cannot reach the router at \(text): \(error.text)")
    }

    private func read(
        _ io: inout EpollIO, _ descriptor: Descriptor
    ) -> Result<(status: Int, body: String), Failure> {
        var received: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 1 << 16)
        var events: [ReadyEvent] = []
        reading: while true {
            switch io.receive(descriptor, into: &room, at: 0, count: room.count) {
            case .count(0), .failed: break reading
            case .count(let count):
                received += room[..<count]
                if let answer = Self.answer(received), answer.isWhole { break reading }
            case .wouldBlock:
                io.wait(into: &events, timeoutMilliseconds: 120_000)
                if events.isEmpty { break reading }
            }
        }
        guard let answer = Self.answer(received) else {
            return .failure(Failure(message: "\(text) gave no answer"))
        }
        return .success((answer.status, answer.body))
    }

    /// nil before the whole head is there.
    private static func answer(
        _ received: [UInt8]
    ) -> (status: Int, body: String, isWhole: Bool)? {
        var scanner = HeadScanner(.response)
        var head = ResponseHead()
        guard case .complete(let end) = scanner.scan(received, received.indices, limit: 1 << 16),
            head.parse(
                received, 0..<end, limits: HeadLimits(head: 1 << 16, fields: 100, target: 1),
                requestMethodIsHEAD: false) == nil
        else { return nil }
        let body = received[end...]
        let isWhole =
            switch head.framing {
            case .none: true
            case .length(let length): body.count >= length
            case .chunked, .untilClose: false
            }
        return (Int(head.status), String(decoding: body, as: UTF8.self), isWhole)
    }
}
