internal import HTTPWire
internal import RequestModel
internal import RuleLang
internal import Sockets

/// One request and its response: from the complete head to the log line. It is independent of the
/// two connections, which name it by its slot; slots are used again with the capacity of their
/// buffers, so that a steady stream of requests allocates nothing and idle connections own nothing.
struct Exchange: ~Copyable {
    var state = ExchangeState()
    var client = 0
    var upstream: Int?
    /// The slot of the generation that decides, pinned when the head is parsed.
    var generation = 0
    /// Index into the generation's listeners; nil when its file no longer names the address.
    var listener: Int?
    var view = RequestView()
    /// The method as a `MethodWord`; 0 for one of more than eight bytes, and for none.
    private(set) var method: UInt64 = 0
    var head = RequestHead()
    var decoder = BodyDecoder(.none, limit: 0)
    var plan = RoutingPlan()
    var attempts = Attempts()
    /// The request is complete, or its rest is of no interest.
    var requestIsDone = false
    /// Where the response's head begins in the worker's `outgoing`, while its `sends` is this one.
    var headOffset = 0
    var headSends: UInt64 = 0
    /// How the response's body goes out.
    var responseFraming = BodyFraming.none
    var responseIsDone = false
    /// The request's body goes nowhere: the router has answered.
    var dropsBody = false
    var droppedBytes = 0
    /// It asks for a WebSocket, and its pool allows it.
    var upgrades = false
    /// 1xx responses so far.
    var interims = 0
    /// The request was refused before any rule: the log shows its raw target.
    var isRefused = false
    var record = ExchangeRecord()
    var trace = TraceContext()
    private let inPlace = InPlace()

    /// For the next request, with the capacity of the buffers.
    mutating func reset() {
        state = ExchangeState()
        view.reset()
        method = 0
        head = RequestHead()
        upstream = nil
        plan.clear()
        attempts = Attempts()
        requestIsDone = false
        responseFraming = .none
        responseIsDone = false
        dropsBody = false
        droppedBytes = 0
        isRefused = false
        interims = 0
        trace = TraceContext()
        upgrades = false
        record = ExchangeRecord()
    }

    /// Notes the method that has been read. Methods are sensitive to case.
    mutating func readMethod() {
        method = 0
        guard view.method.count <= 8 else { return }
        for index in view.method.indices.reversed() {
            method = method &<< 8 | UInt64(view.bytes[index])
        }
    }

    mutating func readTrace(_ random: (UInt64, UInt64, UInt64)) {
        trace.read(&view, except: head.connectionOptions, random: random)
    }

    var isHEAD: Bool { method == MethodWord.head }

    /// RFC 9110 section 9.2.2: idempotent, and nothing of a body is gone.
    var isReplayable: Bool {
        guard !head.framing.hasBody else { return PlantedFault.retriedPost.isOn }
        switch method {
        case MethodWord.get, MethodWord.head, MethodWord.options, MethodWord.put, MethodWord.delete,
            MethodWord.trace:
            return true
        default: return false
        }
    }
}

/// Methods as numbers, the first byte lowest.
enum MethodWord {
    static var get: UInt64 { 0x0054_4547 }
    static var head: UInt64 { 0x4441_4548 }
    static var options: UInt64 { 0x0053_4e4f_4954_504f }
    static var put: UInt64 { 0x0054_5550 }
    static var delete: UInt64 { 0x4554_454c_4544 }
    static var trace: UInt64 { 0x0045_4341_5254 }
}

/// Which servers an exchange has tried.
struct Attempts {
    var pool = PoolID(0)
    /// Servers of the pool, by their place in it.
    var tried: [Int] = []
    /// A pooled connection was dead: the next one is new.
    var needsFresh = false
    /// Why the last attempt failed.
    var failure = Reason.none
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
    var reason = Reason.none
    /// The server that was asked last.
    var server: Int?
}
