import Testing

@testable import Simulation

/// A few runs of the simulator with every test; many with `./dev simulate`.
@Suite(.timeLimit(.minutes(5))) struct SimulationTests {
    @Test(arguments: 0..<4) func seeds(_ part: UInt64) {
        for seed in part * 15 + 1...part * 15 + 15 {
            let violation = Simulation(Scenario(seed: seed)).run()
            #expect(violation == nil, "seed \(seed)")
        }
    }

    @Test func aSeedIsAStory() {
        func story() -> [String] {
            let simulation = Simulation(Scenario(seed: 5), tells: true)
            _ = simulation.run()
            return simulation.world.story
        }
        let first = story()
        #expect(first.count > 50)
        #expect(first == story())
    }

    @Test(arguments: ["--sed 5", "--seed", "--seed x", "5", "--help"])
    func whatIsNotKnownIsRefused(_ line: String) {
        guard case .failure = SimulateArguments.read(line.split(separator: " ").map(String.init))
        else {
            Issue.record("taken: \(line)")
            return
        }
    }

    // MARK: - What seeds have found

    private func scenario(
        _ requests: [RequestPlan], _ change: (inout Scenario) -> Void = { _ in }
    ) -> Scenario {
        var scenario = Scenario(seed: 1, workers: 1)
        scenario.origins = Array(repeating: OriginPlan(), count: 5)
        for (id, request) in requests.enumerated() {
            var request = request
            request.id = id
            scenario.requests.append(request)
            scenario.clients.append(ClientPlan(start: 1_000 * id, requests: [id]))
        }
        change(&scenario)
        return scenario
    }

    private func outcomes(_ scenario: Scenario) -> [Outcome] {
        let simulation = Simulation(scenario)
        #expect(simulation.run() == nil)
        return simulation.world.outcomes
    }

    /// A server that does not answer to a connect is passed over like one that refuses.
    @Test func connectsThatTimeOutGoToTheNextServer() {
        var request = RequestPlan(method: .post, body: 40)
        request.response.body = 10
        let all = outcomes(
            scenario(Array(repeating: request, count: 4)) { $0.origins[0].admission = .ignore })
        let good = Outcome.complete(.init(status: 200, isServers: true, body: 10))
        #expect(all == Array(repeating: good, count: 4))
    }

    /// A body that takes about as long as a server may take for its response: that time begins when
    /// the body has ended, whenever its timer was last wound.
    @Test(arguments: Array(stride(from: 600_000, through: 1_800_000, by: 100_000)))
    func theServersTimeBeginsBehindTheBody(size: Int) {
        var request = RequestPlan(method: .post, body: size)
        request.response.body = 10
        let all = outcomes(
            scenario([request]) {
                $0.pause = 5_000
                $0.upstreamLink.window = 2_000
                $0.clients[0].ending = .stay
            })
        #expect(all == [.complete(.init(status: 200, isServers: true, body: 10))])
    }

    /// A server that takes a body slowly, but takes it, has not failed.
    @Test func aBodyThatIsTakenSlowlyIsTaken() {
        var request = RequestPlan(method: .post, body: 200_000)
        request.response.body = 10
        let all = outcomes(
            scenario([request]) {
                $0.clientLink.window = 256 << 10
                $0.upstreamLink.window = 300
                $0.upstreamLink.latency = .init(low: 12_000, high: 12_000)
            })
        #expect(all == [.complete(.init(status: 200, isServers: true, body: 10))])
    }

    /// Milliseconds until a client is closed whose last response waited for it to read.
    private func rest(_ change: (inout Scenario) -> Void) -> UInt64 {
        var request = RequestPlan()
        request.response.body = 3_000
        request.fault = .pauseReading(after: 100, microseconds: 500_000)
        let simulation = Simulation(
            scenario([request]) {
                $0.clientLink.window = 300
                $0.clients[0].ending = .stay
                change(&$0)
            })
        let start = simulation.kernel.now
        #expect(simulation.run() == nil)
        let good = Outcome.complete(.init(status: 200, isServers: true, body: 3_000))
        #expect(simulation.world.outcomes == [good])
        return (simulation.kernel.now - start) / 1_000_000
    }

    /// After a response that was read slowly a client may rest as long as after any other, and a
    /// drain does not wait for it.
    @Test func aSlowReaderRestsAsAnyOther() {
        #expect(rest { _ in } > 3_400)
        #expect(rest { $0.events = [TimedEvent(time: 300_000, action: .drain)] } < 1_500)
    }

    @Test func aPoolThatNeverAnswersIs504() {
        let all = outcomes(
            scenario([RequestPlan()]) {
                $0.origins[0].admission = .ignore
                $0.origins[1].admission = .ignore
            })
        #expect(all == [.complete(.init(status: 504, isServers: false, body: 16))])
    }

    /// The answer to a request whose body never ends must not hold its connection for ever.
    @Test func aBodyThatStallsBehindItsAnswerIsGivenUp() {
        var request = RequestPlan(method: .post, body: 4_000)
        request.fault = .stall(afterSending: 1_300)
        request.response.fault = .deaf
        let all = outcomes(
            scenario([request]) {
                $0.upstreamLink.window = 300
                $0.clients[0].ending = .stay
            })
        #expect(all == [.complete(.init(status: 504, isServers: false, body: 16))])
    }

    /// Requests that the router answers itself need no more slots than a round's worth, however
    /// many come in one piece.
    @Test func aPipelineTakesFewSlots() throws {
        let requests = Array(repeating: RequestPlan(target: .local), count: 500)
        let simulation = Simulation(
            scenario(requests) {
                $0.clients = [ClientPlan(start: 0, requests: Array(0..<500), pipelines: true)]
            })
        #expect(simulation.run() == nil)
        #expect(simulation.world.outcomes.count == 500)
        let slots = try #require(simulation.workers.first?.exchangeSlots)
        #expect(slots > 1 && slots <= 66)
    }

    /// What rests must not hold the descriptors that clients and their requests need.
    @Test func restingConnectionsGiveWay() {
        var request = RequestPlan()
        request.response.delay = 3_000
        var other = request
        other.target = .poolB
        // The first two rest at pool a; there is no descriptor more, neither for the third client
        // nor for its server.
        let simulation = Simulation(
            scenario([request, request, other]) {
                $0.clients[2].start = 50_000
                $0.events = [
                    TimedEvent(time: 30_000, action: .descriptors(0)),
                    TimedEvent(time: 5_000_000, action: .stop),
                ]
            })
        #expect(simulation.run() == nil)
        guard case .complete(let answer) = simulation.world.outcomes[2] else {
            Issue.record("not answered")
            return
        }
        #expect(answer.status == 200 && answer.isServers)
    }

    /// Sockets that a file adds during a drain would be closed by nobody.
    @Test func noFileIsAdoptedDuringADrain() {
        var request = RequestPlan()
        request.response.delay = 50_000
        for time in [0, 3_000, 30_000] {
            let scenario = scenario([request]) {
                $0.events = [
                    TimedEvent(time: time, action: .reload(1)),
                    TimedEvent(time: 3_000, action: .drain),
                    TimedEvent(time: 3_000 + time, action: .reload(1)),
                ]
            }
            _ = outcomes(scenario)
        }
    }
}
