internal import RuleLang
internal import Sockets
internal import TLS

/// The control side: generations, reloads, reports, the admin interface. One thread steps it with
/// messages; it never waits for a worker, and no worker waits for it.
struct ControlState: Sendable {
    let mailbox: Mailbox<ControlMessage>
    let workers: [Mailbox<WorkerMessage>]
    let shared: SharedLimits
    let log: any LogControl
    private let system: ControlSystem
    let compile: (@Sendable () -> ReloadOutcome)?
    let heard: (@Sendable (RouterNews) -> Void)?
    let started = Clocks.wallMilliseconds()
    private(set) var builder: GenerationBuilder
    private(set) var sockets: ListenerSockets
    /// The one in service.
    private(set) var generation: Generation
    /// Older ones that a worker still has exchanges in, so that none is freed on a worker.
    private var retiring: [(generation: Generation, workers: Int)] = []
    private(set) var isDraining = false
    private var isStopping = false
    private var drainedWorkers = 0
    private var cutClients = 0
    /// Between news of a server's failed handshakes, by its number.
    private var handshakeNews: [Int: NewsPause] = [:]
    /// Whether the last reload was adopted.
    private(set) var isConfigValid = true
    private(set) var reloads = 0
    private(set) var failedReloads = 0
    private(set) var adoptedAt: Int64
    private var rotatedAt = Clocks.monotonicNanoseconds()
    private var isCompiling = false
    private var compileReplies: [ReloadReply] = []
    /// Asked for while a compilation ran, which may have read the file before it was changed.
    private var waitingReplies: [ReloadReply] = []
    private var adopting: [Adoption] = []
    private var reports = ReportCollector()

    /// A generation on its way to the workers.
    private struct Adoption: Sendable {
        var generation: Int
        /// Those that do not have it yet.
        var workers: Int
        var replies: [ReloadReply]
        var text: String
    }

    init(
        generation: Generation, builder: GenerationBuilder, sockets: ListenerSockets,
        workers: [Mailbox<WorkerMessage>], shared: SharedLimits, log: any LogControl,
        compile: (@Sendable () -> ReloadOutcome)?,
        heard: (@Sendable (RouterNews) -> Void)? = nil, mailbox: Mailbox<ControlMessage>,
        system: ControlSystem = .kernel
    ) {
        self.generation = generation
        self.builder = builder
        self.sockets = sockets
        self.workers = workers
        self.shared = shared
        self.log = log
        self.compile = compile
        self.heard = heard
        self.mailbox = mailbox
        self.system = system
        adoptedAt = Clocks.wallMilliseconds()
    }

    /// False when there is nothing more to do.
    mutating func handle(_ message: ControlMessage) -> Bool {
        switch message {
        case .admin(let request): admin(request)
        case .report(let report):
            if let finished = reports.add(report, workers: workers.count) { answer(finished) }
        case .retired(_, let number): retire(number)
        case .adopted(_, let number): adopted(number)
        case .reload(let reply): reload(reply)
        case .compiled(let outcome): compiled(outcome)
        case .reopenLog: log.reopen(generation.program.settings.log.destination)
        case .drain:
            isDraining = true
            sockets.removeFiles { $0.listener != nil }
            post(.drain)
        case .drained:
            drainedWorkers += 1
            // The admin listener answers until the last client is served.
            if drainedWorkers == workers.count {
                stopWorkers()
            }
        case .stop: stopWorkers()
        case .cut(let clients): cutClients += clients
        case .handshakeFailed(let server, let detail, let now):
            tellHandshake(server, detail, now)
        case .end:
            sockets.removeFiles()
            tellCut()
            return false
        }
        return true
    }

    private mutating func stopWorkers() {
        isStopping = true
        sockets.removeFiles()
        post(.stop)
    }

    /// One of the workers speaks for all.
    private mutating func tellHandshake(_ server: Int, _ detail: String, _ nowNanoseconds: UInt64) {
        guard handshakeNews[server, default: NewsPause()].mayTell(nowNanoseconds) else { return }
        let identity = generation.servers[server]
        heard?(.notice("pool \(identity.pool): no TLS with \(identity.text): \(detail)\n"))
    }

    private func tellCut() {
        guard cutClients > 0 else { return }
        let clients = cutClients == 1 ? "1 client was" : "\(cutClients) clients were"
        heard?(.notice("the time to drain is over: \(clients) cut off\n"))
    }

    /// Tickets are good for half a day to a day.
    mutating func rotateTickets(_ nowNanoseconds: UInt64) {
        guard nowNanoseconds - rotatedAt > 12 * 3_600 * 1_000_000_000 else { return }
        rotatedAt = nowNanoseconds
        builder.tickets.rotate()
    }

    func post(_ message: WorkerMessage) {
        for worker in workers { worker.post(message) }
    }

    // MARK: - Reload

    mutating func reload(_ reply: ReloadReply) {
        guard let compile else {
            tell([reply], false, "this router has no file to reload\n")
            return
        }
        if let ending {
            tell([reply], false, "\(ending)\n")
            return
        }
        guard !isCompiling else {
            waitingReplies.append(reply)
            return
        }
        compileReplies.append(reply)
        isCompiling = true
        let mailbox = mailbox
        let isStarted = system.startWork("compile") {
            mailbox.post(.compiled(CompileOutcome(compile())))
        }
        if !isStarted { compiled(.refused("cannot start a thread\n")) }
    }

