import Sockets

/// What is to happen in one run, as data: a failing one is shrunk by taking parts away.
struct Scenario {
    var seed: UInt64
    var workers = 1
    /// Accepting pauses beyond so many.
    var connectionLimit = 10_000
    var clients: [ClientPlan] = []
    /// By id.
    var requests: [RequestPlan] = []
    /// By server.
    var origins: [OriginPlan] = []
    var events: [TimedEvent] = []
    var clientLink = LinkPlan()
    var upstreamLink = LinkPlan()
    var callFaults = CallFaults()
    /// Microseconds, at most, for which a worker does not run after a step, as when others have its
    /// core: what comes meanwhile comes in one round.
    var pause = 0
}

struct ClientPlan {
    /// Microseconds.
    var start = 0
    /// Ids, in order.
    var requests: [Int] = []
    /// Sends without waiting for responses.
    var pipelines = false
    var ending = Ending.close

    enum Ending {
        case close, abort
        /// Until the router closes.
        case stay
    }
}

struct RequestPlan {
    var id = 0
    var method = Method.get
    var target = Target.poolA
    var body = 0
    var isChunked = false
    var expects = false
    var isHTTP10 = false
    /// Asks for the end of the connection.
    var closes = false
    /// The request goes out in so many pieces, with so many microseconds between them.
    var pieces = 1
    var gap = 0
    var fault = ClientFault.none
    var response = ResponsePlan()

    enum Method: String, CaseIterable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case delete = "DELETE"
    }

    enum Target: String, CaseIterable {
        case poolA = "a"
        case poolB = "b"
        case split = "s"
        case tunnel = "w"
        /// The router answers.
        case local = "l"
        case unknown = "n"
    }

    /// May be sent again when a connection that had served before was dead.
    var isReplayable: Bool { body == 0 && !isChunked && method != .post }
    var isForwarded: Bool { target != .local && target != .unknown }
    var path: String { "/\(target.rawValue)/\(id)" }
}

/// What a client does wrong; byte counts are of the request or of the response.
enum ClientFault: Hashable {
    case none
    case reset(afterSending: Int)
    case end(afterSending: Int)
    /// Sends no more, and waits.
    case stall(afterSending: Int)
    case resetReading(after: Int)
    /// Reads no more.
    case stopReading(after: Int)
    /// Reads on after a while, in microseconds; not a fault but an awkwardness.
    case pauseReading(after: Int, microseconds: Int)

    var isFault: Bool {
        switch self {
        case .none, .pauseReading: false
        default: true
        }
    }
}

struct ResponsePlan {
    var status = 200
    var body = 0
    var framing = Framing.length
    var interims = 0
    /// Microseconds before the head.
    var delay = 0
    var pieces = 1
    var gap = 0
    /// Announces the end of the connection, and ends it.
    var closes = false
    /// Answers with the head of the request; then reads what is left, or ends.
    var isEarly = false
    var fault = OriginFault.none

    enum Framing { case length, chunked, untilClose }

    var hasBody: Bool { status != 204 && status != 304 }
}

enum OriginFault: Hashable {
    case none
    /// Counted from the first byte of the response; 0: before it.
    case reset(after: Int)
    case end(after: Int)
    /// Takes the request and says nothing more after so many bytes.
    case silence(after: Int)
    /// Does not even read.
    case deaf
    case garbage(Int)
    /// Bytes that nobody asked for, behind the response.
    case extra
    /// Ends a connection while it rests.
    case idleEnd(microseconds: Int)

    /// The response may not arrive.
    var isFault: Bool {
        switch self {
        case .none, .extra, .idleEnd: false
        default: true
        }
    }

    /// The next request on the connection may meet a dead or spoilt one.
    var spoilsReuse: Bool { self != .none }
}

struct OriginPlan {
    var admission = Admission.accept
}

struct TimedEvent {
    /// Microseconds.
    var time: Int
    var action: Action

    enum Action: Hashable {
        case reload(Int)
        case refusedReload
        case reloadThatCannotListen
        case drain
        case stop
        /// Milliseconds.
        case wallClock(Int)
        case clock(Int)
        case server(Int, dies: Bool)
        /// By the admin interface.
        case drained(Int, Bool)
        case status
        /// Descriptors that the process may have, beyond those that are open; nil: no limit.
        case descriptors(Int?)
    }
}

extension Scenario {
    /// Something happens that may break any exchange.
    var spoilsAll: Bool {
        callFaults.register > 0 || callFaults.connect > 0
            || events.contains {
                switch $0.action {
                case .drain, .stop, .clock, .server, .descriptors: true
                default: false
                }
            }
    }

    /// A connection to a server may be dead or spoilt when it is used again.
    var spoilsReuse: Bool {
        requests.contains { $0.response.fault.spoilsReuse || $0.response.isEarly }
    }

    /// Servers by pool: the places in `origins`.
    static func servers(_ target: RequestPlan.Target) -> [Int] {
        switch target {
        case .poolA: [0, 1]
        case .poolB: [2, 3]
        case .split: [0, 1, 2, 3]
        case .tunnel: [4]
        case .local, .unknown: []
        }
    }

    /// Whether nothing that is planned excuses a failure of the request.
    func mustSucceed(_ request: RequestPlan, of client: ClientPlan) -> Bool {
        guard !spoilsAll, !request.response.fault.isFault else { return false }
        if client.requests.contains(where: { requests[$0].fault.isFault }) { return false }
        // The reset that shows one response as cut may take those before it along.
        if client.pipelines,
            client.requests.contains(where: { requests[$0].response.fault.isFault })
        {
            return false
        }
        if spoilsReuse, request.isForwarded, !request.isReplayable || hasExtra { return false }
        switch request.target {
        case .split: return hasOpen([0, 1]) && hasOpen([2, 3])
        case .local, .unknown: return true
        default: return hasOpen(Self.servers(request.target))
        }
    }

    private var hasExtra: Bool { requests.contains { $0.response.fault == .extra } }

    private func hasOpen(_ servers: [Int]) -> Bool {
        servers.contains { server in
            origins[server].admission == .accept
                && !events.contains { $0.action == .drained(server, true) }
        }
    }
}
