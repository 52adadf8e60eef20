internal import HTTPWire
internal import RequestModel
internal import RuleLang
internal import Sockets

/// Answers of the router itself, and the end of an exchange.
extension Worker where IO: ~Copyable {
    /// Answers the request; what is left of its body is read and dropped.
    mutating func answer(_ exchange: Int, _ answer: LocalAnswer, _ reason: Reason) {
        let client = exchanges[exchange].client
        exchanges[exchange].dropsBody = true
        let isUnread = !exchanges[exchange].requestIsDone
        if isUnread, case .length(let length) = exchanges[exchange].head.framing,
            length > 256 << 10
        {
            clients[client].isLast = true
        }
        if !exchanges[exchange].head.keepsAlive || isEnding(client) {
            clients[client].isLast = true
        }
        // A client that waits for `100 Continue` gets the answer instead and need not send.
        if isUnread, exchanges[exchange].head.expectsContinue { clients[client].isLast = true }
        let isHEAD = exchanges[exchange].isHEAD
        let closes = clients[client].isLast
        let keepsAlive10 = !closes && exchanges[exchange].view.version == .http10
        dateText.advance(to: wallMilliseconds)
        aim(.client(client))
        exchanges[exchange].headOffset = outgoing.count
        exchanges[exchange].headSends = sends
        ResponseWriter.write(
            answer, edits: exchanges[exchange].plan.responseEdits, date: dateText.text,
            connection: closes ? .close : keepsAlive10 ? .keepAlive : .none, isHEAD: isHEAD,
            to: &outgoing)
        // Pipelined requests for great answers must meet a queue that says stop.
        if outgoing.count > Self.scratchSize / 2 { flushOutgoing() }
        exchanges[exchange].record.status = answer.status
        exchanges[exchange].record.reason = reason
        exchanges[exchange].record.responseBytes = isHEAD ? 0 : answer.body.count
        exchanges[exchange].responseIsDone = true
        if !isUnread || closes {
            finishExchange(exchange)
        } else {
            armClient(client, after: timeouts.clientBody, .bodyTimeout)
            // The answer does not wait for the rest of the body, nor the body for an event.
            flushClient(client)
            if clients.isUsed(client) { enqueueClient(client) }
        }
    }

    /// No request follows: the client has said so, or the router is about to end, or nobody listens
    /// there any more.
    mutating func isEnding(_ client: Int) -> Bool {
        clients[client].hasSentAll || !sockets[clients[client].listener].isOpen
            || (isDraining && !isAdmin(clients[client].listener))
    }

    /// Refuses what is no head, or not yet one; `head` is what there is of it.
    mutating func refuse(_ exchange: Int, _ refusal: Refusal, head: ArraySlice<UInt8>) {
        exchanges[exchange].view.bytes.append(contentsOf: head.prefix(Self.loggedOfHead))
        refuse(exchange, refusal)
    }

    /// Empty lines, the method, the target.
    private static var loggedOfHead: Int { 512 }

    /// A request that is not acceptable: 4xx, and the connection ends. Nothing of it was passed on.
    mutating func refuse(_ exchange: Int, _ refusal: Refusal) {
        exchanges[exchange].plan = RoutingPlan()
        exchanges[exchange].head.keepsAlive = false
        exchanges[exchange].head.framing = .none
        exchanges[exchange].requestIsDone = true
        exchanges[exchange].isRefused = true
        if exchanges[exchange].view.target.isEmpty {
            exchanges[exchange].view.target = RequestHeadParser.knownTarget(
                exchanges[exchange].view.bytes)
        }
        // A head that was refused has told nothing of its sender: the line names the peer.
        if exchanges[exchange].view.client.ip == nil {
            exchanges[exchange].view.peer = clients[exchanges[exchange].client].peer
            exchanges[exchange].view.client = exchanges[exchange].view.peer
        }
        answer(
            exchange, .plain(refusal.status, "\(refusal.reason.rawValue)\n"),
            .refusal(refusal.reason))
    }

    // MARK: - The end of an exchange

    /// The response is out (or in the queue) and nothing more is wanted of the request: the line is
    /// written, and the connection serves its next request or ends.
    mutating func finishExchange(_ exchange: Int) {
        let client = exchanges[exchange].client
        clients[client].isComplete =
            !exchanges[exchange].head.keepsAlive && exchanges[exchange].requestIsDone
            && !exchanges[exchange].isRefused
        closeExchange(exchange)
        clients[client].exchangeDeadline = .max
        // The head may have gone out before a drain began: it could not announce the close.
        if isEnding(client) { clients[client].isLast = true }
        guard !clients[client].isLast else {
            clients[client].phase = .closing
            disarmClient(client)
            if flushClient(client), !clients[client].stream.output.isEmpty {
                armClient(client, after: timeouts.clientBody, .bodyTimeout)
            }
            return
        }
        clients[client].phase = .head
        clients[client].scanner.reset()
        armClient(client, after: timeouts.clientIdle, .headTimeout)
        if !clients[client].input.isEmpty || clients[client].stream.mayRead {
            enqueueClient(client)
        }
    }

