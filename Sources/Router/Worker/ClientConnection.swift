internal import HTTPWire
internal import RequestModel
internal import RuleLang
internal import Sockets

/// A client's connection and the exchange that it is in. One exchange at a time: bytes of the next
/// request wait in `input`, or in the kernel.
struct ClientConnection {
    enum Phase {
        /// Waiting for a head, or in the middle of one.
        case head
        /// The request's body is arriving.
        case body
        /// The request is complete, the response is not.
        case response
        /// The last response is out; what the client still sends is read and dropped, so that no
        /// reset overtakes the response.
        case lingering
    }

    var descriptor = Descriptor(raw: -1)
    var listener = 0
    var peer = Endpoint()
    var phase = Phase.head
    var scanner = HeadScanner(.request)
    /// Received and not consumed.
    var input: [UInt8] = []
    var output = OutputQueue()
    /// The kernel may have more for us / take more from us.
    var mayRead = true
    var mayWrite = true
    /// The client has sent all it will ever send.
    var hasEnded = false
    var isFirstRequest = true
    /// The request was refused before any rule: the log shows its raw target.
    var isRefused = false
    var closesAfterOutput = false
    var lingered = 0
    /// Is in the worker's ready list.
    var isQueued = false

    // The exchange.
    var view = RequestView()
    var head = RequestHead()
    var decoder = BodyDecoder(.none, limit: 0)
    var exchange = Exchange()
    var plan = RoutingPlan()
    var upstream: Int?
    var attempts = Attempts()
    /// How the response's body goes out.
    var responseFraming = BodyFraming.none
    var responseIsDone = false
    /// The request's body goes nowhere: the router has answered.
    var dropsBody = false
    var droppedBytes = 0
    var record = ExchangeRecord()
    /// Monotonic milliseconds at which the whole exchange must be over; `.max` without a limit.
    var exchangeDeadline = UInt64.max
    /// Monotonic milliseconds of the next timeout of the connection itself.
    var deadline = UInt64.max
    var deadlineReason = RefusalReason.headTimeout

    /// Ready for another connection; buffers keep a small capacity.
    mutating func reset() {
        let view = view
        self = ClientConnection()
        self.view = view
        self.view.reset()
    }
}

/// Which servers an exchange has tried.
struct Attempts {
    var pool = PoolID(0)
    var tried: Set<Int> = []
    /// A pooled connection was dead: the next one is new.
    var needsFresh = false
    /// Why the last attempt failed, for the log.
    var failure = ""
}

/// What the log line of an exchange says beside the plan.
struct ExchangeRecord {
    var startNanoseconds: UInt64 = 0
    var wallMilliseconds: Int64 = 0
    var upstreamStart: UInt64 = 0
    var firstByte: UInt64 = 0
    var requestBytes = 0
    var responseBytes = 0
    var status: UInt16 = 0
    var reason = ""
    var server = ""
    /// There is a request to write a line for.
    var isOpen = false
}
