import Sockets
import Testing

/// A connected pair over real loopback sockets in one epoll set.
struct Pair {
    static let listenerToken: UInt64 = 1
    static let clientToken: UInt64 = 2
    static let serverToken: UInt64 = 3

    let listener: Descriptor
    let client: Descriptor
    let server: Descriptor
    /// The peer that accept reported.
    let peer: SocketAddress

    static func open(_ io: inout EpollIO, _ address: SocketAddress) throws -> Pair {
        let listener = try #require(
            try Listening.open(address, count: 1, backlog: 8).get().first)
        #expect(io.registerListener(listener, token: listenerToken) == nil)
        let target = try #require(Listening.localAddress(listener))
        let client = try start(&io, target)
        #expect(io.register(client, token: clientToken) == nil)
        _ = try io.await(listenerToken) { $0.isReadable }
        guard case .connection(let server, let peer) = io.accept(listener) else {
            throw Silence()
        }
        #expect(io.register(server, token: serverToken) == nil)
        #expect(io.connectResult(client) == nil)
        return Pair(listener: listener, client: client, server: server, peer: peer)
    }

    private static func start(
        _ io: inout EpollIO, _ target: SocketAddress
    ) throws(SystemError) -> Descriptor {
        switch io.connect(target) {
        case .connected(let client), .pending(let client): return client
        case .failed(let error): throw error
        }
    }

    func close(_ io: inout EpollIO) {
        for descriptor in [listener, client, server] { io.close(descriptor) }
    }
}

/// Nothing came within the limit that keeps a broken test from hanging.
struct Silence: Error {}

extension EpollIO {
    /// Waits until an event of `token` satisfies `wanted`.
    mutating func await(
        _ token: UInt64, where wanted: (ReadyEvent) -> Bool
    ) throws -> ReadyEvent {
        var events: [ReadyEvent] = []
        for _ in 0..<100 {
            wait(into: &events, timeoutMilliseconds: 5000)
            if events.isEmpty { throw Silence() }
            if let event = events.first(where: { $0.token == token && wanted($0) }) {
                return event
            }
        }
        throw Silence()
    }

    /// Receives until `count` bytes or the end of the stream are there.
    mutating func receiveAll(
        _ descriptor: Descriptor, token: UInt64, count: Int
    ) throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let result = receive(
                descriptor, into: &buffer, at: filled, count: count - filled)
            switch result {
            case .count(0): return Array(buffer[..<filled])
            case .count(let more): filled += more
            case .wouldBlock: _ = try self.await(token) { $0.isReadable }
            case .failed(let error): throw error
            }
        }
        return buffer
    }
}

let loopback = SocketAddress.v4(0x7f00_0001, port: 0)
let loopback6 = SocketAddress.v6(high: 0, low: 1, port: 0)
