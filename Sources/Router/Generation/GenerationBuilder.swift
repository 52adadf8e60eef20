internal import RequestModel
internal import RuleLang
internal import Sockets
internal import TLS

/// Makes generations: numbers for what lasts, addresses for names, texts for the log. Used by the
/// control side only.
struct GenerationBuilder: Sendable {
    private(set) var registry = Registry()
    private var count = 0
    private let stickyKey: SipHash
    /// Of all generations, so that clients resume their sessions over a reload.
    let tickets = TicketKeys()

    /// Of the generation that is being made.
    private var texts: [UInt8] = []

    init(stickyKey: SipHash) {
        self.stickyKey = stickyKey
    }

    /// `sockets` are those open in the new generation: the index of each one's listener in the
    /// program by the socket's number, or `admin`.
    mutating func build(
        _ compiled: CompiledRules, _ sockets: [BoundListener]
    ) -> Result<Generation, RouterServer.StartError> {
        let program = compiled.program
        texts.removeAll()
        var pools: [PoolPlan] = []
        for pool in program.pools {
            let context: TLSClientContext?
            switch SecurityLoader.client(pool) {
            case .failure(let error): return .failure(error)
            case .success(let loaded): context = loaded
            }
            var members: [PoolPlan.Member] = []
            for server in pool.servers {
                switch resolve(server, pool) {
                case .failure(let error): return .failure(error)
                case .success(let address):
                    let identity = ServerIdentity(
                        pool: pool.name, text: server.text, security: pool.tls?.text ?? "",
                        name: server.name, address: address)
                    members.append(
                        PoolPlan.Member(
                            server: registry.number(of: identity), weight: server.weight,
                            isBackup: server.isBackup, isDraining: server.isDraining))
                }
            }
            pools.append(
                PoolPlan(
                    name: pool.name, members: members, allowsWebSocket: pool.upgradesWebSocket,
                    tls: context, serverName: pool.tls?.serverName,
                    log: text(LogText.member("pool", pool.name))))
        }
        let rules = rulePlans(program)
        let listeners: [ListenerPlan]
        switch listenerPlans(program) {
        case .failure(let error): return .failure(error)
        case .success(let plans): listeners = plans
        }
        let listenerOfSocket = Self.listenerOfSocket(sockets, admin: listeners.count - 1)
        let serverLogs = registry.servers.map { text(LogText.member("server", $0.text)) }
        count += 1
        return .success(
            Generation(
                number: count, compiled: compiled, pools: pools, rules: rules, listeners: listeners,
                listenerOfSocket: listenerOfSocket, servers: registry.servers,
                serverLogs: serverLogs, texts: TextArena(texts),
                ruleCounters: registry.rules.count, stickyKey: stickyKey))
    }

    /// The address of a server now; a name is looked up each time a generation is made.
    private func resolve(
        _ server: Server, _ pool: Pool
    ) -> Result<SocketAddress, RouterServer.StartError> {
        switch server.address {
        case .ip(let ip, let port): return .success(SocketAddress(ip, port: port))
        case .unix(let path): return .success(.unix(path: path))
        case .name(let name, let port):
            switch Resolver.resolve(name, port: port) {
            case .success(let found):
                if let first = found.first { return .success(first) }
                return .failure(.init(message: "`\(name)` of pool `\(pool.name)` has no address"))
            case .failure(let error):
                return .failure(
                    .init(
                        message: "cannot resolve `\(name)` of pool `\(pool.name)`: \(error.text)"))
            }
        }
    }

    /// A rule is known by its label, or by a hash of what it says: inserting another rule above it
    /// does not change its counter.
    private mutating func rulePlans(_ program: Program) -> [RulePlan] {
        var seen: [String: Int] = [:]
        return program.rules.indices.map { index in
            let id = RuleID(index)
            var name = program.counterName(of: id)
            // Two rules that say the same are told apart by their order.
            let copies = seen[name, default: 0]
            seen[name] = copies + 1
            if copies > 0 { name += "#\(copies + 1)" }
            var log: [UInt8] = []
            if let label = program.rules[id].label { log += LogText.member("rule", label) }
            let place = program.place(of: id)
            log += LogText.member("at", place)
            return RulePlan(
                counter: registry.number(ofRule: name), log: text(log),
                place: text(LogText.plain(place)))
        }
    }

    /// Keeps a text for the generation that is being made.
    private mutating func text(_ bytes: [UInt8]) -> Range<Int> {
        let start = texts.count
        texts += bytes
        return start..<texts.count
    }

    private mutating func listenerLog(_ name: String) -> Range<Int> {
        text(LogText.member("listener", name) + Array(",\"generation\":\(count + 1)".utf8))
    }

    /// The program's, and the admin listener behind them.
    private mutating func listenerPlans(
        _ program: Program
    ) -> Result<[ListenerPlan], RouterServer.StartError> {
        var plans: [ListenerPlan] = []
        for listener in program.listeners {
            var plan = ListenerPlan(
                name: text(Array(listener.name.utf8)),
                plainName: text(LogText.plain(listener.name)),
                log: listenerLog(listener.name),
                table: listener.table, policy: listener.policy)
            switch SecurityLoader.listener(listener, tickets) {
            case .failure(let error): return .failure(error)
            case .success(let context): plan.tls = context
            }
            plan.hasNames = listener.tls.count > 1
            plan.verifiesClients = listener.tls.contains { $0.clientVerification != .none }
            plans.append(plan)
        }
        plans.append(
            ListenerPlan(
                name: text(Array("admin".utf8)), plainName: text(LogText.plain("admin")),
                log: listenerLog("admin"),
                table: Program.mainTable, policy: ListenerPolicy(), isAdmin: true))
        return .success(plans)
    }

    private static func listenerOfSocket(_ sockets: [BoundListener], admin: Int) -> [Int] {
        let highest = sockets.map(\.number).max() ?? -1
        var listeners = [Int](repeating: -1, count: highest + 1)
        for socket in sockets { listeners[socket.number] = socket.listener ?? admin }
        return listeners
    }
}

extension Program {
    /// The rule's name in the metrics: its label with its table, or a hash of its source text.
    func counterName(of id: RuleID) -> String {
        let rule = rules[id]
        let table = ruleTables[rule.table].name
        if let label = rule.label {
            return rule.table == Program.mainTable ? label : "\(table).\(label)"
        }
        let text = sources.text(of: rule.span)
        let words = text.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0a || $0 == 0x0d }
        let spelled = words.joined(separator: [0x20])
        let hash = SipHash(key0: 0x6c37_726f_7574_6531, key1: 0x7275_6c65_2d69_6473)
        var digits: [UInt8] = []
        digits.append(hex: hash.hash(Array(table.utf8) + [0] + spelled))
        return "#" + String(decoding: digits.prefix(12), as: UTF8.self)
    }
}
