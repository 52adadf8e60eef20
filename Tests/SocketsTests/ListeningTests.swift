import Glibc
import Sockets
import Testing

@Suite(.timeLimit(.minutes(1))) struct ListeningTests {
    @Test(arguments: [loopback, loopback6])
    func workersShareOnePort(_ address: SocketAddress) throws {
        let listeners = try Listening.open(address, count: 3, backlog: 8).get()
        let ports = Set(listeners.map { Listening.localAddress($0)?.port })
        #expect(Set(listeners).count == 3)
        #expect(ports.count == 1)
        #expect(ports.first != 0)
        for listener in listeners { Listening.close(listener) }
    }

    @Test func connectionsHaveTheirOptions() throws {
        var io = try EpollIO()
        let pair = try Pair.open(&io, loopback)
        defer { pair.close(&io) }
        for descriptor in [pair.server, pair.client] {
            var value: Int32 = 0
            var size = socklen_t(4)
            let result = unsafe getsockopt(
                descriptor.raw, Int32(IPPROTO_TCP), TCP_NODELAY, &value, &size)
            #expect(result == 0 && value != 0)
            #expect(fcntl(descriptor.raw, F_GETFL) & O_NONBLOCK != 0)
            #expect(fcntl(descriptor.raw, F_GETFD) & FD_CLOEXEC != 0)
        }
    }

    @Test func secondRouterFailsClearly() throws {
        let listeners = try Listening.open(loopback, count: 2, backlog: 8).get()
        let address = try #require(Listening.localAddress(listeners[0]))
        #expect(Listening.open(address, count: 2, backlog: 8) == .failure(.addressInUse))
        for listener in listeners { Listening.close(listener) }
        let again = try Listening.open(address, count: 2, backlog: 8).get()
        #expect(again.map { Listening.localAddress($0) } == [address, address])
        for listener in again { Listening.close(listener) }
    }

    @Test func restartsWhileOldConnectionsLinger() throws {
        var io = try EpollIO()
        let pair = try Pair.open(&io, loopback)
        let address = try #require(Listening.localAddress(pair.listener))
        // The side that closes first keeps the port in TIME-WAIT.
        io.close(pair.server)
        io.close(pair.listener)
        _ = try io.await(Pair.clientToken) { $0.isHungUp }
        io.close(pair.client)
        let again = try Listening.open(address, count: 1, backlog: 8).get()
        Listening.close(again[0])
    }

    @Test func foreignAddressFails() {
        // 192.0.2.1 is for documentation only (RFC 5737).
        let foreign = SocketAddress.v4(0xc000_0201, port: 0)
        #expect(Listening.open(foreign, count: 1, backlog: 8) == .failure(.addressNotAvailable))
    }

    @Test func unixSocketsEcho() throws {
        let scratch = try Scratch()
        var io = try EpollIO()
        let address = SocketAddress.unix(path: scratch.file("s"))
        let pair = try Pair.open(&io, address)
        defer { pair.close(&io) }
        #expect(pair.peer == .unix(path: ""))
        #expect(Listening.localAddress(pair.listener) == address)
        #expect(scratch.mode("s") == 0o660)
        #expect(io.send(pair.client, [1, 2], 0..<2) == .count(2))
        let heard = try io.receiveAll(pair.server, token: Pair.serverToken, count: 2)
        #expect(heard == [1, 2])
    }

    @Test func staleUnixSocketIsReplacedAndLiveOneRefused() throws {
        let scratch = try Scratch()
        let path = scratch.file("s")
        let address = SocketAddress.unix(path: path)
        let first = try Listening.open(address, count: 2, backlog: 8).get()
        let old = Files.identity(path)
        #expect(first.count == 2)
        #expect(Listening.open(address, count: 1, backlog: 8) == .failure(.addressInUse))
        // One descriptor left keeps the socket alive; the last one leaves a stale file.
        Listening.close(first[0])
        #expect(Listening.open(address, count: 1, backlog: 8) == .failure(.addressInUse))
        Listening.close(first[1])
        #expect(old != nil && Files.identity(path) == old)
        let second = try Listening.open(address, count: 1, backlog: 8).get()
        var io = try EpollIO()
        guard case .connected(let client) = io.connect(address) else {
            Issue.record("the new socket does not answer")
            return
        }
        io.close(client)
        io.close(second[0])
    }

    @Test func unixConnectToFullBacklogFails() throws {
        let scratch = try Scratch()
        let address = SocketAddress.unix(path: scratch.file("s"))
        let listener = try Listening.open(address, count: 1, backlog: 1).get()[0]
        var io = try EpollIO()
        var clients: [Descriptor] = []
        var refusal: SystemError?
        while refusal == nil && clients.count < 64 {
            switch io.connect(address) {
            case .connected(let client), .pending(let client): clients.append(client)
            case .failed(let error): refusal = error
            }
        }
        #expect(refusal == .wouldBlock)
        // Full, but alive.
        #expect(Listening.open(address, count: 1, backlog: 1) == .failure(.addressInUse))
        for descriptor in clients + [listener] { io.close(descriptor) }
    }

    @Test func otherFilesAreNeverRemoved() throws {
        let scratch = try Scratch()
        let path = scratch.file("precious")
        #expect(Files.write(path, [1]) == nil)
        #expect(
            Listening.open(.unix(path: path), count: 1, backlog: 8) == .failure(.fileExists))
        #expect(Files.read(path, limit: 10) == .success([1]))
    }
}
