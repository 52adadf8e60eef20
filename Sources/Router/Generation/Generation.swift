internal import HTTPWire
internal import RequestModel
internal import RuleLang
internal import Sockets
internal import TLS

/// One compiled file in service: immutable, shared by all workers. Exchanges that began under it
/// end under it.
///
/// Servers, rules and sockets that are the same in the next generation keep their numbers (see
/// `Registry`), and with them their connections, health and counters.
final class Generation: Sendable {
    /// 1 for the file of the start.
    let number: Int
    let program: Program
    let tree: DecisionTree
    let prepared: PreparedActions
    /// Signs the cookies of sticky splits; the same for all generations.
    let stickyKey: SipHash
    let limits: HeadLimits
    /// By pool of the program.
    let pools: [PoolPlan]
    /// By rule of the program.
    let rules: [RulePlan]
    /// The listener of the program that a socket belongs to now, by the socket's number; -1 for
    /// none.
    private let listenerOfSocket: [Int]
    /// By listener of the program.
    let listeners: [ListenerPlan]
    /// Every server that has a number, of this generation or of an earlier one.
    let servers: [ServerIdentity]
    /// What the log says of the servers: `,"server":"…"`.
    let serverLogs: [Range<Int>]
    /// What the ranges of plans and `serverLogs` are ranges of.
    let texts: TextArena
    /// Counters that rules may have: one more than the greatest number.
    let ruleCounters: Int

    init(
        number: Int, compiled: CompiledRules, pools: [PoolPlan], rules: [RulePlan],
        listeners: [ListenerPlan], listenerOfSocket: [Int], servers: [ServerIdentity],
        serverLogs: [Range<Int>], texts: TextArena, ruleCounters: Int, stickyKey: SipHash
    ) {
        self.number = number
        program = compiled.program
        tree = compiled.tree
        prepared = compiled.prepared
        self.pools = pools
        self.rules = rules
        self.listeners = listeners
        self.listenerOfSocket = listenerOfSocket
        self.servers = servers
        self.serverLogs = serverLogs
        self.texts = texts
        self.ruleCounters = ruleCounters
        self.stickyKey = stickyKey
        let limits = program.settings.limits
        self.limits = HeadLimits(head: limits.head, fields: limits.fields, target: limits.target)
    }
}

/// What takes time to make of a program: made before any worker hears of it.
struct CompiledRules: Sendable {
    let program: Program
    let tree: DecisionTree
    let prepared: PreparedActions

    init(_ program: Program) {
        self.program = program
        tree = DecisionTree.build(program)
        prepared = PreparedActions(program)
    }
}

extension Generation {
    /// Stands in a slot that no generation uses, so that the slot keeps none alive.
    static let none = Generation(
        number: 0, compiled: CompiledRules(Program()), pools: [], rules: [], listeners: [],
        listenerOfSocket: [], servers: [],
        serverLogs: [], texts: TextArena([]), ruleCounters: 0, stickyKey: SipHash(key0: 0, key1: 0))

    /// The index of the listener that a socket belongs to in this generation, if to any.
    func listener(ofSocket number: Int) -> Int? {
        guard number < listenerOfSocket.count, listenerOfSocket[number] >= 0 else { return nil }
        return listenerOfSocket[number]
    }
}

struct ListenerPlan: Sendable {
    /// Its name.
    var name: Range<Int>
    /// The same, escaped for log formats that are not JSON.
    var plainName: Range<Int>
    /// What the log says of it: `,"listener":"…","generation":N`.
    var log: Range<Int>
    var table: RuleTableID
    var policy: ListenerPolicy
    var tls: TLSListenerContext?
    /// Several certificates: the host of a request must be the name of its handshake.
    var hasNames = false
    /// Clients show certificates.
    var verifiesClients = false
    /// The admin interface, not a listener of the file.
    var isAdmin = false
}

struct PoolPlan: Sendable {
    struct Member: Sendable {
        /// The server's number.
        var server: Int
        var weight: Int
        var isBackup: Bool
        var isDraining: Bool
    }

    var name: String
    var members: [Member]
    var allowsWebSocket: Bool
    var tls: TLSClientContext?
    /// The name that servers must have; nil: each one its own.
    var serverName: String?
    /// What the log says of it: `,"pool":"…"`.
    var log: Range<Int>
}

struct RulePlan: Sendable {
    /// The number of the rule's counter.
    var counter: Int
    /// What the log says of the rule: `,"rule":"…","at":"…"`.
    var log: Range<Int>
    /// Where it is, `FILE:LINE`, escaped for formats that are not JSON.
    var place: Range<Int>
}

/// What makes a server the same server in two generations: the pool's name and the address as
/// written.
struct ServerIdentity: Sendable {
    var pool: String
    var text: String
    /// The TLS settings as text, so that a connection made under others is another one.
    var security: String
    /// The name or address without the port.
    var name: String
    /// Where its name led when the generation was made.
    var address: SocketAddress
    /// As a Host field says it, for requests without one.
    let host: [UInt8]

    init(pool: String, text: String, security: String, name: String, address: SocketAddress) {
        self.pool = pool
        self.text = text
        self.security = security
        self.name = name
        self.address = address
        host = Array(text.utf8)
    }
}
