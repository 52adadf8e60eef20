/// A failing scenario with parts taken away, as long as it fails.
struct Shrinking {
    private(set) var scenario: Scenario
    private(set) var violation: String
    private var runs = 0
    /// Runs that it may take.
    private static let limit = 600

    init(_ scenario: Scenario, _ violation: String) {
        self.scenario = scenario
        self.violation = violation
        var isSmaller = true
        while isSmaller, runs < Self.limit {
            isSmaller = dropClients() || dropEvents() || dropRequests() || calm()
        }
    }

    private mutating func accept(_ smaller: Scenario) -> Bool {
        runs += 1
        guard runs < Self.limit, let violation = Simulation(smaller).run() else { return false }
        (scenario, self.violation) = (smaller, violation)
        return true
    }

    /// Halves first, then one by one.
    private mutating func dropClients() -> Bool {
        var size = max(1, scenario.clients.count / 2)
        while size >= 1 {
            var start = 0
            while start < scenario.clients.count {
                var smaller = scenario
                smaller.clients.removeSubrange(start..<min(start + size, smaller.clients.count))
                if accept(smaller) { return true }
                start += size
            }
            size /= 2
        }
        return false
    }

    private mutating func dropEvents() -> Bool {
        for index in scenario.events.indices {
            var smaller = scenario
            smaller.events.remove(at: index)
            if accept(smaller) { return true }
        }
        return false
    }

    private mutating func dropRequests() -> Bool {
        for client in scenario.clients.indices where scenario.clients[client].requests.count > 1 {
            for index in scenario.clients[client].requests.indices.reversed() {
                var smaller = scenario
                smaller.clients[client].requests.remove(at: index)
                if accept(smaller) { return true }
            }
        }
        return false
    }

    /// Fewer faults, one kind after the other.
    private mutating func calm() -> Bool {
        for id in scenario.clients.flatMap(\.requests) {
            for change in Self.changes {
                var smaller = scenario
                guard change(&smaller.requests[id]), accept(smaller) else { continue }
                return true
            }
        }
        for change in Self.wholeChanges {
            var smaller = scenario
            guard change(&smaller), accept(smaller) else { continue }
            return true
        }
        return false
    }

    /// Each answers whether there was something to change.
    private static let changes: [@Sendable (inout RequestPlan) -> Bool] = [
        { request in
            defer { request.fault = .none }
            return request.fault != .none
        },
        { request in
            defer { request.response.fault = .none }
            return request.response.fault != .none
        },
        { request in
            defer { (request.pieces, request.response.pieces) = (1, 1) }
            return request.pieces + request.response.pieces > 2
        },
        { request in
            defer { request.response.delay = 0 }
            return request.response.delay > 0
        },
    ]

    private static let wholeChanges: [@Sendable (inout Scenario) -> Bool] = [
        { scenario in
            defer { scenario.workers = 1 }
            return scenario.workers > 1
        },
        { scenario in
            defer { scenario.clientLink = LinkPlan() }
            return scenario.clientLink != LinkPlan()
        },
        { scenario in
            defer { scenario.upstreamLink = LinkPlan() }
            return scenario.upstreamLink != LinkPlan()
        },
        { scenario in
            defer { scenario.callFaults = CallFaults() }
            return scenario.callFaults != CallFaults()
        },
        { scenario in
            defer { scenario.pause = 0 }
            return scenario.pause != 0
        },
    ]
}
