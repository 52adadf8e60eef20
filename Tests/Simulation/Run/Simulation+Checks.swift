import Sockets

@testable import Router

/// What must be true after every run.
extension Simulation {
    /// All clients have gone: nothing is left of them.
    func checkBaseline() {
        for worker in workers { worker.checkBaseline(world) }
        if shared.count != 0 || shared.addresses != 0 {
            world.violate("\(shared.count) connections are counted that are not there")
        }
        let idle = workers.reduce(0) { $0 + $1.worker.upstreams.count }
        if kernel.openConnections != idle {
            world.violate("\(kernel.openConnections) descriptors for \(idle) connections")
        }
        if control.retiringCount != 0, !workers.contains(where: \.isStopped) {
            world.violate("\(control.retiringCount) generations are left behind")
        }
        for request in scenario.requests { checkOutcome(request) }
        for client in scenario.clients { checkSuccess(client) }
        checkLog()
    }

    /// The router has ended: nothing is left at all.
    func checkEnd() {
        guard workers.allSatisfy(\.isStopped) else {
            return world.violate("a drain without clients does not end")
        }
        if kernel.openDescriptors != 0 {
            world.violate("\(kernel.openDescriptors) descriptors are open at the end")
        }
        if shared.count != 0 { world.violate("\(shared.count) connections are counted") }
    }

    // MARK: - Requests

    private func checkOutcome(_ request: RequestPlan) {
        let deliveries = world.deliveries[request.id]
        guard deliveries.count > 1 else { return }
        if !request.isReplayable {
            return world.violate("\(request.method.rawValue) \(request.id) was sent twice")
        }
        if deliveries.count > 2 { world.violate("\(request.id) was sent three times") }
        let first = deliveries[0]
        if !first.isReused || first.hasResponded {
            world.violate("\(request.id) was sent again after a connection that had answered")
        }
    }

    private func checkSuccess(_ client: ClientPlan) {
        for id in client.requests {
            let request = scenario.requests[id]
            let outcome = world.outcomes[id]
            if case .complete(let answer) = outcome { checkAnswer(request, answer) }
            guard scenario.mustSucceed(request, of: client) else { continue }
            switch outcome {
            case .complete(let answer):
                if answer.isServers != request.isForwarded {
                    world.violate("\(id) was answered \(answer.status) without a cause")
                }
            case .abandoned: break
            case .notSent, .open, .cut:
                world.violate("\(id) failed without a cause: \(outcome)")
            }
        }
    }

    private func checkAnswer(_ request: RequestPlan, _ answer: Outcome.Answer) {
        guard !answer.isServers else { return }
        // The head of what turns out to be garbage has been passed on; a HEAD has no more.
        if case .garbage = request.response.fault, request.method == .head { return }
        let isExpected =
            switch request.target {
            case .local: answer.status == 200
            case .unknown: answer.status == 404
            default: false
            }
        if isExpected { return }
        if ![400, 408, 502, 503, 504].contains(answer.status) {
            world.violate("\(request.id) was answered \(answer.status) by the router")
        }
    }

    // MARK: - The log and the counters

    private func checkLog() {
        var lines = [Int](repeating: 0, count: scenario.requests.count)
        var total = LogTotals()
        for line in log.split(separator: 0x0a) {
            let entry = LogLine(line)
            total.add(entry)
            guard let id = entry.id else { continue }
            guard scenario.requests.indices.contains(id) else {
                return world.violate("a line for \(id), which nobody sent")
            }
            lines[id] += 1
            check(entry, id)
        }
        for id in lines.indices {
            let isWhole = if case .complete = world.outcomes[id] { true } else { false }
            if lines[id] > 1 || (isWhole && !isRefused(id) && lines[id] == 0) {
                world.violate("\(lines[id]) lines for \(id), \(world.outcomes[id])")
            }
        }
        checkCounters(total)
    }

    /// A head that was not whole, or was not acceptable, has a line without a path.
    private func isRefused(_ id: Int) -> Bool {
        if case .complete(let answer) = world.outcomes[id], !answer.isServers {
            return answer.status == 400 || answer.status == 408
        }
        return false
    }

