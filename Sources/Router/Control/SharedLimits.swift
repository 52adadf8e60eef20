internal import RequestModel
internal import Sockets
internal import Synchronization

/// Limits over all workers. Asked when a connection begins and when it ends, never for a request.
final class SharedLimits: Sendable {
    private let connections = Atomic<Int>(0)
    private let maximum: Atomic<Int>
    private let perClient: Atomic<Int>
    private let clients = Mutex<[IPAddress: Int]>([:])
    private let files: FileBudget

    init(connections: Int, perClient: Int, files: FileBudget = FileBudget(), sockets: Int = 0) {
        self.files = files
        maximum = Atomic(min(connections, files.clients(sockets: sockets)))
        self.perClient = Atomic(perClient)
    }

    /// Limits of a new generation, which listens on so many sockets; connections beyond them stay.
    func adopt(connections: Int, perClient: Int, sockets: Int) {
        maximum.store(min(connections, files.clients(sockets: sockets)), ordering: .relaxed)
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

/// The descriptors that the process may have open.
struct FileBudget: Sendable {
    /// Nil: no limit is known.
    var openFiles: Int?
    var workers = 0

    /// Descriptors that are kept for connections to servers, at most: thousands of clients rest
    /// between their requests, and those of one moment need no more.
    private static let mostForServers = 4_096

    /// Client connections that the process lets in: each may need one more descriptor to a server,
    /// or its request would be accepted only to be answered by 502. The rest is for `sockets` that
    /// listen, epoll sets, the log, and what is read at a reload.
    func clients(sockets: Int) -> Int {
        guard let openFiles else { return .max }
        let left = openFiles - 32 - 8 * workers - sockets
        return max(1, left - min(left - left / 2, Self.mostForServers))
    }
}
