internal import HTTPWire
internal import RequestModel
internal import RuleLang
internal import Sockets

/// From a head to a decision.
extension Worker where IO: ~Copyable {
    /// A complete head: parse and canonicalise. A request of which nothing else has come waits for
    /// the other heads of the round before its rules are asked; any other goes on at once.
    mutating func begin(_ slot: Int, _ buffer: [UInt8], _ range: Range<Int>) {
        let exchange = openExchange(slot)
        let socket = clients[slot].listener
        let listener = generations[current].read { $0.listener(ofSocket: socket) }
        if let refusal = readHead(exchange, buffer, range, listener) {
            refuse(exchange, refusal)
            return
        }
        guard let listener else {
            // The file no longer names the address that the connection came in by.
            clients[slot].isLast = true
            exchanges[exchange].requestIsDone = true
            answer(exchange, .plain(503, "listener removed\n"), .end(.listenerRemoved))
            return
        }
        if generations[current].read({ $0.listeners[listener].isAdmin }) {
            askControl(exchange)
        } else if clients[slot].hasBytesBehind || exchanges[exchange].head.framing.hasBody {
            decide(exchange)
            proceed(exchange)
        } else {
            undecided.append(Undecided(exchange: exchange, client: token(client: slot)))
        }
    }

    /// Decides the requests that wait, then does what the plans say. Stage by stage the code of
    /// each stays in the processor's cache for all requests of a round, which it does not if every
    /// request goes through all of them by itself.
    mutating func decideWaiting() {
        guard !undecided.isEmpty else { return }
        for position in undecided.indices where isWaiting(undecided[position]) {
            decide(undecided[position].exchange)
        }
        for position in undecided.indices where isWaiting(undecided[position]) {
            let slot = undecided[position].client.slot
            proceed(undecided[position].exchange)
            endOutgoing()
            if clients.isUsed(slot), mayReceive(slot) { enqueueClient(slot) }
        }
        undecided.removeAll()
    }

    /// Whether it still does: its client may have failed meanwhile.
    private mutating func isWaiting(_ waiting: Undecided) -> Bool {
        clients.holds(waiting.client.slot, generation: waiting.client.generation)
            && clients[waiting.client.slot].exchange == waiting.exchange
    }

    /// Fills the exchange's view and head.
    private mutating func readHead(
        _ exchange: Int, _ buffer: [UInt8], _ range: Range<Int>, _ listener: Int?
    ) -> Refusal? {
        let parsed = Self.parse(
            &exchanges[exchange], &generations[current], buffer, range, lines)
        if let parsed { return parsed }
        guard let listener else { return nil }
        let client = exchanges[exchange].client
        Self.describeConnection(
            &exchanges[exchange].view, &generations[current], &clients[client], listener)
        exchanges[exchange].view.port = sockets[clients[client].listener].port
        exchanges[exchange].view.now = wallMilliseconds
        return Self.canonicalise(&exchanges[exchange].view, &generations[current], listener)
    }

    private static func parse(
        _ exchange: inout Exchange, _ generation: inout AdoptedGeneration,
        _ buffer: [UInt8], _ range: Range<Int>, _ lines: borrowing HeadLines
    ) -> Refusal? {
        let parsed = generation.read {
            RequestHeadParser.parse(
                buffer, range, limits: $0.limits, names: $0.program.headers, lines: lines,
                into: &exchange.view)
        }
        exchange.readMethod()
        switch parsed {
        case .failure(let refusal): return refusal
        case .success(let head):
            exchange.head = head
            return nil
        }
    }

    /// The exchange that the client is in from here on, under the generation of now.
    mutating func openExchange(_ slot: Int) -> Int {
        let exchange = exchanges.allocate { Exchange() }
        exchanges[exchange].reset()
        exchanges[exchange].client = slot
        exchanges[exchange].generation = current
        let socket = clients[slot].listener
        exchanges[exchange].listener = generations[current].read { $0.listener(ofSocket: socket) }
        exchanges[exchange].record.startNanoseconds =
            clients[slot].headStart == 0 ? nowNanoseconds : clients[slot].headStart
        exchanges[exchange].record.wallMilliseconds = wallMilliseconds
        generations[current].pins += 1
        clients[slot].exchange = exchange
        clients[slot].phase = .exchange
        clients[slot].isInHead = false
        clients[slot].headStart = 0
        return exchange
    }

    private static func describeConnection(
        _ view: inout RequestView, _ generation: inout AdoptedGeneration,
        _ client: inout ClientConnection, _ listener: Int
    ) {
        let start = view.bytes.count
        generation.read { view.bytes.append($0.texts, in: $0.listeners[listener].name) }
        view.listener = ByteRange(start..<view.bytes.count)
        if let facts = client.tls { facts.append(to: &view) }
        view.peer = client.peer
    }

