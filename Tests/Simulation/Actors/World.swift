import Sockets

/// What the actors of one run share: the plan, and what became of each request.
final class World {
    let scenario: Scenario
    let kernel: SimulatedKernel
    /// By id.
    var outcomes: [Outcome]
    var deliveries: [[Delivery]]
    /// Whose clients have seen the 101.
    var tunnels: Set<Int> = []
    private(set) var story: [String]
    private let tells: Bool

    init(_ scenario: Scenario, _ kernel: SimulatedKernel, tells: Bool) {
        self.scenario = scenario
        self.kernel = kernel
        self.tells = tells
        story = []
        outcomes = Array(repeating: .notSent, count: scenario.requests.count)
        deliveries = Array(repeating: [], count: scenario.requests.count)
    }

    func tell(_ text: @autoclosure () -> String) {
        guard tells else { return }
        let milliseconds = Double(kernel.now - 1_000_000_000) / 1_000_000
        story.append("\(milliseconds) ms  \(text())")
    }

    func violate(_ text: String) {
        tell("VIOLATION: \(text)")
        kernel.violate(text)
    }
}

/// What a client knows of its request.
enum Outcome: Equatable {
    case notSent
    /// Under way, and so at the end of a run only if nobody ever answered.
    case open
    case complete(Answer)
    /// The connection ended before the response did, after this status if one had come.
    case cut(status: Int?)
    /// It was sent behind another whose response ended the connection.
    case abandoned

    struct Answer: Equatable {
        var status: Int
        /// Of a server; else the router's own.
        var isServers: Bool
        var body: Int
    }
}

/// A request's head at a server.
struct Delivery {
    var server: Int
    /// The connection had served before.
    var isReused: Bool
    /// The router's end of the connection, and what it had read when the request came.
    var endpoint: Endpoint
    var readBefore: Int

    /// The router has seen something of a response.
    var hasResponded: Bool { endpoint.bytesRead > readBefore }
}
