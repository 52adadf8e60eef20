internal import RequestModel
internal import Sockets
internal import Synchronization

/// Limits over all workers. Asked when a connection begins and when it ends, never for a request.
final class SharedLimits: Sendable {
    private let connections = Atomic<Int>(0)
    private let maximum: Atomic<Int>
    private let perClient: Atomic<Int>
    private let clients = Mutex<[IPAddress: Int]>([:])

    init(connections: Int, perClient: Int) {
        maximum = Atomic(connections)
        self.perClient = Atomic(perClient)
    }

    /// Limits of a new generation; connections beyond them stay.
    func adopt(connections: Int, perClient: Int) {
        maximum.store(connections, ordering: .relaxed)
        self.perClient.store(perClient, ordering: .relaxed)
    }

    /// Connections that have entered and not left.
    var count: Int { connections.load(ordering: .relaxed) }

    /// Addresses of which one is counted.
    var addresses: Int { clients.withLock { $0.count } }

    var isFull: Bool {
        connections.load(ordering: .relaxed) >= maximum.load(ordering: .relaxed)
    }

    /// Counts a connection in; false when its address has as many as it may.
    func enter(_ client: IPAddress?) -> Bool {
        let limit = perClient.load(ordering: .relaxed)
        if let client {
            let isAdmitted = clients.withLock { counts in
                let count = counts[client, default: 0]
                // Counted without a limit too: a reload may set one.
                guard limit == 0 || count < limit else { return false }
                counts[client] = count + 1
                return true
            }
            guard isAdmitted else { return false }
        }
        connections.add(1, ordering: .relaxed)
        return true
    }

    /// Counts a connection out that `enter` admitted.
    func leave(_ client: IPAddress?) {
        connections.subtract(1, ordering: .relaxed)
        guard let client else { return }
        clients.withLock { counts in
            let count = counts[client, default: 1]
            counts[client] = count > 1 ? count - 1 : nil
        }
    }
}
