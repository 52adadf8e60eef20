internal import HTTPWire
internal import RequestModel
internal import RuleLang
internal import Sockets

/// From a head to a decision.
extension Worker where IO: ~Copyable {
    /// A complete head: parse, canonicalise, decide, and do what the plan says.
    mutating func begin(_ slot: Int, _ buffer: [UInt8], _ range: Range<Int>) {
        let exchange = openExchange(slot)
        let parsed = RequestHeadParser.parse(
            buffer, range, limits: generations[current].plan.limits,
            names: generations[current].plan.program.headers, lines: lines,
            into: &exchanges[exchange].view)
        switch parsed {
        case .failure(let refusal):
            refuse(exchange, refusal)
        case .success(let head):
            exchanges[exchange].head = head
            let socket = clients[slot].listener
            guard let listener = generations[current].plan.listener(ofSocket: socket) else {
                // The file no longer names the address that the connection came in by.
                clients[slot].isLast = true
                exchanges[exchange].requestIsDone = true
                answer(exchange, .plain(503, "listener removed\n"), .end(.listenerRemoved))
                return
            }
            exchanges[exchange].listener = listener
            if let refusal = canonicalise(exchange) {
                refuse(exchange, refusal)
            } else if generations[current].plan.listeners[listener].isAdmin {
                askControl(exchange)
            } else {
                decide(exchange)
            }
        }
    }

    /// The exchange that the client is in from here on, under the generation of now.
    mutating func openExchange(_ slot: Int) -> Int {
        let exchange = exchanges.allocate { Exchange() }
        exchanges[exchange].reset()
        exchanges[exchange].client = slot
        exchanges[exchange].generation = current
        exchanges[exchange].listener =
            generations[current].plan.listener(ofSocket: clients[slot].listener) ?? 0
        exchanges[exchange].record.startNanoseconds =
            clients[slot].headStart == 0 ? nowNanoseconds : clients[slot].headStart
        exchanges[exchange].record.wallMilliseconds = wallMilliseconds
        exchanges[exchange].record.isOpen = true
        generations[current].pins += 1
        clients[slot].exchange = exchange
        clients[slot].phase = .exchange
        clients[slot].isInHead = false
        clients[slot].headStart = 0
        return exchange
    }

    private mutating func canonicalise(_ exchange: Int) -> Refusal? {
        let client = exchanges[exchange].client
        let listener = exchanges[exchange].listener
        let start = exchanges[exchange].view.bytes.count
        exchanges[exchange].view.bytes.append(
            contentsOf: generations[current].plan.listeners[listener].name)
        exchanges[exchange].view.listener = ByteRange(
            start..<exchanges[exchange].view.bytes.count)
        if let facts = clients[client].tls { facts.append(to: &exchanges[exchange].view) }
        exchanges[exchange].view.port = sockets[clients[client].listener].port
        exchanges[exchange].view.peer = clients[client].peer
        exchanges[exchange].view.now = wallMilliseconds
        let refusal = exchanges[exchange].view.canonicalise(
            policy: generations[current].plan.listeners[listener].policy,
            trustedProxies: generations[current].plan.program.settings.trustedProxies)
        return refusal ?? misdirection(exchange, listener)
    }

    /// What a certificate has admitted must not be asked of another name (RFC 9110 section
    /// 15.5.20).
    private mutating func misdirection(_ exchange: Int, _ listener: Int) -> Refusal? {
        let plan = generations[current].plan
        guard plan.listeners[listener].hasNames || plan.listeners[listener].verifiesClients,
            let tls = exchanges[exchange].view.tls
        else { return nil }
        let view = exchanges[exchange].view
        guard let name = tls.sni else {
            return plan.listeners[listener].hasNames ? Refusal(421, .misdirected) : nil
        }
        return view.text(name).elementsEqual(view.text(view.host))
            ? nil : Refusal(421, .misdirected)
    }

    private mutating func decide(_ exchange: Int) {
        let generation = exchanges[exchange].generation
        let listener = exchanges[exchange].listener
        let seed = io.random()
        // Taken out for the calls, or it would be copied for each.
        var view = RequestView()
        swap(&view, &exchanges[exchange].view)
        let decision = generations[generation].evaluator.decide(
            generations[generation].plan.listeners[listener].table, view)
        generations[generation].planner.fill(
            &exchanges[exchange].plan, decision, view, random: { seed })
        swap(&view, &exchanges[exchange].view)
        countRule(exchange)
        let framing = exchanges[exchange].head.framing
        let limit = UInt64(generations[generation].plan.program.settings.limits.body)
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
            disarmClient(exchanges[exchange].client)
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
        let isTrace = exchanges[exchange].view.methodWord == MethodWord.trace
        let local =
            isTrace
            ? LocalAnswer.plain(405, "no trace\n")
            : LocalAnswer(status: 200, headers: [], body: [])
        answer(exchange, local, .end(.lastHop))
    }

    private mutating func countRule(_ exchange: Int) {
        guard let rule = exchanges[exchange].plan.rule else { return }
        let plan = generations[exchanges[exchange].generation].plan
        counters.rules[plan.rules[rule.index].counter] &+= 1
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