    private static func canonicalise(
        _ view: inout RequestView, _ generation: inout AdoptedGeneration, _ listener: Int
    ) -> Refusal? {
        let refusal = generation.read {
            view.canonicalise(
                policy: $0.listeners[listener].policy,
                trustedProxies: $0.program.settings.trustedProxies)
        }
        guard refusal == nil, view.tls != nil else { return refusal }
        return misdirection(view, generation.plan.listeners[listener])
    }

    /// What a certificate has admitted must not be asked of another name (RFC 9110 section
    /// 15.5.20).
    private static func misdirection(
        _ view: RequestView, _ listener: ListenerPlan
    ) -> Refusal? {
        guard let tls = view.tls, listener.hasNames || listener.verifiesClients else { return nil }
        guard let name = tls.sni else {
            return listener.hasNames ? Refusal(421, .misdirected) : nil
        }
        return view.text(name).elementsEqual(view.text(view.host))
            ? nil : Refusal(421, .misdirected)
    }

    /// What the rules say of a request, as the exchange's plan.
    private mutating func decide(_ exchange: Int) {
        let seed = io.random()
        let generation = exchanges[exchange].generation
        Self.decide(&exchanges[exchange], &generations[generation], seed)
    }

    private static func decide(
        _ exchange: inout Exchange, _ generation: inout AdoptedGeneration, _ seed: UInt64
    ) {
        // Without one the request has been answered already.
        guard let listener = exchange.listener else { return }
        let table = generation.read { $0.listeners[listener].table }
        let decision = generation.evaluator.decide(table, exchange.view)
        generation.planner.fill(&exchange.plan, decision, exchange.view, random: { seed })
    }

    private mutating func proceed(_ exchange: Int) {
        let generation = exchanges[exchange].generation
        countRule(exchange)
        let framing = exchanges[exchange].head.framing
        let limit = generations[generation].read { UInt64($0.program.settings.limits.body) }
        exchanges[exchange].decoder = BodyDecoder(framing, limit: limit)
        if case .length(let length) = framing, limit > 0, length > limit {
            refuse(exchange, Refusal(413, .bodyTooLarge))
            return
        }
        let hasBody = framing.hasBody
        exchanges[exchange].requestIsDone = !hasBody
        _ = exchanges[exchange].state.requestEvent(.head(hasBody: hasBody))
        if hasBody {
            armClient(exchanges[exchange].client, after: timeouts.clientBody, .bodyTimeout)
        } else {
            requestReceived(exchanges[exchange].client)
        }
        let random = (io.random(), io.random(), io.random())
        exchanges[exchange].readTrace(random)
        perform(exchange)
    }

    private mutating func perform(_ exchange: Int) {
        switch exchanges[exchange].plan.outcome {
        case .forward where exchanges[exchange].head.maxForwards == 0:
            answerAsLast(exchange)
        case .forward(let pool):
            guard mayUpgrade(exchange, pool) else {
                answer(
                    exchange, .plain(501, "this pool allows no upgrade\n"),
                    .end(.upgradeNotAllowed))
                return
            }
            setExchangeDeadline(exchange)
            exchanges[exchange].attempts.pool = pool
            connectUpstream(exchange)
        case .answer(let local): answer(exchange, local, .none)
        case .close:
            let client = exchanges[exchange].client
            endExchange(exchange, .end(.closedByRule))
            closeClient(client)
        case .noMatch: answer(exchange, .plain(404, "no rule matches\n"), .end(.noMatch))
        case .refused(let status, let reason):
            answer(
                exchange, .plain(status, "\(reason)\n"),
                ExchangeEnd(rawValue: reason).map { .end($0) } ?? .none)
        }
    }

    /// OPTIONS or TRACE may go no further (RFC 9110 section 7.6.2). What a TRACE would show of the
    /// client's fields is not for everybody.
    private mutating func answerAsLast(_ exchange: Int) {
        let isTrace = exchanges[exchange].method == MethodWord.trace
        let local =
            isTrace
            ? LocalAnswer.plain(405, "no trace\n")
            : LocalAnswer(status: 200, headers: [], body: [])
        answer(exchange, local, .end(.lastHop))
    }

    private mutating func countRule(_ exchange: Int) {
        guard let rule = exchanges[exchange].plan.rule else { return }
        let counter = generations[exchanges[exchange].generation].read {
            $0.rules[rule.index].counter
        }
        counters.rules[counter] &+= 1
    }

    private mutating func setExchangeDeadline(_ exchange: Int) {
        var limit = timeouts.request
        for timeout in exchanges[exchange].plan.timeouts where timeout.timeout == .request {
            limit = timeout.milliseconds
        }
        if limit > 0 {
            let client = exchanges[exchange].client
            clients[client].exchangeDeadline = nowMilliseconds + UInt64(limit)
            armExchange(client)
        }
    }
}

/// A request whose head has been read, and whose rules are asked when those of the round have been.
struct Undecided {
    var exchange: Int
    /// Its connection.
    var client: Token
}
