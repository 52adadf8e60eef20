internal import RequestModel
internal import Sockets
internal import Synchronization

/// Limits over all workers. Asked when a connection begins and when it ends, never for a request.
final class SharedLimits: Sendable {
    private let connections = Atomic<Int>(0)
    private let maximum: Atomic<Int>
    private let perClient: Atomic<Int>
    private let clients = Mutex<[IPAddress: Int]>([:])
    /// What the process's descriptors allow.
    private let bound: Int

    init(connections: Int, perClient: Int, bound: Int = .max) {
        self.bound = bound
        maximum = Atomic(min(connections, bound))
        self.perClient = Atomic(perClient)
    }

    /// Client connections that a process with so many descriptors can serve: each may need one more
    /// to a server, or its request would be accepted only to be answered by 502. The rest is for
    /// listeners, epoll sets, the log, and what is read at a reload.
    static func bound(openFiles: Int, workers: Int) -> Int {
        max(1, (openFiles - 32 - 8 * workers) / 2)
    }

    /// Limits of a new generation; connections beyond them stay.
    func adopt(connections: Int, perClient: Int) {
        maximum.store(min(connections, bound), ordering: .relaxed)
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
