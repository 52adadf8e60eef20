internal import RequestModel
package import RuleLang
package import Sockets
internal import Synchronization

/// A running router: listeners, workers, the control thread, the log thread. Started from a program
/// that `Serving.refusals` has nothing against; ended by `drain` or `stop`.
package final class RouterServer: Sendable {
    /// Why the router could not start: one plain sentence.
    package struct StartError: Error, Sendable {
        package let message: String
    }

    package struct Options: Sendable {
        /// Wins over the file; nil: the file's, or one a core.
        package var workers: Int?
        /// Listening sockets that the process was given (systemd's socket activation).
        package var inherited: [Descriptor] = []
        /// Signs the cookies of sticky splits; nil: a new one for each process.
        package var stickyKey: (UInt64, UInt64)?
        /// Descriptors that the process may have open; nil: no limit is known.
        package var openFiles: Int?
        /// The socket of the system's log.
        package var syslog = "/dev/log"
        /// Compiles the file again, on a thread that yields to all others; nil: no reload.
        package var compile: (@Sendable () -> ReloadOutcome)?
        /// Hears, on other threads, of what was asked for at the admin listener, and of trouble.
        package var heard: (@Sendable (RouterNews) -> Void)?

        package init() {}
    }

    /// The address that each listener is bound to, in the program's order; the admin listener last.
    package let addresses: [(name: String, address: SocketAddress)]
    /// Clients that the process's descriptors allow.
    private let mostClients: Int
    private let control: Mailbox<ControlMessage>
    private let controlThread: Thread
    private let threads: [Thread]
    private let log: LogThread

    private init(
        addresses: [(name: String, address: SocketAddress)], mostClients: Int,
        control: Mailbox<ControlMessage>, controlThread: Thread, threads: [Thread], log: LogThread
    ) {
        self.addresses = addresses
        self.mostClients = mostClients
        self.control = control
        self.controlThread = controlThread
        self.threads = threads
        self.log = log
    }

    /// Binds every listener, resolves every server's name, starts the workers. Nothing is left
    /// behind when it fails.
    package static func start(
        _ program: Program, workers: Int? = nil
    ) -> Result<RouterServer, StartError> {
        var options = Options()
        options.workers = workers
        return start(program, options)
    }

    /// The same with everything that a service needs.
    package static func start(
        _ program: Program, _ options: Options
    ) -> Result<RouterServer, StartError> {
        let count = options.workers ?? program.settings.workers ?? coreCount()
        let sockets: ListenerSockets
        switch ListenerSockets(workers: count, inherited: options.inherited).opening(program) {
        case .success(let opened): sockets = opened
        case .failure(let error): return .failure(error)
        }
        if let unused = sockets.unused {
            sockets.close()
            return .failure(StartError(message: unused))
        }
        var builder = GenerationBuilder(
            stickyKey: options.stickyKey.map { SipHash(key0: $0.0, key1: $0.1) }
                ?? SipHash(key0: Secrets.number(), key1: Secrets.number()))
        switch builder.build(CompiledRules(program), sockets.bound) {
        case .failure(let error):
            sockets.close()
            return .failure(error)
        case .success(let generation):
            return startThreads(generation, builder, sockets, options)
        }
    }

    /// Said at the start when the descriptors are fewer than the file's `connections` need.
    package func notice(_ program: Program, _ options: Options) -> String? {
        let limits = program.settings.limits
        // Of the default, a few fewer are no news.
        guard let openFiles = options.openFiles, mostClients < limits.connections / 10 * 9 else {
            return nil
        }
        return
            "\(openFiles) open files (`ulimit -n`) allow \(mostClients) clients at once, not the "
            + "\(limits.connections) of `limits { connections }`"
    }

    private static func startThreads(
        _ generation: Generation, _ builder: GenerationBuilder, _ sockets: ListenerSockets,
        _ options: Options
    ) -> Result<RouterServer, StartError> {
        let settings = generation.program.settings
        let rings = (0..<sockets.workers).map { _ in ByteRing(capacity: 1 << 20) }
        if let problem = LogThread.problem(
            settings.log.destination, syslog: options.syslog)
        {
            sockets.close()
            return .failure(StartError(message: problem))
        }
        guard let control = try? Mailbox<ControlMessage>(),
            let log = LogThread.start(
                settings.log.destination, rings, syslog: options.syslog, options.heard)
        else {
            sockets.close()
            return .failure(StartError(message: "cannot open the access log"))
        }
        let files = FileBudget(openFiles: options.openFiles, workers: sockets.workers)
        let shared = SharedLimits(
            connections: settings.limits.connections,
            perClient: settings.limits.connectionsPerClient, files: files, sockets: sockets.count)
        var mailboxes: [Mailbox<WorkerMessage>] = []
        var threads: [Thread] = []
        for index in rings.indices {
            guard let mailbox = try? Mailbox<WorkerMessage>() else { break }
            let setup = WorkerSetup(
                index: index, generation: generation, sockets: sockets.sockets(of: index),
                shared: shared, mailbox: mailbox, control: control, ring: rings[index])
            guard let thread = Thread.start(name: "worker-\(index)", { runWorker(setup) }) else {
                break
            }
            mailboxes.append(mailbox)
            threads.append(thread)
        }
        let state = ControlState(
            generation: generation, builder: builder, sockets: sockets, workers: mailboxes,
            shared: shared, log: log, compile: options.compile, heard: options.heard,
            mailbox: control)
        let controlThread = Thread.start(name: "control") { runControl(state) }
        guard threads.count == rings.count, let controlThread else {
            var closing = sockets
            closing.removeFiles()
            control.post(.stop)
            if controlThread == nil { for mailbox in mailboxes { mailbox.post(.stop) } }
            for thread in threads { thread.join() }
            sockets.close(workersFrom: threads.count)
            control.post(.end)
            controlThread?.join()
            log.end()
            return .failure(
                StartError(message: "cannot start \(rings.count) worker threads"))
        }
        let addresses = sockets.bound.map { listener in
            (
                name: listener.listener.map { generation.program.listeners[$0].name } ?? "admin",
                address: listener.local
            )
        }
        return .success(
            RouterServer(
                addresses: addresses, mostClients: files.clients(sockets: sockets.count),
                control: control, controlThread: controlThread,
                threads: threads, log: log))
    }

    // MARK: - While it runs

    /// Compiles the file and puts it into service beside the traffic; `done` is told how it went,
    /// on another thread.
    package func reload(_ done: @escaping @Sendable (ReloadResult) -> Void) {
        control.post(.reload(.callback(done)))
    }

    /// Opens the log file anew, after it was moved away.
    package func reopenLog() {
        control.post(.reopenLog)
    }

    /// No new connections; exchanges in flight are finished, within the drain timeout.
    package func drain() {
        control.post(.drain)
    }

    /// Ends every connection.
    package func stop() {
        control.post(.stop)
    }

    /// Returns when every worker has ended and the log is written.
    package func wait() {
        for thread in threads { thread.join() }
        control.post(.end)
        controlThread.join()
        log.end()
    }
}

extension EpollIO: SocketIO {}

/// The body of a worker thread: here `Worker<EpollIO>` is concrete, so that it is specialised.
private func runWorker(_ setup: WorkerSetup) {
    guard var io = try? EpollIO() else { return }
    let token = Token(.mailbox, slot: 0, generation: 0)
    guard io.adopt(setup.mailbox, token: token.raw) == nil else { return }
    var worker = Worker(io: io, setup: setup)
    while worker.step() {}
}

private func runControl(_ start: ControlState) {
    guard var io = try? EpollIO(), io.adopt(start.mailbox, token: 0) == nil else { return }
    var state = start
    var events: [ReadyEvent] = []
    var messages: [ControlMessage] = []
    while true {
        io.wait(into: &events, timeoutMilliseconds: 3_600_000)
        state.rotateTickets(Clocks.monotonicNanoseconds())
        state.mailbox.drain(into: &messages)
        for message in messages where !state.handle(message) { return }
    }
}

extension SocketAddress {
    init(_ ip: IPAddress, port: UInt16) {
        switch ip.family {
        case .v4: self = .v4(UInt32(truncatingIfNeeded: ip.low), port: port)
        case .v6: self = .v6(high: ip.high, low: ip.low, port: port)
        }
    }
}
