/// Scenarios from seeds. Each has a mood, so that some are calm and everything must succeed, and
/// others are hostile in one way or in all.
extension Scenario {
    init(seed: UInt64) {
        var random = SeededRandom(seed, .scenario)
        let mood = Mood(random: &random)
        self.init(seed: seed, workers: random.between(1, 3))
        clientLink = Self.link(&random, mood)
        upstreamLink = Self.link(&random, mood)
        origins = (0..<5).map { _ in
            OriginPlan(
                admission: mood.hasDeadServers && random.once(in: 4)
                    ? random.pick([.refuse, .refuse, .ignore]) : .accept)
        }
        let count = random.between(2, random.once(in: 4) ? 100 : 40)
        let sizes = min(clientLink.window, upstreamLink.window) < 1_000 ? 10 : 1
        for number in 0..<count { addClient(number, mood, sizes) }
        if mood.hasCallFaults {
            callFaults.register = random.pick([0, 30, 200])
            callFaults.connect = random.pick([0, 10, 100])
        }
        if random.once(in: 8) { connectionLimit = random.between(1, 6) }
        addEvents(mood, &random)
        pause = random.pick([0, 0, 200, 5_000])
    }

    /// What may go wrong.
    private struct Mood {
        var hasClientFaults = false
        var hasOriginFaults = false
        var hasCallFaults = false
        var hasDeadServers = false
        var hasReloads = false
        var hasDisasters = false

        init(random: inout SeededRandom) {
            switch random.below(10) {
            case 0, 1: break
            case 2: hasClientFaults = true
            case 3, 4: hasOriginFaults = true
            case 5: hasReloads = true
            case 6: hasDeadServers = true
            case 7: (hasClientFaults, hasOriginFaults, hasReloads) = (true, true, true)
            default:
                hasClientFaults = random.once(in: 2)
                hasOriginFaults = random.once(in: 2)
                hasCallFaults = random.once(in: 3)
                hasDeadServers = random.once(in: 3)
                hasReloads = random.once(in: 2)
                hasDisasters = true
            }
        }
    }

    private static func link(_ random: inout SeededRandom, _ mood: Mood) -> LinkPlan {
        LinkPlan(
            latency: random.pick([
                .init(low: 1, high: 5), .init(low: 20, high: 200), .init(low: 100, high: 3_000),
            ]),
            window: random.pick([300, 2_000, 16 << 10, 64 << 10, 256 << 10]),
            shortReads: random.pick([0, 3, 12]), shortSends: random.pick([0, 4, 20]),
            resetDiscards: random.once(in: 2))
    }

    /// Bodies are so many times smaller than they might be, where each byte takes its time.
    private mutating func addClient(_ number: Int, _ mood: Mood, _ smaller: Int) {
        var random = SeededRandom(seed, .client, number)
        var client = ClientPlan()
        client.start = random.below(random.once(in: 3) ? 200_000 : 5_000)
        client.pipelines = random.once(in: 5)
        client.ending = random.pick([.close, .close, .abort, .stay])
        let isFaulty = mood.hasClientFaults && random.once(in: 2)
        for _ in 0..<random.between(1, random.once(in: 3) ? 30 : 8) {
            var request = Self.request(&random, isFaulty: isFaulty)
            request.id = requests.count
            request.response = Self.response(&random, to: request, mood)
            if request.response.isEarly {
                (request.pieces, request.gap) = (random.between(2, 9), random.below(30_000))
            }
            request.body /= smaller
            request.response.body /= smaller
            if client.pipelines { request.expects = false }
            client.requests.append(request.id)
            requests.append(request)
            // A tunnel is the last thing on its connection.
            if request.target == .tunnel { break }
        }
        clients.append(client)
    }

    private static func size(_ random: inout SeededRandom) -> Int {
        switch random.below(12) {
        case 0...4: random.below(200)
        case 5...8: random.below(5_000)
        case 9, 10: random.below(40_000)
        default: random.below(random.once(in: 20) ? 2_000_000 : 200_000)
        }
    }

    private static func request(_ random: inout SeededRandom, isFaulty: Bool) -> RequestPlan {
        var request = RequestPlan()
        request.target = random.pick([
            .poolA, .poolA, .poolA, .poolA, .poolB, .poolB, .split, .split, .local, .unknown,
        ])
        if random.once(in: 40) { request.target = .tunnel }
        request.method =
            request.target == .tunnel
            ? .get : random.pick([.get, .get, .get, .head, .post, .post, .put, .delete])
        if request.method == .post || request.method == .put {
            request.body = random.once(in: 6) ? 0 : size(&random)
            request.isChunked = random.once(in: 3)
            // What the router itself answers, it reads so far and no further.
            if !request.isForwarded || request.isChunked {
                request.body = min(request.body, 200_000)
            }
            request.expects = request.body > 9 && random.once(in: 5)
        }
        request.isHTTP10 = !request.isChunked && request.target != .tunnel && random.once(in: 12)
        if request.isHTTP10 { request.expects = false }
        request.closes = random.once(in: 25)
        request.pieces = random.once(in: 3) ? random.between(2, 6) : 1
        request.gap = random.below(random.once(in: 10) ? 100_000 : 2_000)
        if request.target == .tunnel { request.body = size(&random) }
        if isFaulty, random.once(in: 4) {
            request.fault = clientFault(&random, request.body + 200)
        } else if random.once(in: 25) {
            request.fault = .pauseReading(
                after: random.below(2_000), microseconds: random.below(1_500_000))
        }
        return request
    }