    private mutating func compiled(_ outcome: CompileOutcome) {
        isCompiling = false
        let replies = compileReplies
        compileReplies = []
        switch outcome {
        case .refused(let text): refuse(replies, text)
        case .rules(let compiled):
            let program = compiled.program
            if let failure = ending ?? adopt(compiled) {
                refuse(replies, failure + "\n")
            } else {
                reloads += 1
                isConfigValid = true
                let rules = program.rules.count
                let notes = restartNotes(program)
                let text =
                    "generation \(generation.number) is in service: \(rules) "
                    + "rule\(rules == 1 ? "" : "s")\n" + notes
                adopting.append(
                    Adoption(
                        generation: generation.number, workers: workers.count, replies: replies,
                        text: text))
            }
        }
        let waiting = waitingReplies
        waitingReplies = []
        for reply in waiting { reload(reply) }
    }

    /// Why no file is adopted any more: it would open sockets that nobody closes.
    private var ending: String? {
        if isStopping { return "the router is stopping" }
        return isDraining ? "the router is draining" : nil
    }

    private mutating func refuse(_ replies: [ReloadReply], _ text: String) {
        failedReloads += 1
        isConfigValid = false
        tell(replies, false, text + "generation \(generation.number) stays in service\n")
    }

    /// What a reload cannot change.
    private func restartNotes(_ program: Program) -> String {
        guard let wanted = program.settings.workers, wanted != workers.count else { return "" }
        return "note: `workers \(wanted)` needs a restart; \(workers.count) go on\n"
    }

    /// Puts a program into service; why it cannot be, if it cannot.
    private mutating func adopt(_ compiled: CompiledRules) -> String? {
        let program = compiled.program
        if let refusal = Serving.refusals(program).first { return refusal.message }
        let destination = program.settings.log.destination
        if destination != generation.program.settings.log.destination,
            let problem = log.problem(destination)
        {
            return problem
        }
        // New sockets are bound before anything is swapped.
        switch sockets.opening(program) {
        case .failure(let error): return error.message
        case .success(let opened):
            var next = builder
            switch next.build(compiled, opened.bound) {
            case .failure(let error):
                opened.close(except: sockets)
                return error.message
            case .success(let built):
                builder = next
                swap(to: built, opened)
                return nil
            }
        }
    }

    private mutating func swap(to next: Generation, _ opened: ListenerSockets) {
        let settings = next.program.settings
        if settings.log.destination != generation.program.settings.log.destination {
            log.reopen(settings.log.destination)
        }
        shared.adopt(
            connections: settings.limits.connections,
            perClient: settings.limits.connectionsPerClient, sockets: opened.count)
        retiring.append((generation, workers.count))
        generation = next
        sockets.removeFiles { old in !opened.bound.contains { $0.number == old.number } }
        sockets = opened
        adoptedAt = Clocks.wallMilliseconds()
        for (index, worker) in workers.enumerated() {
            worker.post(.adopt(next, opened.sockets(of: index)))
        }
    }

    /// A worker has the generation; with the last one it is in service, and those who asked are
    /// told.
    private mutating func adopted(_ number: Int) {
        guard let index = adopting.firstIndex(where: { $0.generation == number }) else { return }
        adopting[index].workers -= 1
        guard adopting[index].workers == 0 else { return }
        let adoption = adopting.remove(at: index)
        tell(adoption.replies, true, adoption.text)
    }

    /// A worker has left a generation; with the last one it is freed, here.
    private mutating func retire(_ number: Int) {
        guard let index = retiring.firstIndex(where: { $0.generation.number == number }) else {
            return
        }
        retiring[index].workers -= 1
        if retiring[index].workers == 0 { retiring.remove(at: index) }
    }

    var retiringCount: Int { retiring.count }

    private func tell(_ replies: [ReloadReply], _ isAdopted: Bool, _ text: String) {
        let result = ReloadResult(
            isAdopted: isAdopted, generation: generation.number, text: text)
        for reply in replies {
            switch reply {
            case .callback(let done): done(result)
            case .admin(let request):
                answer(request, .plain(isAdopted ? 200 : 422, text))
                heard?(.notice(text))
            }
        }
    }

    // MARK: - Reports

    /// Asks every worker for its numbers; `answer(_:)` goes on when all have come.
    mutating func collectReports(for request: AdminRequest) {
        let id = reports.begin(request)
        post(.report(id: id))
    }

    func answer(_ request: AdminRequest, _ answer: LocalAnswer) {
        workers[request.worker].post(.answer(token: request.token, answer))
    }
}

/// Reports of all workers for one question.
struct ReportCollector: Sendable {
    struct Finished {
        var request: AdminRequest
        /// One of each worker.
        var reports: [WorkerReport]
    }

    private var next = 0
    private var waiting: [(id: Int, request: AdminRequest, reports: [WorkerReport])] = []

    mutating func begin(_ request: AdminRequest) -> Int {
        next += 1
        waiting.append((next, request, []))
        return next
    }

    /// The question that is answered with this report, if it is the last one.
    mutating func add(_ report: WorkerReport, workers: Int) -> Finished? {
        guard let index = waiting.firstIndex(where: { $0.id == report.id }) else { return nil }
        waiting[index].reports.append(report)
        guard waiting[index].reports.count == workers else { return nil }
        let finished = waiting.remove(at: index)
        return Finished(request: finished.request, reports: finished.reports)
    }
}
