/// What can go wrong, or come at an awkward moment.
enum FaultKind: Int, CaseIterable {
    case shortRead, shortSend, backPressure
    /// The end of the other side's stream, and its reset.
    case ended, reset
    case acceptFails, connectFails, connectRefused, connectIgnored, registerFails, backlogReset
    /// The server answers before it has read all, answers what is no answer, or not at all.
    case earlyAnswer, garbage, silence
    /// The client stops reading or sending.
    case clientStops
    case wallClockJump, clockJump
    case reload, refusedReload, drain, stop, serverDrained, serverDies
}

/// A fault, and the connection of the router that it met.
struct MetFault {
    var kind: FaultKind
    var worker: Int
    /// As registered; 0 for none.
    var token: UInt64
}

/// Where an exchange, or a connection without one, is.
enum MetState: Int, CaseIterable {
    /// Not about one connection.
    case none
    case idleClient, head, connecting, requestBody, waiting, responseBody, bothBodies, dropping
    case tunnel, closing, lingering, idleUpstream
}

/// How often each fault has met each state.
struct Coverage: Sendable {
    private var counts = [Int](
        repeating: 0, count: FaultKind.allCases.count * MetState.allCases.count)

    mutating func note(_ fault: FaultKind, _ state: MetState) {
        counts[fault.rawValue * MetState.allCases.count + state.rawValue] += 1
    }

    mutating func add(_ other: Coverage) {
        for index in counts.indices { counts[index] += other.counts[index] }
    }

    func count(_ fault: FaultKind, _ state: MetState) -> Int {
        counts[fault.rawValue * MetState.allCases.count + state.rawValue]
    }
}

extension Coverage {
    /// Rows are faults, columns states.
    var table: String {
        let states = MetState.allCases
        var lines = [
            "".padded(to: 15) + states.map { "\($0)".padded(to: 13) }.joined()
        ]
        for fault in FaultKind.allCases {
            let cells = states.map { state -> String in
                let count = count(fault, state)
                let isPossible = fault.isPossible(in: state)
                return (count > 0 ? "\(count)" : isPossible ? "0" : "-").padded(to: 13)
            }
            lines.append("\(fault)".padded(to: 15) + cells.joined())
        }
        return lines.joined(separator: "\n")
    }

    /// What should have happened and has not.
    var missing: [String] {
        FaultKind.allCases.flatMap { fault in
            MetState.allCases.compactMap { state in
                fault.isPossible(in: state) && count(fault, state) == 0
                    ? "\(fault) in \(state)" : nil
            }
        }
    }
}

extension FaultKind {
    /// Whether the fault can meet the state at all.
    func isPossible(in state: MetState) -> Bool {
        switch self {
        // Of no connection yet.
        case .acceptFails, .connectFails, .registerFails, .backlogReset: state == .none
        case .connectRefused, .connectIgnored: state == .connecting
        case .earlyAnswer, .garbage: state == .requestBody || state == .waiting
        case .silence:
            [.requestBody, .waiting, .responseBody, .bothBodies, .tunnel].contains(state)
        // Nothing is sent there.
        case .shortSend: ![.none, .lingering, .idleUpstream].contains(state)
        // What is sent while a body is dropped is an answer of the router's, shorter than any
        // window: only what waits in front of it could fill one, less than once in 10,000 seeds.
        case .backPressure: ![.none, .lingering, .idleUpstream, .dropping].contains(state)
        case .shortRead, .reset: state != .none
        // The last response is in the queue, and the connection is not read any more.
        case .ended: state != .none && state != .closing
        case .clientStops: state != .none && state != .idleUpstream
        case .wallClockJump, .clockJump, .reload, .refusedReload, .drain, .stop, .serverDrained,
            .serverDies:
            true
        }
    }
}

extension String {
    fileprivate func padded(to count: Int) -> String {
        self + String(repeating: " ", count: max(1, count - self.count))
    }
}
