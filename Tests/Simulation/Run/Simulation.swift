import RequestModel
import RuleLang
import Sockets

@testable import Router

/// The router on the simulated kernel: its workers and its control side, stepped in an order that
/// the seed decides, with clients and servers around them.
final class Simulation {
    static let address = SocketAddress.v4(0x7f00_0001, port: 8_080)
    static let adminAddress = SocketAddress.v4(0x7f00_0001, port: 9_090)

    let scenario: Scenario
    let kernel: SimulatedKernel
    let world: World
    let shared: SharedLimits
    private(set) var workers: [SimulatedWorker] = []
    private(set) var control: ControlState
    private var clients: [Client] = []
    private var origins: [Origin] = []
    private var administrators: [Administrator] = []
    private var schedule: SeededRandom
    private(set) var coverage = Coverage()
    private(set) var hasEndedByEvent = false
    private(set) var log: [UInt8] = []
    private(set) var steps = 0
    private let files: ReloadedFiles

    init(_ scenario: Scenario, tells: Bool = false) {
        self.scenario = scenario
        kernel = SimulatedKernel(seed: scenario.seed, workers: scenario.workers)
        world = World(scenario, kernel, tells: tells)
        schedule = SeededRandom(scenario.seed, .schedule)
        kernel.upstreamLink = scenario.upstreamLink
        let program = RuleFiles.program(0, connections: scenario.connectionLimit)
        files = ReloadedFiles(program)
        let system = ControlSystem.simulated(kernel)
        guard
            case .success(let sockets) = ListenerSockets(
                workers: scenario.workers, system: system
            ).opening(program)
        else { fatalError("the listeners do not open") }
        var builder = GenerationBuilder(stickyKey: SipHash(key0: 1, key1: 2))
        guard case .success(let generation) = builder.build(CompiledRules(program), sockets.bound)
        else { fatalError("the generation is refused") }
        let limits = program.settings.limits
        shared = SharedLimits(
            connections: limits.connections, perClient: limits.connectionsPerClient)
        let mailbox = Self.mailbox(of: ControlMessage.self)
        let files = files
        for index in 0..<scenario.workers {
            workers.append(
                SimulatedWorker(
                    WorkerSetup(
                        index: index, generation: generation, sockets: sockets.sockets(of: index),
                        shared: shared, mailbox: Self.mailbox(of: WorkerMessage.self),
                        control: mailbox, ring: ByteRing(capacity: 1 << 16)), kernel))
        }
        control = ControlState(
            generation: generation, builder: builder, sockets: sockets,
            workers: workers.map(\.mailbox), shared: shared, log: NoLog(),
            compile: { files.next() }, mailbox: mailbox, system: system)
        let mailboxes = workers.map(\.mailbox)
        kernel.hasMail = { !mailboxes[$0].isEmpty }
        kernel.callFaults = scenario.callFaults
        makeActors()
    }

    deinit { kernel.dispose() }

    private static func mailbox<Message: Sendable>(of: Message.Type) -> Mailbox<Message> {
        guard let mailbox = try? Mailbox<Message>() else { fatalError("no mailbox") }
        return mailbox
    }

    private func makeActors() {
        for number in scenario.origins.indices {
            let origin = Origin(number, world)
            origins.append(origin)
            kernel.hosts[.v4(0x0a00_0001 + UInt32(number), port: 80)] = origin
        }
        clients = scenario.clients.indices.map { Client($0, world) }
        for client in clients { client.start() }
        for event in scenario.events {
            kernel.plan(afterMicroseconds: event.time) { [weak self] in
                self?.perform(event.action)
            }
        }
    }

    // MARK: - Running

    /// Runs to the end; what went wrong, if something did.
    func run() -> String? {
        runUntilQuiet()
        if kernel.violation == nil { checkBaseline() }
        if kernel.violation == nil, !workers.allSatisfy(\.isStopped) {
            control.mailbox.post(.drain)
            runUntilQuiet()
        }
        if kernel.violation == nil { checkEnd() }
        return kernel.violation
    }

    private static let mostSteps = 3_000_000

    private func runUntilQuiet() {
        // Idle connections to servers rest for a minute.
        let horizon = kernel.now + 300_000_000_000
        while kernel.violation == nil {
            steps += 1
            guard steps < Self.mostSteps else { return world.violate("the run has no end") }
            stepOnce(horizon)
            if isQuiet || kernel.now > horizon { break }
        }
        if kernel.now > horizon, let client = clients.first(where: { !$0.isDone }) {
            world.violate("client \(client.number) waits for ever (\(client.waitsFor ?? -1))")
        }
    }

