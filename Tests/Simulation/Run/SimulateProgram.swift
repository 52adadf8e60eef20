import Glibc
import Router
import Sockets
import Synchronization

/// The program around the runs: many seeds with their totals, or one with its story.
public enum SimulateProgram {
    public static func run() {
        let arguments: SimulateArguments
        switch SimulateArguments.read(CommandLine.arguments.dropFirst()) {
        case .success(let read): arguments = read
        case .failure(let problem):
            print("./dev simulate: \(problem.text)")
            exit(2)
        }
        #if PLANTED_FAULTS
            if let name = arguments.text("--plant") {
                guard let fault = PlantedFault(rawValue: name) else {
                    print(PlantedFault.allCases.map(\.rawValue).joined(separator: "\n"))
                    exit(2)
                }
                fault.plant()
            }
        #endif
        if let seed = arguments.number("--seed") {
            exit(replay(seed, traces: arguments.has("--trace")) ? 0 : 1)
        }
        let first = arguments.number("--first") ?? 1
        let count = arguments.number("--seeds") ?? 1_000
        let totals = runAll(
            first..<first + count, threads: Int(arguments.number("--jobs") ?? 2),
            mostFailures: arguments.has("--plant") ? 1 : 10)
        for failure in totals.failures.sorted(by: { $0.seed < $1.seed }) {
            print("seed \(failure.seed): \(failure.violation)")
        }
        print(totals.text)
        if arguments.has("--coverage") { print(totals.coverage.table) }
        guard totals.failures.isEmpty else {
            print("replay one with --seed S: what is left of it when it is shrunk, and its story")
            exit(1)
        }
        let isCovered = !arguments.has("--all-covered") || totals.missing.isEmpty
        for gap in totals.missing where arguments.has("--all-covered") {
            print("never met: \(gap)")
        }
        exit(isCovered ? 0 : 1)
    }

    /// Each thread takes the next seed; all stop after a few failures.
    private static func runAll(
        _ seeds: Range<UInt64>, threads: Int, mostFailures: Int
    ) -> Totals {
        let work = Work(next: seeds.lowerBound, mostFailures: mostFailures)
        let shared = Mutex(work)
        let all = Shared(shared: shared)
        var started: [Thread] = []
        for index in 0..<max(1, threads) {
            let thread = Thread.start(name: "simulate-\(index)") {
                while let seed = all.next(before: seeds.upperBound) { all.run(seed) }
            }
            if let thread { started.append(thread) }
        }
        for thread in started { thread.join() }
        return all.totals
    }

    private struct Work: Sendable {
        var next: UInt64
        /// After so many the rest is not worth its time.
        var mostFailures: Int
        var totals = Totals()
    }

    private final class Shared: Sendable {
        private let work: Mutex<Work>

        init(shared: consuming Mutex<Work>) { work = shared }

        var totals: Totals { work.withLock { $0.totals } }

        func next(before end: UInt64) -> UInt64? {
            work.withLock { work in
                guard work.next < end, work.totals.failures.count < work.mostFailures else {
                    return nil
                }
                work.next += 1
                return work.next - 1
            }
        }

        func run(_ seed: UInt64) {
            let simulation = Simulation(Scenario(seed: seed))
            let violation = simulation.run()
            var totals = Totals(simulation)
            if let violation { totals.failures.append((seed, violation)) }
            let one = totals
            work.withLock { $0.totals.add(one) }
        }
    }

    private static func replay(_ seed: UInt64, traces: Bool) -> Bool {
        var scenario = Scenario(seed: seed)
        guard let violation = Simulation(scenario).run() else {
            print("no violation")
            return true
        }
        print("seed \(seed): \(violation)")
        let shrunk = Shrinking(scenario, violation)
        scenario = shrunk.scenario
        print("shrunk: \(shrunk.violation)")
        let simulation = Simulation(scenario, tells: true)
        if traces {
            let world = simulation.world
            simulation.kernel.trace = { [unowned world] in world.tell($0) }
        }
        _ = simulation.run()
        print(scenario.text)
        for line in simulation.world.story { print(line) }
        return false
    }
}

/// What all runs together have done.
struct Totals: Sendable {
    private var seeds = 0
    private var requests = 0
    private var complete = 0
    private var cut = 0
    private var steps = 0
    private var mostQueued = 0
    private var gatherings = 0
    private var mostGathered = 0
    private(set) var coverage = Coverage()
    var failures: [(seed: UInt64, violation: String)] = []

    init() {}

    init(_ simulation: Simulation) {
        seeds = 1
        steps = simulation.steps
        coverage = simulation.coverage
        mostQueued = simulation.workers.map(\.mostQueued).max() ?? 0
        gatherings = simulation.workers.reduce(0) { $0 + $1.gatherings }
        mostGathered = simulation.workers.map(\.mostGathered).max() ?? 0
        for outcome in simulation.world.outcomes {
            switch outcome {
            case .notSent: break
            case .complete: (requests, complete) = (requests + 1, complete + 1)
            case .cut: (requests, cut) = (requests + 1, cut + 1)
            case .open, .abandoned: requests += 1
            }
        }
    }

    mutating func add(_ other: Totals) {
        seeds += other.seeds
        requests += other.requests
        complete += other.complete
        cut += other.cut
        steps += other.steps
        mostQueued = max(mostQueued, other.mostQueued)
        gatherings += other.gatherings
        mostGathered = max(mostGathered, other.mostGathered)
        coverage.add(other.coverage)
        failures += other.failures
    }

    var text: String {
        "\(seeds) seeds, \(requests) requests: \(complete) complete, \(cut) cut; \(steps) steps; "
            + "at most \(mostQueued) bytes in a queue; \(gatherings) rounds received for several "
            + "connections before their turns, at most for \(mostGathered)"
    }

    /// What should have happened and has not.
    var missing: [String] {
        coverage.missing + (mostGathered > 2 ? [] : ["receives for three before their turns"])
    }
}

extension Scenario {
    /// What a person needs to see of it.
    var text: String {
        var lines = [
            "workers \(workers), pause \(pause), \(clientLink)", "servers: \(upstreamLink)",
        ]
        lines += events.map { "at \($0.time) us: \($0.action)" }
        for (number, client) in clients.enumerated() {
            lines.append("client \(number): pipelines \(client.pipelines), \(client.ending)")
            lines += client.requests.map { "  \(requests[$0])" }
        }
        let text = lines.joined(separator: "\n")
        return text.replacing("Simulation.", with: "")
    }
}
