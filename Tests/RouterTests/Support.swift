import RuleLang
import Sockets
import Synchronization
import Testing

@testable import Router

/// A router of one worker on a free port; ends with its owner.
final class Running {
    let server: RouterServer
    let port: UInt16

    init(_ rules: String) throws {
        let text = "listen 127.0.0.1:0\nlog { to file \"/dev/null\" }\n" + rules
        let compilation = compile("edge.l7", loader: OneFile(text: text))
        let messages = compilation.diagnostics.map(\.message)
        guard let program = compilation.program else { throw Uncompiled(messages: messages) }
        server = try RouterServer.start(program, workers: 1).get()
        port = try #require(server.addresses.first?.address.port)
    }

    deinit {
        server.stop()
        server.wait()
    }
}

/// A router whose file can be changed while it runs, with an admin listener.
final class Reloadable: Sendable {
    let server: RouterServer
    let port: UInt16
    let adminPort: UInt16

    init(
        _ rules: String, workers: Int = 2, openFiles: Int? = nil, log: String = "/dev/null"
    ) throws {
        let text = Text(rules, log: log)
        var options = RouterServer.Options()
        options.workers = workers
        options.openFiles = openFiles
        options.compile = { text.compiled() }
        guard case .program(let program) = text.compiled() else {
            throw Uncompiled(messages: ["does not compile"])
        }
        server = try RouterServer.start(program, options).get()
        port = try #require(server.addresses.first?.address.port)
        adminPort = try #require(server.addresses.last?.address.port)
        source = text
    }

    private let source: Text

    deinit {
        server.stop()
        server.wait()
    }

    /// Changes the file and reloads; returns when the control side has answered.
    func reload(_ rules: String) -> ReloadResult {
        source.replace(rules)
        let answer = Mutex<ReloadResult?>(nil)
        guard let mailbox = try? Mailbox<Bool>(), var io = try? EpollIO(),
            io.adopt(mailbox, token: 0) == nil
        else { return ReloadResult(isAdopted: false, generation: 0, text: "no mailbox") }
        server.reload { result in
            answer.withLock { $0 = result }
            mailbox.post(true)
        }
        var events: [ReadyEvent] = []
        io.wait(into: &events, timeoutMilliseconds: 20_000)
        return answer.withLock { $0 }
            ?? ReloadResult(isAdopted: false, generation: 0, text: "no answer")
    }

    /// One request to the admin listener: status line and body.
    func admin(_ method: String, _ path: String) throws -> (head: String, body: String) {
        let peer = try Peer(port: adminPort)
        try peer.send("\(method) \(path) HTTP/1.1\r\nHost: admin\r\nConnection: close\r\n\r\n")
        let head = try #require(try peer.readHead())
        return (head, try peer.readRest())
    }

    private final class Text: Sendable {
        private let rules: Mutex<String>

        private let log: String

        init(_ rules: String, log: String) {
            self.rules = Mutex(rules)
            self.log = log
        }

        func replace(_ rules: String) { self.rules.withLock { $0 = rules } }

        func compiled() -> ReloadOutcome {
            let text =
                "listen 127.0.0.1:0 as main\nadmin 127.0.0.1:0\nlog { to file \"\(log)\" }\n"
                + rules.withLock { $0 }
            let compilation = compile("reload.l7", loader: OneFile(text: text))
            guard let program = compilation.program else {
                return .refused(
                    compilation.diagnostics.map(\.message).joined(separator: "\n") + "\n")
            }
            return .program(program)
        }
    }
}

struct Uncompiled: Error { var messages: [String] }

struct OneFile: SourceLoader {
    var text: String

    func load(_ path: String, from: String?) -> Result<LoadedFile, LoadError> {
        .success(LoadedFile(path: path, identity: path, bytes: Array(text.utf8)))
    }

    func expand(_ pattern: String, from: String?) -> [String] { [pattern] }
}

/// A port that nobody listens on: bound, so that nobody else gets it, and never accepting.
struct Closed {
    let port: UInt16

    init() throws {
        let address = SocketAddress.v4(0x7f00_0001, port: 0)
        let listener = try #require(try Listening.open(address, count: 1, backlog: 1).get().first)
        port = try #require(Listening.localAddress(listener)?.port)
        Listening.close(listener)
    }
}

/// Serves connections one after the other by a script, on a thread of its own.
final class Upstream {
    let port: UInt16
    private let thread: Thread

    init(connections: Int, _ script: @escaping @Sendable (Peer) throws -> Void) throws {
        let address = SocketAddress.v4(0x7f00_0001, port: 0)
        let listener = try #require(try Listening.open(address, count: 1, backlog: 8).get().first)
        port = try #require(Listening.localAddress(listener)?.port)
        thread = try #require(
            Thread.start(name: "upstream") {
                for _ in 0..<connections {
                    guard let peer = try? Peer(acceptedFrom: listener) else { break }
                    try? script(peer)
                    peer.close()
                }
                Listening.close(listener)
            })
    }
}