    private var isQuiet: Bool {
        kernel.nextEvent == nil && clients.allSatisfy(\.isDone) && control.mailbox.isEmpty
            && administrators.allSatisfy(\.isDone)
            && workers.allSatisfy { $0.isStopped || (!hasWork($0) && $0.isResting) }
    }

    private func isRunnable(_ worker: SimulatedWorker) -> Bool {
        worker.busyUntil <= kernel.now && hasWork(worker)
    }

    private func hasWork(_ worker: SimulatedWorker) -> Bool {
        !worker.isStopped
            && (worker.wakesAt <= kernel.now || kernel.hasEvents(worker.setup.index))
    }

    private func stepOnce(_ horizon: UInt64) {
        var choices: [Int] = []
        for worker in workers where isRunnable(worker) { choices.append(worker.setup.index) }
        let isControlDue = !control.mailbox.isEmpty
        if isControlDue { choices.append(-1) }
        if let time = kernel.nextEvent, time <= kernel.now { choices += [-2, -2] }
        guard !choices.isEmpty else { return sleep(horizon) }
        switch choices[schedule.below(choices.count)] {
        case -1: stepControl()
        case -2: runEvent()
        case let index: step(workers[index])
        }
    }

    /// Nothing is to be done: time passes.
    private func sleep(_ horizon: UInt64) {
        var next = kernel.nextEvent ?? .max
        for worker in workers where !worker.isStopped {
            let due = kernel.hasEvents(worker.setup.index) ? kernel.now : worker.wakesAt
            next = min(next, max(due, worker.busyUntil))
        }
        if next > kernel.now, schedule.once(in: 200),
            let worker = workers.randomElement(
                using: &schedule), !worker.isStopped
        {
            // A wait that a signal interrupts.
            step(worker)
        }
        kernel.advance(to: min(next, horizon + 1))
    }

    private func runEvent() {
        kernel.runNextEvent()
        attributeFaults()
    }

    private func step(_ worker: SimulatedWorker) {
        kernel.advance(by: UInt64(schedule.between(1_000, 20_000)))
        worker.step()
        if scenario.pause > 0 {
            worker.busyUntil = kernel.now + UInt64(schedule.below(scenario.pause)) * 1_000
        }
        worker.setup.ring.read(into: &log)
        attributeFaults()
    }

    private func stepControl() {
        kernel.advance(by: 5_000)
        var messages: [ControlMessage] = []
        control.mailbox.drain(into: &messages)
        for message in messages { _ = control.handle(message) }
    }

    // MARK: - Faults

    private func attributeFaults() {
        for fault in kernel.faults {
            let state = fault.token == 0 ? .none : workers[fault.worker].state(of: fault.token)
            coverage.note(fault.kind, state)
        }
        kernel.faults.removeAll(keepingCapacity: true)
    }

    /// Something meets everything that is under way.
    private func noteEverywhere(_ fault: FaultKind) {
        coverage.note(fault, .none)
        for worker in workers {
            for state in worker.states { coverage.note(fault, state) }
        }
    }

    private func perform(_ action: TimedEvent.Action) {
        world.tell("event: \(action)")
        switch action {
        case .reload(let variant):
            noteEverywhere(.reload)
            kernel.listenFails = false
            files.become(
                .program(RuleFiles.program(variant, connections: scenario.connectionLimit)))
            control.mailbox.post(.reload(.callback { _ in }))
        case .refusedReload:
            noteEverywhere(.refusedReload)
            files.become(.refused("no\n"))
            control.mailbox.post(.reload(.callback { _ in }))
        case .reloadThatCannotListen:
            noteEverywhere(.refusedReload)
            kernel.listenFails = true
            files.become(
                .program(RuleFiles.program(1, connections: scenario.connectionLimit)))
            control.mailbox.post(.reload(.callback { _ in }))
        case .drain:
            noteEverywhere(.drain)
            control.mailbox.post(.drain)
        case .stop:
            noteEverywhere(.stop)
            control.mailbox.post(.stop)
        case .wallClock(let milliseconds):
            noteEverywhere(.wallClockJump)
            kernel.wallOffset += Int64(milliseconds)
        case .clock(let milliseconds):
            noteEverywhere(.clockJump)
            kernel.advance(by: UInt64(milliseconds) * 1_000_000)
        case .server(let number, let dies):
            if dies {
                noteEverywhere(.serverDies)
                origins[number].die()
            } else {
                origins[number].revive()
            }
        case .drained(let number, let isDrained):
            noteEverywhere(.serverDrained)
            let pool = ["a", "a", "b", "b", "w"][number]
            let change = isDrained ? "drain" : "ready"
            ask("POST", "/servers/\(pool)/10.0.0.\(number + 1):80/\(change)")
        case .status: ask("GET", schedule.once(in: 2) ? "/status" : "/metrics")
        case .descriptors(let more):
            kernel.descriptorLimit = more.map { kernel.openDescriptors + $0 } ?? 1_000_000
        }
    }

