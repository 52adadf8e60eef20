internal import RequestModel
package import RuleLang
package import Sockets
internal import Synchronization

/// A running router: listeners, workers, the log thread. Started from a program that `refusals` has
/// nothing against; ended by `drain` or `stop`.
package final class RouterServer: Sendable {
    /// Why the router could not start: one plain sentence.
    package struct StartError: Error, Sendable {
        package let message: String
    }

    /// The address that each listener is bound to, in the program's order.
    package let addresses: [(name: String, address: SocketAddress)]
    private let mailboxes: [Mailbox<WorkerMessage>]
    private let threads: [Thread]
    private let log: LogThread

    private init(
        addresses: [(name: String, address: SocketAddress)],
        mailboxes: [Mailbox<WorkerMessage>], threads: [Thread], log: LogThread
    ) {
        self.addresses = addresses
        self.mailboxes = mailboxes
        self.threads = threads
        self.log = log
    }

    /// Binds every listener, resolves every server's name, starts the workers. Nothing is left
    /// behind when it fails.
    package static func start(
        _ program: Program, workers: Int? = nil
    ) -> Result<RouterServer, StartError> {
        let count = workers ?? program.settings.workers ?? coreCount()
        let serverAddresses: [[SocketAddress]]
        switch resolve(program) {
        case .success(let addresses): serverAddresses = addresses
        case .failure(let error): return .failure(error)
        }
        switch ListenerSockets.open(program, count: count) {
        case .failure(let error): return .failure(error)
        case .success(let sockets):
            return startThreads(program, count, serverAddresses, sockets)
        }
    }

    private static func startThreads(
        _ program: Program, _ count: Int, _ serverAddresses: [[SocketAddress]],
        _ sockets: ListenerSockets
    ) -> Result<RouterServer, StartError> {
        var mailboxes: [Mailbox<WorkerMessage>] = []
        var threads: [Thread] = []
        let rings = (0..<count).map { _ in ByteRing(capacity: 1 << 20) }
        guard let log = LogThread.start(program.settings.log.destination, rings) else {
            sockets.close()
            return .failure(StartError(message: "cannot open the access log"))
        }
        let limit = max(1, program.settings.limits.connections / count)
        for index in 0..<count {
            let setup = WorkerSetup(
                program: program, addresses: serverAddresses,
                listeners: sockets.listeners(of: index), connectionLimit: limit, rotation: index)
            guard let mailbox = try? Mailbox<WorkerMessage>() else { break }
            let started = Thread.start(name: "worker-\(index)") {
                runWorker(setup, mailbox, rings[index])
            }
            guard let started else { break }
            mailboxes.append(mailbox)
            threads.append(started)
        }
        let server = RouterServer(
            addresses: sockets.bound, mailboxes: mailboxes, threads: threads, log: log)
        guard threads.count == count else {
            server.stop()
            server.wait()
            return .failure(StartError(message: "cannot start \(count) worker threads"))
        }
        return .success(server)
    }

    /// The addresses of every server; names are looked up once, at the start.
    private static func resolve(_ program: Program) -> Result<[[SocketAddress]], StartError> {
        var result: [[SocketAddress]] = []
        for pool in program.pools {
            var addresses: [SocketAddress] = []
            for server in pool.servers {
                switch server.address {
                case .ip(let ip, let port): addresses.append(SocketAddress(ip, port: port))
                case .unix(let path): addresses.append(.unix(path: path))
                case .name(let name, let port):
                    switch Resolver.resolve(name, port: port) {
                    case .success(let found) where !found.isEmpty: addresses.append(found[0])
                    case .success:
                        return .failure(StartError(message: "`\(name)` has no address"))
                    case .failure(let error):
                        return .failure(
                            StartError(
                                message: "cannot resolve `\(name)` of pool `\(pool.name)`: "
                                    + error.text))
                    }
                }
            }
            result.append(addresses)
        }
        return .success(result)
    }

    // MARK: - Ending

    /// No new connections; exchanges in flight are finished, within the drain timeout.
    package func drain() {
        for mailbox in mailboxes { mailbox.post(.drain) }
    }

    /// Ends every connection.
    package func stop() {
        for mailbox in mailboxes { mailbox.post(.stop) }
    }

    /// Returns when every worker has ended and the log is written.
    package func wait() {
        for thread in threads { thread.join() }
        log.end()
    }
}

/// The body of a worker thread: here `Worker<EpollIO>` is concrete, so that it is specialised.
private func runWorker(
    _ setup: WorkerSetup, _ mailbox: Mailbox<WorkerMessage>, _ ring: ByteRing
) {
    guard var io = try? EpollIO() else { return }
    let token = Token(.mailbox, slot: 0, generation: 0)
    guard io.adopt(mailbox, token: token.raw) == nil else { return }
    var worker = Worker(io: io, setup: setup, mailbox: mailbox, ring: ring)
    while worker.step() {}
}

extension SocketAddress {
    init(_ ip: IPAddress, port: UInt16) {
        switch ip.family {
        case .v4: self = .v4(UInt32(truncatingIfNeeded: ip.low), port: port)
        case .v6: self = .v6(high: ip.high, low: ip.low, port: port)
        }
    }
}
