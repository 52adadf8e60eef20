import Sockets
import Testing

@Suite(.timeLimit(.minutes(1))) struct ConnectionTests {
    @Test(arguments: [loopback, loopback6])
    func echoes(_ address: SocketAddress) throws {
        var io = try EpollIO()
        let pair = try Pair.open(&io, address)
        defer { pair.close(&io) }
        #expect(pair.peer == Listening.localAddress(pair.client))
        #expect(io.accept(pair.listener) == .wouldBlock)

        let message = Array("..hello..".utf8)
        #expect(io.send(pair.client, message, 2..<7) == .count(5))
        let heard = try io.receiveAll(pair.server, token: Pair.serverToken, count: 5)
        #expect(heard == Array("hello".utf8))
        #expect(io.send(pair.server, heard, 0..<5) == .count(5))
        #expect(try io.receiveAll(pair.client, token: Pair.clientToken, count: 5) == heard)

        var buffer = [UInt8](repeating: 0, count: 1)
        #expect(io.receive(pair.client, into: &buffer, at: 0, count: 1) == .wouldBlock)
    }

    @Test(arguments: [
        (0..<2, 1..<4, "abxyz"), (0..<0, 0..<2, "wx"), (1..<3, 4..<4, "bc"), (0..<0, 0..<0, ""),
    ])
    func sendsTwoRangesAsOne(_ head: Range<Int>, _ body: Range<Int>, _ wanted: String) throws {
        var io = try EpollIO()
        let pair = try Pair.open(&io, loopback)
        defer { pair.close(&io) }
        var first = ByteBuffer()
        first.append(all: Array("abc".utf8))
        let second = Array("wxyz".utf8)
        #expect(io.send(pair.client, first, head, second, body) == .count(wanted.utf8.count))
        io.shutdownWrite(pair.client)
        let heard = try io.receiveAll(pair.server, token: Pair.serverToken, count: 16)
        #expect(heard == Array(wanted.utf8))
    }

    @Test func halfCloseLeavesTheOtherDirectionOpen() throws {
        var io = try EpollIO()
        let pair = try Pair.open(&io, loopback)
        defer { pair.close(&io) }
        io.shutdownWrite(pair.client)
        let event = try io.await(Pair.serverToken) { $0.isHungUp }
        #expect(event.isReadable && !event.isError)
        var buffer = [UInt8](repeating: 0, count: 4)
        #expect(io.receive(pair.server, into: &buffer, at: 0, count: 4) == .count(0))
        #expect(io.send(pair.server, Array("late".utf8), 0..<4) == .count(4))
        let heard = try io.receiveAll(pair.client, token: Pair.clientToken, count: 4)
        #expect(heard == Array("late".utf8))
    }

    @Test func abortIsSeenAsReset() throws {
        var io = try EpollIO()
        let pair = try Pair.open(&io, loopback)
        io.abort(pair.client)
        let event = try io.await(Pair.serverToken) { $0.isError }
        #expect(event.isHungUp)
        var buffer = [UInt8](repeating: 0, count: 4)
        let result = io.receive(pair.server, into: &buffer, at: 0, count: 4)
        #expect(result == .failed(.connectionReset))
        // No SIGPIPE: the test process would be gone.
        #expect(io.send(pair.server, buffer, 0..<4) == .failed(.brokenPipe))
        io.close(pair.server)
        io.close(pair.listener)
    }

    @Test func backPressureEndsWithAWritableEdge() throws {
        var io = try EpollIO()
        let pair = try Pair.open(&io, loopback)
        defer { pair.close(&io) }
        let block = [UInt8](repeating: 7, count: 1 << 20)
        var sent = 0
        var wasShort = false
        filling: for _ in 0..<1000 {
            switch io.send(pair.client, block, 0..<block.count) {
            case .count(let count):
                sent += count
                wasShort = wasShort || count < block.count
            case .wouldBlock: break filling
            case .failed(let error): throw error
            }
        }
        #expect(wasShort)
        let heard = try io.receiveAll(pair.server, token: Pair.serverToken, count: sent)
        #expect(heard.count == sent)
        _ = try io.await(Pair.clientToken) { $0.isWritable }
        #expect(io.send(pair.client, [1], 0..<1) == .count(1))
    }

    @Test func reportsRefusedConnect() throws {
        var io = try EpollIO()
        // A port that was free a moment ago and has no listener any more.
        let listener = try #require(
            try Listening.open(loopback, count: 1, backlog: 1).get().first)
        let address = try #require(Listening.localAddress(listener))
        io.close(listener)
        switch io.connect(address) {
        case .pending(let client):
            #expect(io.register(client, token: 9) == nil)
            _ = try io.await(9) { $0.isWritable }
            #expect(io.connectResult(client) == .connectionRefused)
            io.close(client)
        case .failed(let error):
            #expect(error == .connectionRefused)
        case .connected:
            Issue.record("connected to nobody")
        }
    }

    @Test func refusesUnusablePaths() throws {
        var io = try EpollIO()
        let long = "/tmp/" + String(repeating: "x", count: 103)
        for path in ["", long, "/tmp/\0x"] {
            #expect(io.connect(.unix(path: path)) == .failed(.nameTooLong))
        }
        // One byte less fits, so the refusal is the kernel's.
        let fits = SocketAddress.unix(path: String(long.dropLast()))
        #expect(io.connect(fits) == .failed(.noSuchFile))
    }

    @Test func unregisteredIsSilent() throws {
        var io = try EpollIO()
        let pair = try Pair.open(&io, loopback)
        defer { pair.close(&io) }
        io.unregister(pair.server)
        io.shutdownWrite(pair.client)
        var events: [ReadyEvent] = []
        io.wait(into: &events, timeoutMilliseconds: 0)
        #expect(!events.contains { $0.token == Pair.serverToken })
        #expect(io.register(pair.server, token: 7) == nil)
        #expect(try io.await(7) { $0.isHungUp }.isReadable)
    }

    @Test func clocksAndRandomBitsMove() throws {
        var io = try EpollIO()
        let before = io.monotonicNanoseconds()
        #expect(io.monotonicNanoseconds() >= before)
        // After 2024 and before 2200.
        #expect((1_704_000_000_000..<7_258_000_000_000).contains(io.wallClockMilliseconds()))
        let draws = Set((0..<100).map { _ in io.random() })
        #expect(draws.count == 100)
    }
}
