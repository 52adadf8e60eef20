internal import HTTPWire
internal import RequestModel
internal import RuleLang
internal import Sockets

/// From a head to a decision.
extension Worker where IO: ~Copyable {
    /// A complete head: parse, canonicalise, decide, and do what the plan says.
    mutating func begin(_ slot: Int, _ buffer: [UInt8], _ range: Range<Int>) {
        let exchange = openExchange(slot)
        let socket = clients[slot].listener
        let listener = generations[current].read { $0.listener(ofSocket: socket) }
        // Taken out for the calls: the compiler cannot see that they do not overlap.
        var view = RequestView()
        swap(&view, &exchanges[exchange].view)
        let parsed = generations[current].read {
            RequestHeadParser.parse(
                buffer, range, limits: $0.limits, names: $0.program.headers, lines: lines,
                into: &view)
        }
        var refusal: Refusal?
        var isAdmin = false
        switch parsed {
        case .failure(let failure): refusal = failure
        case .success(let head):
            exchanges[exchange].head = head
            if let listener {
                refusal = canonicalise(&view, slot, listener)
                isAdmin = generations[current].read { $0.listeners[listener].isAdmin }
                if refusal == nil, !isAdmin { decide(exchange, view, listener) }
            }
        }
        swap(&view, &exchanges[exchange].view)
        if let refusal {
            refuse(exchange, refusal)
            return
        }
        guard listener != nil else {
            // The file no longer names the address that the connection came in by.
            clients[slot].isLast = true
            exchanges[exchange].requestIsDone = true
            answer(exchange, .plain(503, "listener removed\n"), .end(.listenerRemoved))
            return
        }
        if isAdmin {
            askControl(exchange)
        } else {
            proceed(exchange)
        }
    }

    /// The exchange that the client is in from here on, under the generation of now.
    mutating func openExchange(_ slot: Int) -> Int {
        let exchange = exchanges.allocate { Exchange() }
        exchanges[exchange].reset()
        exchanges[exchange].client = slot
        exchanges[exchange].generation = current
        let socket = clients[slot].listener
        exchanges[exchange].listener =
            generations[current].read { $0.listener(ofSocket: socket) } ?? 0
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

    private mutating func canonicalise(
        _ view: inout RequestView, _ client: Int, _ listener: Int
    ) -> Refusal? {
        let start = view.bytes.count
        generations[current].read { view.bytes.append($0.texts, in: $0.listeners[listener].name) }
        view.listener = ByteRange(start..<view.bytes.count)
        if let facts = clients[client].tls { facts.append(to: &view) }
        view.port = sockets[clients[client].listener].port
        view.peer = clients[client].peer
        view.now = wallMilliseconds
        let refusal = generations[current].read {
            view.canonicalise(
                policy: $0.listeners[listener].policy,
                trustedProxies: $0.program.settings.trustedProxies)
        }
        return refusal ?? misdirection(view, listener)
    }

    /// What a certificate has admitted must not be asked of another name (RFC 9110 section
    /// 15.5.20).
    private mutating func misdirection(_ view: RequestView, _ listener: Int) -> Refusal? {
        guard let tls = view.tls else { return nil }
        let plan = generations[current].plan
        guard plan.listeners[listener].hasNames || plan.listeners[listener].verifiesClients else {
            return nil
        }
        guard let name = tls.sni else {
            return plan.listeners[listener].hasNames ? Refusal(421, .misdirected) : nil
        }
        return view.text(name).elementsEqual(view.text(view.host))
            ? nil : Refusal(421, .misdirected)
    }

    /// What the rules say of a request, as the exchange's plan.
    private mutating func decide(_ exchange: Int, _ view: RequestView, _ listener: Int) {
        let seed = io.random()
        let table = generations[current].read { $0.listeners[listener].table }
        let decision = generations[current].evaluator.decide(table, view)
        generations[current].planner.fill(
            &exchanges[exchange].plan, decision, view, random: { seed })
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
        let isTrace = exchanges[exchange].view.methodWord == MethodWord.trace
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