/// Nothing came, or nothing could be sent, within the limit that keeps a broken test from hanging.
struct NoProgress: Error {}

/// One end of a connection, used as if its calls blocked.
final class Peer {
    private var io: EpollIO
    private let descriptor: Descriptor
    private var received: [UInt8] = []
    private var room = [UInt8](repeating: 0, count: 1 << 20)
    private var events: [ReadyEvent] = []
    private var hasEnded = false
    private var isClosed = false

    init(port: UInt16) throws {
        io = try EpollIO()
        switch io.connect(.v4(0x7f00_0001, port: port)) {
        case .failed(let error): throw error
        case .connected(let opened): descriptor = opened
        case .pending(let opened):
            descriptor = opened
        }
        _ = io.register(descriptor, token: 1)
        io.wait(into: &events, timeoutMilliseconds: 5_000)
        if let error = io.connectResult(descriptor) {
            close()
            throw error
        }
    }

    init(acceptedFrom listener: Descriptor) throws {
        io = try EpollIO()
        _ = io.registerListener(listener, token: 0)
        io.wait(into: &events, timeoutMilliseconds: 5_000)
        guard case .connection(let accepted, _) = io.accept(listener) else { throw NoProgress() }
        io.unregister(listener)
        descriptor = accepted
        _ = io.register(accepted, token: 1)
    }

    deinit { close() }

    func close() {
        if !isClosed { io.close(descriptor) }
        isClosed = true
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    /// `onStall` is told when the other side has taken nothing for a tenth of a second.
    func send(_ bytes: [UInt8], onStall: () -> Void = {}) throws {
        var start = 0
        var silences = 0
        while start < bytes.count {
            switch io.send(descriptor, bytes, start..<bytes.count) {
            case .count(let count): start += count
            case .failed(let error): throw error
            case .wouldBlock:
                io.wait(into: &events, timeoutMilliseconds: 100)
                guard events.isEmpty else { continue }
                onStall()
                silences += 1
                if silences > 100 { throw NoProgress() }
            }
        }
    }

    /// Up to the empty line; nil at the end of the stream when that is allowed.
    func readHead(orEnd: Bool = false) throws -> String? {
        while true {
            if let end = headEnd() {
                let head = String(decoding: received[..<end], as: UTF8.self)
                received.removeFirst(end)
                return head
            }
            guard try receive() else {
                if orEnd, received.isEmpty { return nil }
                throw NoProgress()
            }
        }
    }

    func read(_ count: Int) throws -> String {
        while received.count < count { if try !receive() { throw NoProgress() } }
        defer { received.removeFirst(count) }
        return String(decoding: received[..<count], as: UTF8.self)
    }

    /// Everything up to the end of the stream.
    func readRest() throws -> String {
        while try receive() {}
        defer { received.removeAll() }
        return String(decoding: received, as: UTF8.self)
    }

    /// Sends the end of the stream; receiving goes on.
    func shutdown() { io.shutdownWrite(descriptor) }

    /// Reads `count` bytes and keeps none; false when the stream ends before.
    func skip(_ count: Int) throws -> Bool {
        var rest = count
        while rest > 0 {
            if received.isEmpty, try !receive() { return false }
            let taken = min(rest, received.count)
            received.removeFirst(taken)
            rest -= taken
        }
        return true
    }

    /// Watches the connection for so long; false when the other side ends it.
    func staysOpen(milliseconds: UInt64) -> Bool {
        let end = Clocks.monotonicNanoseconds() + milliseconds * 1_000_000
        while true {
            if events.contains(where: { $0.isHungUp || $0.isError }) { return false }
            let now = Clocks.monotonicNanoseconds()
            guard now < end else { return true }
            io.wait(into: &events, timeoutMilliseconds: Int((end - now) / 1_000_000) + 1)
        }
    }

    private func headEnd() -> Int? {
        let mark = Array("\r\n\r\n".utf8)
        guard received.count >= mark.count else { return nil }
        return (mark.count...received.count).first { received[($0 - mark.count)..<$0] == mark[...] }
    }

    private func receive() throws -> Bool {
        for _ in 0..<2_000 where !hasEnded {
            switch io.receive(descriptor, into: &room, at: 0, count: room.count) {
            case .count(0): hasEnded = true
            case .count(let count):
                received += room[..<count]
                return true
            case .failed(let error): throw error
            case .wouldBlock:
                io.wait(into: &events, timeoutMilliseconds: 10_000)
                if events.isEmpty { throw NoProgress() }
            }
        }
        return false
    }
}
