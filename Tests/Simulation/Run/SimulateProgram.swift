import Glibc

@testable import Router

/// The program around the runs: many seeds with their totals, or one with its story.
public enum SimulateProgram {
    public static func run() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if let seed = number("--seed", arguments) {
            exitProgram(replay(seed, traces: arguments.contains("--trace")) ? 0 : 1)
        }
        let first = number("--first", arguments) ?? 1
        let count = number("--seeds", arguments) ?? 100
        var totals = Totals()
        var failures = 0
        for seed in first..<first + count {
            let simulation = Simulation(Scenario(seed: seed))
            if let violation = simulation.run() {
                print("seed \(seed): \(violation)")
                failures += 1
                if failures == 10 { break }
            }
            totals.add(simulation)
        }
        print(totals.text(seeds: count))
        exitProgram(failures == 0 ? 0 : 1)
    }

    private static func number(_ name: String, _ arguments: [String]) -> UInt64? {
        guard let index = arguments.firstIndex(of: name), index + 1 < arguments.count else {
            return nil
        }
        return UInt64(arguments[index + 1])
    }

    private static func replay(_ seed: UInt64, traces: Bool) -> Bool {
        let scenario = Scenario(seed: seed)
        let simulation = Simulation(scenario, tells: true)
        if traces {
            let world = simulation.world
            simulation.kernel.trace = { [unowned world] in world.tell($0) }
            print(scenario.clientLink, scenario.upstreamLink, scenario.callFaults)
            print(scenario.origins, scenario.connectionLimit, scenario.workers)
            for request in scenario.requests { print(request) }
        }
        let violation = simulation.run()
        for line in simulation.world.story { print(line) }
        print(violation ?? "no violation")
        return violation == nil
    }

    private static func exitProgram(_ status: Int32) -> Never { exit(status) }
}

/// What all runs together have done.
struct Totals {
    private var requests = 0
    private var complete = 0
    private var cut = 0
    private var steps = 0
    private var coverage = Coverage()

    mutating func add(_ simulation: Simulation) {
        steps += simulation.steps
        coverage.add(simulation.coverage)
        for outcome in simulation.world.outcomes {
            switch outcome {
            case .notSent: break
            case .complete: (requests, complete) = (requests + 1, complete + 1)
            case .cut: (requests, cut) = (requests + 1, cut + 1)
            case .open, .abandoned: requests += 1
            }
        }
    }

    func text(seeds: UInt64) -> String {
        "\(seeds) seeds, \(requests) requests, \(complete) complete, \(cut) cut, \(steps) steps"
    }
}
