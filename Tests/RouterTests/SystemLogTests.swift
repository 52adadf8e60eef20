import Glibc
import RuleLang
import Sockets
import Synchronization
import TestSupport
import Testing

@testable import Router

/// Stands where `syslog(3)` finds the system's log.
private final class Receiver {
    private let descriptor: Int32
    private let path: String

    init(_ path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let name = Array(path.utf8)
        try #require(name.count < 108)
        unsafe withUnsafeMutableBytes(of: &address) { room in
            for (index, byte) in name.enumerated() { unsafe room[2 + index] = byte }
        }
        let result = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(2 + name.count))
            }
        }
        try #require(result == 0)
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        unsafe setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit {
        close(descriptor)
        unsafe unlink(path)
    }

    /// The next message; nil when none came in time.
    func next() -> String? {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = unsafe recv(descriptor, &bytes, bytes.count, 0)
        return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
    }
}

@Suite(.timeLimit(.minutes(1))) struct SystemLogTests {
    private func start(
        _ syslog: String, _ heard: @escaping @Sendable (RouterNews) -> Void = { _ in }
    ) throws -> Result<RouterServer, RouterServer.StartError> {
        let text = "listen 127.0.0.1:0\nlog { to syslog }\nhome: path == \"/\" -> respond 200\n"
        let program = try #require(compile("r.l7", loader: OneFile(text: text)).program)
        #expect(Serving.refusals(program).isEmpty)
        var options = RouterServer.Options()
        options.workers = 1
        options.syslog = syslog
        options.heard = heard
        return RouterServer.start(program, options)
    }

    private func ask(_ server: RouterServer, _ path: String) throws {
        let peer = try Peer(port: try #require(server.addresses.first?.address.port))
        try peer.send("GET \(path) HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        _ = try peer.readRest()
    }

    @Test func aMessageALine() throws {
        let folder = try Temporary()
        let receiver = try Receiver(folder.path("log"))
        let server = try start(folder.path("log")).get()
        for path in ["/", "/other"] {
            try ask(server, path)
            let message = try #require(receiver.next())
            #expect(message.hasPrefix("<30>l7route[\(getpid())]: {\"time\":\""))
            #expect(message.contains("\"path\":\"\(path)\""))
            #expect(message.hasSuffix("}"))
        }
        server.stop()
        server.wait()
    }

    /// The system's log is restarted: what it does not take meanwhile is lost, and told.
    @Test func aLogThatComesBack() throws {
        let folder = try Temporary()
        let path = folder.path("log")
        let notices = try Mailbox<String>()
        var receiver: Receiver? = try Receiver(path)
        let server = try start(path) { news in
            if case .notice(let text) = news { notices.post(text) }
        }.get()
        try ask(server, "/first")
        #expect(receiver?.next()?.contains("/first") == true)
        receiver = nil
        try ask(server, "/lost")
        var io = try EpollIO()
        #expect(io.adopt(notices, token: 1) == nil)
        var events: [ReadyEvent] = []
        io.wait(into: &events, timeoutMilliseconds: 10_000)
        var texts: [String] = []
        notices.drain(into: &texts)
        #expect(texts.first?.hasPrefix("1 log line is lost: ") == true, "\(texts)")
        receiver = try Receiver(path)
        try ask(server, "/again")
        #expect(receiver?.next()?.contains("/again") == true)
        server.stop()
        server.wait()
    }

    @Test func nobodyReceives() throws {
        let folder = try Temporary()
        let path = folder.path("none")
        guard case .failure(let error) = try start(path) else {
            Issue.record("started without a log")
            return
        }
        #expect(error.message == "cannot reach the system's log \(path): no such file or directory")
    }
}