    private func ask(_ method: String, _ path: String) {
        let administrator = Administrator(world, method, path)
        administrators.append(administrator)
        administrator.start()
    }
}

/// One worker with what the scheduler needs to know of it.
final class SimulatedWorker {
    let setup: WorkerSetup
    private(set) var worker: Worker<SimulatedIO>
    private let kernel: SimulatedKernel
    private(set) var isStopped = false
    /// Nanoseconds; `.max`: only an event wakes it.
    private(set) var wakesAt: UInt64 = 0
    /// Nanoseconds until which it does not run.
    var busyUntil: UInt64 = 0
    /// Steps in a row in which nothing was done, and when they began.
    private var idleSteps = 0
    private var idleSince: UInt64 = 0
    private(set) var mostQueued = 0
    /// Rounds in which connections received before the turns, and the most of one round. Of a step
    /// the last round is seen.
    private(set) var gatherings = 0
    private(set) var mostGathered = 0

    init(_ setup: WorkerSetup, _ kernel: SimulatedKernel) {
        self.setup = setup
        self.kernel = kernel
        worker = Worker(io: SimulatedIO(kernel: kernel, worker: setup.index), setup: setup)
    }

    var mailbox: Mailbox<WorkerMessage> { setup.mailbox }

    /// No timer that matters to a client runs.
    var isResting: Bool { worker.clients.count == 0 }

    func step() {
        let hadEvents = kernel.hasEvents(setup.index)
        isStopped = !worker.step()
        let milliseconds = worker.timeout()
        wakesAt =
            milliseconds < 0 ? .max : kernel.now + UInt64(milliseconds) * 1_000_000
        if hadEvents || kernel.calls > 0 {
            idleSteps = 0
            idleSince = kernel.now
        } else {
            idleSteps += 1
            let duration = kernel.now - idleSince
            if idleSteps > 500, duration / 1_000_000 < UInt64(idleSteps) {
                kernel.violate("worker \(setup.index) spins")
            }
        }
        checkQueues()
        checkEnds()
        let gathered = worker.gathered.indices.count { worker.gathered[$0] != nil }
        if gathered > 1 { gatherings += 1 }
        mostGathered = max(mostGathered, gathered)
    }

    /// Back-pressure bounds what waits for a peer that does not read.
    private func checkQueues() {
        for slot in 0..<worker.clients.slotCount where worker.clients.isUsed(slot) {
            mostQueued = max(mostQueued, worker.clients[slot].stream.output.count)
            mostQueued = max(mostQueued, worker.clients[slot].input.count)
        }
        for slot in 0..<worker.upstreams.slotCount where worker.upstreams.isUsed(slot) {
            mostQueued = max(mostQueued, worker.upstreams[slot].stream.output.count)
            mostQueued = max(mostQueued, worker.upstreams[slot].input.count)
        }
        if mostQueued > 400 << 10 { kernel.violate("\(mostQueued) bytes wait in a queue") }
    }

    /// An end that was received has been acted on, or will be in a turn that is due.
    private func checkEnds() {
        for slot in 0..<worker.clients.slotCount where worker.clients.isUsed(slot) {
            guard case .head = worker.clients[slot].phase else { continue }
            checkEnd(worker.clients[slot].stream, "client")
        }
        for slot in 0..<worker.upstreams.slotCount where worker.upstreams.isUsed(slot) {
            if case .tunnel = worker.upstreams[slot].phase { continue }
            checkEnd(worker.upstreams[slot].stream, "server")
        }
    }

    private func checkEnd(_ stream: Stream, _ name: String) {
        if stream.hasEnded, !stream.isQueued, stream.output.isEmpty {
            kernel.violate("the end of a \(name) was received and is told to nobody")
        }
    }
}
