internal import RuleLang
internal import Sockets

/// What the control thread tells a worker.
enum WorkerMessage: Sendable {
    /// New requests get this generation; sockets are those to listen on from now on.
    case adopt(Generation, [ListenerSocket])
    /// Take a server out of service for new requests, or back in.
    case setDrained(server: Int, Bool)
    /// Send a copy of the counters.
    case report(id: Int)
    /// The answer to an admin request, if its connection is still there.
    case answer(token: UInt64, LocalAnswer)
    /// Accept no more, finish what runs, close what is idle.
    case drain
    /// End every connection now.
    case stop
}

/// What the control thread is told.
enum ControlMessage: Sendable {
    case admin(AdminRequest)
    case report(WorkerReport)
    /// No exchange of the worker is left in the generation.
    case retired(worker: Int, generation: Int)
    case adopted(worker: Int, generation: Int)
    /// A program was compiled, or was not.
    case compiled(CompileOutcome)
    case reload(ReloadReply)
    case reopenLog
    case drain
    /// A worker has no client left to serve; when all have none, they end.
    case drained(worker: Int)
    case stop
    /// The time to drain was over: the worker has cut off so many clients.
    case cut(clients: Int)
    /// No TLS with a server; a worker says so once in a while.
    case handshakeFailed(server: Int, detail: String, atNanoseconds: UInt64)
    /// Every worker has ended: so does the control thread.
    case end
}

/// A request on the admin listener, on its way to the control thread.
struct AdminRequest: Sendable {
    var worker: Int
    var token: UInt64
    var method: String
    var path: String
    var query: [UInt8]
}

/// A worker's numbers at one moment.
struct WorkerReport: Sendable {
    var worker: Int
    var id: Int
    var counters: Counters
    var servers: [ServerReport]
    var clients: Int
    var exchanges: Int
    var upstreams: Int
    var linesLost: UInt64
    var generation: Int
}

struct ServerReport: Sendable {
    var counters: ServerCounters
    var idle: Int
    var isDrained: Bool
}
