import Sockets

final class SimulatedListener {
    let address: SocketAddress
    let worker: Int
    var descriptor: Int32 = -1
    var token: UInt64 = 0
    var isRegistered = false
    var backlog: [Endpoint] = []

    init(address: SocketAddress, worker: Int) {
        self.address = address
        self.worker = worker
    }
}

/// What a server's machine does with a connection.
enum Admission {
    case accept
    /// A reset at once.
    case refuse
    /// Nothing: the caller waits.
    case ignore
}

protocol SimulatedHost: AnyObject {
    var admission: Admission { get }
    func accepted(_ endpoint: Endpoint)
}

/// Calls that fail once in so many; 0: never.
struct CallFaults: Equatable {
    var register = 0
    var connect = 0
}
