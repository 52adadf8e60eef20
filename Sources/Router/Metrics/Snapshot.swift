internal import RuleLang

/// The router's numbers at one moment: those of all workers together, and what the control side
/// knows.
struct Snapshot {
    struct Server {
        var pool: String
        var text: String
        var counters = ServerCounters()
        var statuses = [UInt64](repeating: 0, count: 6)
        var idle = 0
        var isDrained = false
    }

    struct RuleCount {
        var name: String
        var place: String
        var action: String
        var count: UInt64
    }

    var counters = Counters()
    /// The servers of the generation in service.
    var servers: [Server] = []
    var rules: [RuleCount] = []
    var clients = 0
    var exchanges = 0
    var upstreams = 0
    var linesLost: UInt64 = 0
    let workers: Int
    let generation: Int
    let retiring: Int
    let isConfigValid: Bool
    let isDraining: Bool
    let reloads: Int
    let failedReloads: Int
    /// Wall-clock milliseconds.
    let started: Int64
    let adoptedAt: Int64

    init(_ control: ControlState, _ reports: [WorkerReport]) {
        workers = reports.count
        generation = control.generation.number
        retiring = control.retiringCount
        isConfigValid = control.isConfigValid
        isDraining = control.isDraining
        reloads = control.reloads
        failedReloads = control.failedReloads
        started = control.started
        adoptedAt = control.adoptedAt
        linesLost = control.log.lost
        for report in reports {
            counters.add(report.counters)
            clients += report.clients
            exchanges += report.exchanges
            upstreams += report.upstreams
            linesLost &+= report.linesLost
        }
        let plan = control.generation
        for pool in plan.pools {
            for member in pool.members {
                servers.append(Self.server(plan.servers[member.server], member.server, reports))
            }
        }
        let program = plan.program
        for (index, rule) in plan.rules.enumerated() {
            let id = RuleID(index)
            rules.append(
                RuleCount(
                    name: control.builder.registry.rules[rule.counter],
                    place: program.place(of: id),
                    action: program.actionText(of: id),
                    count: rule.counter < counters.rules.count ? counters.rules[rule.counter] : 0))
        }
    }

    private static func server(
        _ identity: ServerIdentity, _ number: Int, _ reports: [WorkerReport]
    ) -> Server {
        var server = Server(pool: identity.pool, text: identity.text)
        for report in reports where number < report.servers.count {
            let part = report.servers[number]
            server.counters.requests &+= part.counters.requests
            server.counters.connections &+= part.counters.connections
            server.counters.failures &+= part.counters.failures
            server.counters.active += part.counters.active
            for (index, count) in part.counters.statuses.all.enumerated() {
                server.statuses[index] &+= count
            }
            server.idle += part.idle
            server.isDrained = server.isDrained || part.isDrained
        }
        return server
    }
}

extension Counters {
    mutating func add(_ other: Counters) {
        connections &+= other.connections
        requests &+= other.requests
        statuses.add(other.statuses)
        for index in reasons.indices { reasons[index] &+= other.reasons[index] }
        while rules.count < other.rules.count { rules.append(0) }
        for index in other.rules.indices { rules[index] &+= other.rules[index] }
        requestBytes &+= other.requestBytes
        responseBytes &+= other.responseBytes
        retries &+= other.retries
        tunnels &+= other.tunnels
        handshakes &+= other.handshakes
        resumptions &+= other.resumptions
        failedHandshakes &+= other.failedHandshakes
        duration.add(other.duration)
        upstreamDuration.add(other.upstreamDuration)
    }
}