    /// Ends an exchange whose connection will be closed: the upstream goes, the line is written.
    mutating func endExchange(_ exchange: Int, status: UInt16? = nil, _ reason: Reason) {
        dropUpstream(exchange)
        if let status { exchanges[exchange].record.status = status }
        exchanges[exchange].record.reason = reason
        closeExchange(exchange)
    }

    mutating func dropUpstream(_ exchange: Int) {
        guard let upstream = exchanges[exchange].upstream else { return }
        exchanges[exchange].upstream = nil
        closeUpstream(upstream)
    }

    /// Nothing more happens in the exchange. Its line is written with the others of the round.
    private mutating func closeExchange(_ exchange: Int) {
        clients[exchanges[exchange].client].exchange = nil
        finished.append(exchange)
        if finished.count >= Self.stageLimit { writeRecords() }
    }

    /// Writes the log lines of exchanges that have ended, counts them, and gives their slots back.
    mutating func writeRecords() {
        guard !finished.isEmpty else { return }
        let now = io.monotonicNanoseconds()
        for position in finished.indices {
            let exchange = finished[position]
            let generation = exchanges[exchange].generation
            count(exchanges[exchange].record, now)
            if !PlantedFault.lostLine.isOn
                || exchanges[exchange].record.reason != .end(.clientGone)
            {
                Self.writeLine(
                    &log, &exchanges[exchange], &generations[generation], now, logFormat)
                if log.isFull { log.flush(to: ring) }
            }
            // One great head must not stay for ever.
            if exchanges[exchange].view.bytes.capacity > 64 << 10 {
                exchanges[exchange].view = RequestView()
            }
            exchanges.release(exchange)
            unpin(generation)
        }
        finished.removeAll()
        log.flush(to: ring)
    }

    private static func writeLine(
        _ log: inout AccessLog, _ exchange: inout Exchange,
        _ generation: inout AdoptedGeneration, _ now: UInt64, _ format: LogFormat
    ) {
        generation.read {
            if let listener = exchange.listener, $0.listeners[listener].isAdmin { return }
            log.write(exchange, $0, now, format)
        }
    }

    private mutating func count(_ record: ExchangeRecord, _ now: UInt64) {
        if PlantedFault.uncountedTunnel.isOn, record.status == 101 { return }
        counters.requests &+= 1
        counters.statuses.count(record.status)
        if let index = record.reason.index { counters.reasons[index] &+= 1 }
        counters.requestBytes &+= UInt64(record.requestBytes)
        counters.responseBytes &+= UInt64(record.responseBytes)
        counters.duration.record(now &- record.startNanoseconds)
        if record.firstByte > 0 {
            counters.upstreamDuration.record(record.firstByte &- record.upstreamStart)
        }
    }

    // MARK: - Admin

    /// The control thread answers; the worker only carries.
    mutating func askControl(_ exchange: Int) {
        let client = exchanges[exchange].client
        let framing = exchanges[exchange].head.framing
        exchanges[exchange].decoder = BodyDecoder(framing, limit: 0)
        guard !framing.hasBody else {
            refuse(exchange, Refusal(413, .bodyTooLarge))
            return
        }
        exchanges[exchange].requestIsDone = true
        disarmClient(client)
        let view = exchanges[exchange].view
        let token = token(client: client)
        control.post(
            .admin(
                AdminRequest(
                    worker: index, token: token.raw,
                    method: String(decoding: view.text(view.method), as: UTF8.self),
                    path: String(decoding: view.text(view.path), as: UTF8.self),
                    query: view.query.map { Array(view.text($0)) } ?? [])))
    }

    mutating func answerAdmin(_ raw: UInt64, _ answer: LocalAnswer) {
        guard let token = Token(raw: raw),
            clients.holds(token.slot, generation: token.generation),
            let exchange = clients[token.slot].exchange
        else { return }
        self.answer(exchange, answer, .none)
    }
}

extension LocalAnswer {
    /// A short text of the router's own.
    static func plain(_ status: UInt16, _ text: String) -> LocalAnswer {
        var answer = LocalAnswer(
            status: status,
            headers: [
                (Array("content-type".utf8), Array("text/plain; charset=utf-8".utf8)),
                (Array("x-content-type-options".utf8), Array("nosniff".utf8)),
            ], body: Array(text.utf8))
        // Any method goes but CONNECT, and TRACE that may go no further: those that are registered
        // and common (RFC 9110 section 15.5.6 wants a list).
        if status == 405 { answer.allow("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS") }
        return answer
    }

    /// 405 with the methods that a resource has.
    static func notAllowed(_ methods: String) -> LocalAnswer {
        var answer = plain(405, "use \(methods)\n")
        answer.headers.removeAll { $0.name == Array("allow".utf8) }
        answer.allow(methods)
        return answer
    }

    private mutating func allow(_ methods: String) {
        headers.append((Array("allow".utf8), Array(methods.utf8)))
    }
}