    private func check(_ entry: LogLine, _ id: Int) {
        let request = scenario.requests[id]
        switch world.outcomes[id] {
        case .complete(let answer):
            if entry.status != answer.status {
                world.violate("\(id): \(answer.status) was sent, \(entry.status) is in the log")
            }
            if answer.isServers, request.response.fault == .none, request.target != .tunnel,
                !entry.reason.isEmpty, !request.fault.isFault, !scenario.spoilsAll
            {
                world.violate("\(id) went well, the log says \(entry.reason)")
            }
            if answer.isServers, entry.responseBytes != answer.body, request.target != .tunnel {
                world.violate(
                    "\(id): a body of \(answer.body) bytes, \(entry.responseBytes) in the log")
            }
        case .cut(let status?):
            let isServersFault =
                request.response.fault.isFault && !request.fault.isFault
                && request.target != .tunnel && !scenario.spoilsAll
            if isServersFault, status == entry.status, entry.reason.isEmpty {
                world.violate("\(id) was cut, the log does not say so")
            }
        default: break
        }
    }

    private func checkCounters(_ total: LogTotals) {
        var requests: UInt64 = 0
        var statuses = [UInt64](repeating: 0, count: 6)
        var reasons: UInt64 = 0
        var lost: UInt64 = 0
        for worker in workers {
            let counters = worker.worker.counters
            requests += counters.requests
            for index in statuses.indices { statuses[index] += counters.statuses.all[index] }
            reasons += counters.reasons.reduce(0, +)
            lost += worker.setup.ring.lost
        }
        // The admin listener's exchanges are counted and have no line.
        let isExact = !scenario.events.contains {
            switch $0.action {
            case .status, .drained: true
            default: false
            }
        }
        guard isExact, lost == 0 else { return }
        if requests != total.lines { world.violate("\(requests) requests, \(total.lines) lines") }
        if statuses != total.statuses {
            world.violate("statuses \(statuses) are counted, \(total.statuses) logged")
        }
        if reasons != total.reasons {
            world.violate("\(reasons) reasons are counted, \(total.reasons) logged")
        }
    }
}

extension SimulatedWorker {
    func checkBaseline(_ world: World) {
        let index = setup.index
        func expect(_ isTrue: Bool, _ text: String) {
            if !isTrue { world.violate("worker \(index): \(text)") }
        }
        expect(worker.clients.count == 0, "\(worker.clients.count) clients are left")
        expect(worker.exchanges.count == 0, "\(worker.exchanges.count) exchanges are left")
        guard !isStopped else { return }
        expect(worker.generations.count == 1, "\(worker.generations.count) generations are left")
        expect(worker.generations[worker.current].pins == 0, "pins are left")
        var idle = 0
        for number in worker.servers.indices {
            let active = worker.servers[number].counters.active
            expect(active == 0, "server \(number) has \(active) active requests")
            idle += worker.servers[number].idle.count
        }
        expect(idle == worker.upstreams.count, "\(worker.upstreams.count) of \(idle) are idle")
        for id in worker.timers.armed {
            let isInUse =
                id % 2 == 0
                ? id / 2 < worker.clients.slotCount && worker.clients.isUsed(id / 2)
                : id / 2 < worker.upstreams.slotCount && worker.upstreams.isUsed(id / 2)
            expect(isInUse, "timer \(id) runs for nobody")
        }
    }
}

/// Sums of the log's lines.
struct LogTotals {
    var lines: UInt64 = 0
    var statuses = [UInt64](repeating: 0, count: 6)
    var reasons: UInt64 = 0

    mutating func add(_ line: LogLine) {
        lines += 1
        statuses[min(5, line.status / 100)] += 1
        if !line.reason.isEmpty { reasons += 1 }
    }
}

/// What the checks need of a line of the JSON log.
struct LogLine {
    let id: Int?
    let status: Int
    let reason: String
    let responseBytes: Int

    init(_ line: ArraySlice<UInt8>) {
        let path = Self.value("\"path\":\"", line)
        id = path.flatMap { $0.split(separator: "/").last }.flatMap { Int($0) }
        status = Self.value("\"status\":", line).flatMap { Int($0) } ?? -1
        reason = Self.value("\"reason\":\"", line) ?? ""
        responseBytes = Self.value("\"response_bytes\":", line).flatMap { Int($0) } ?? -1
    }

    /// Up to the next quote, comma or brace: enough for numbers, words and the paths of the runs.
    private static func value(_ member: StaticString, _ line: ArraySlice<UInt8>) -> String? {
        let count = member.utf8CodeUnitCount
        let name = Array(String(describing: member).utf8)
        guard line.count > count else { return nil }
        var index = line.startIndex
        while index <= line.endIndex - count {
            if line[index] == name[0], line[index..<index + count].elementsEqual(name) {
                let rest = line[(index + count)...]
                let end = rest.firstIndex { $0 == 0x22 || $0 == 0x2c || $0 == 0x7d }
                return String(decoding: rest[..<(end ?? rest.endIndex)], as: UTF8.self)
            }
            index += 1
        }
        return nil
    }
}