    private static func clientFault(_ random: inout SeededRandom, _ size: Int) -> ClientFault {
        switch random.below(5) {
        case 0: .reset(afterSending: random.below(size))
        case 1: .end(afterSending: random.below(size))
        case 2: .stall(afterSending: random.below(size))
        case 3: .resetReading(after: random.below(2_000))
        default: .stopReading(after: random.below(2_000))
        }
    }

    private static func response(
        _ random: inout SeededRandom, to request: RequestPlan, _ mood: Mood
    ) -> ResponsePlan {
        var response = ResponsePlan()
        response.status = random.pick([200, 200, 200, 200, 201, 404, 500, 204, 304])
        response.body = response.hasBody ? size(&random) : 0
        if request.target == .tunnel {
            response.status = 200
            response.body = size(&random)
        }
        response.framing = random.pick([.length, .length, .length, .chunked, .chunked, .untilClose])
        if !response.hasBody { response.framing = .length }
        response.interims = random.once(in: 15) ? random.between(1, 3) : 0
        response.delay = random.below(random.once(in: 6) ? 300_000 : 1_500)
        response.pieces = random.once(in: 3) ? random.between(2, 8) : 1
        response.gap = random.below(random.once(in: 10) ? 80_000 : 2_000)
        response.closes = response.framing == .untilClose || random.once(in: 15)
        if request.body > 0, request.target != .tunnel,
            random.once(in: mood.hasOriginFaults ? 6 : 20)
        {
            response.isEarly = true
            (response.pieces, response.gap) = (random.between(2, 9), random.below(30_000))
        }
        guard mood.hasOriginFaults else { return response }
        let size = response.body + 150
        if response.isEarly, response.hasBody, random.once(in: 3) {
            // It breaks while both bodies are on their way: a send may meet the reset first.
            (response.framing, response.closes) = (.untilClose, true)
            response.fault = .reset(after: random.between(150, size))
            return response
        }
        guard random.once(in: 4) else { return response }
        switch random.below(8) {
        case 0, 1: response.fault = .reset(after: random.once(in: 3) ? 0 : random.below(size))
        case 2: response.fault = .end(after: random.once(in: 3) ? 0 : random.below(size))
        case 3: response.fault = .silence(after: random.once(in: 2) ? 0 : random.below(size))
        case 4: response.fault = .deaf
        case 5: response.fault = .garbage(random.below(Garbage.all.count))
        case 6: response.fault = .extra
        default: response.fault = .idleEnd(microseconds: random.below(20_000))
        }
        // An orderly end is how such a body, and such a stream, ends.
        let endsByClose = response.framing == .untilClose || request.target == .tunnel
        switch response.fault {
        case .end(let after) where endsByClose: response.fault = .reset(after: after)
        case .extra where endsByClose: response.fault = .none
        default: break
        }
        return response
    }

    private mutating func addEvents(_ mood: Mood, _ random: inout SeededRandom) {
        func time(_ random: inout SeededRandom) -> Int {
            random.below(random.once(in: 3) ? 400_000 : 20_000)
        }
        if mood.hasReloads {
            for _ in 0..<random.between(1, 5) {
                let action: TimedEvent.Action =
                    switch random.below(8) {
                    case 0: .refusedReload
                    case 1: .reloadThatCannotListen
                    case 2: .wallClock(random.between(-3_600_000, 3_600_000))
                    case 3: .status
                    case 4: .drained(random.below(5), random.once(in: 2))
                    default: .reload(random.below(4))
                    }
                events.append(TimedEvent(time: time(&random), action: action))
            }
        }
        guard mood.hasDisasters else { return }
        for _ in 0..<random.between(1, 3) {
            let action: TimedEvent.Action =
                switch random.below(6) {
                case 0: .drain
                case 1: .stop
                case 2: .clock(random.between(1, 30_000))
                case 3: .descriptors(random.below(12))
                default: .server(random.below(5), dies: true)
                }
            let start = time(&random)
            events.append(TimedEvent(time: start, action: action))
            switch action {
            case .descriptors:
                events.append(
                    TimedEvent(time: start + random.below(500_000), action: .descriptors(nil)))
            case .server(let number, _):
                events.append(
                    TimedEvent(
                        time: start + random.below(100_000),
                        action: .server(number, dies: false)))
            default: break
            }
        }
    }
}

/// Answers that are none, or that have two readings.
enum Garbage {
    static let all = [
        "HTTP/1.1 2x0 OK\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX : y\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcdefgh\r\n0\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        "\r\n\r\n\r\n",
        "HTTP/2 200\r\n\r\n",
    ]
}
