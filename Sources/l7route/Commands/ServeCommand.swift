internal import ArgumentParser
internal import RequestModel
internal import Router
internal import RuleLang
internal import Sockets
internal import Synchronization

struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Route requests by a file of rules.",
        discussion: """
            Listens where the file says, routes every request by its rules, and writes a line a \
            request to standard output (or where `log` says).

            SIGHUP, `l7route reload` and --watch put the changed file into service without \
            touching connections; a file with errors is refused and the old rules serve on. \
            SIGUSR1 opens the log file anew. SIGTERM and SIGINT drain: no new connections, \
            requests in flight are finished; a second one stops at once.

            What the file uses and this version cannot do is refused at the start. Under systemd, \
            readiness is told (Type=notify-reload) and sockets are taken over (socket activation).

            EXAMPLES
              l7route serve shop.l7
              l7route serve --workers 1 shop.l7
              l7route serve --strict shop.l7          # no start with lint findings
              l7route serve --watch shop.l7           # a saved file is in service a second later

            EXIT CODES
              0 drained, 1 findings under --strict, 2 could not start
            """)

    @OptionGroup var input: FileArgument

    @Option(help: "Number of workers; wins over the file. One a core by default.")
    var workers: Int?

    @Flag(help: "Do not start, and do not reload, with any finding.")
    var strict = false

    @Flag(help: "Reload when one of the files changes: rules, sets, tables, certificates, keys.")
    var watch = false

    @Option(
        help: """
            A file of at least 16 secret bytes that signs the cookies of sticky splits. Routers \
            with the same key honour each other's cookies, and their own after a restart; \
            without it, each process has its own key.
            """)
    var stickyKeyFile: String?

    @Option(help: "auto, always or never; NO_COLOR turns colours off.")
    var color = ColourChoice.auto

    func validate() throws {
        if let workers, !(1...1_024).contains(workers) {
            throw ValidationError("--workers is between 1 and 1024")
        }
        if watch, input.file == "-" {
            throw ValidationError("--watch needs a file: standard input is read once")
        }
    }

    func run() throws {
        // Before any thread starts, so that every one of them inherits it.
        Signals.block(Signal.allCases)
        Signals.ignoreFailedWrites()
        let openFiles = OpenFileLimit.raise()
        let tried = TriedPaths()
        let program = try load(tried)
        var options = RouterServer.Options()
        options.openFiles = openFiles
        options.workers = workers
        options.stickyKey = try stickyKey()
        options.inherited = ServiceManager.inheritedSockets()
        let compiler = FileCompiler(path: input.file, isStrict: strict)
        if input.file != "-" { options.compile = { compiler.compileAgain() } }
        guard let reader = try? SignalReader(Signal.allCases) else {
            throw failUsage("cannot wait for signals")
        }
        let isDraining = Mutex(false)
        options.heard = { news in
            switch news {
            case .notice(let text): Terminal.writeError(text)
            case .draining:
                isDraining.withLock { $0 = true }
                reader.wake()
            }
        }
        switch RouterServer.start(program, options) {
        case .failure(let error): throw failUsage(error.message)
        case .success(let server):
            for (name, address) in server.addresses {
                let text = address.text
                Terminal.writeError("listening on \(text)\(name == text ? "" : " as \(name)")\n")
            }
            if let notice = server.notice(program, options) {
                Terminal.writeError("note: \(notice)\n")
            }
            ServiceManager.notify("READY=1")
            let watcher = watch ? FileWatcher(compiler.stamps(of: program, tried)) : nil
            serve(server, watcher, compiler, reader) { isDraining.withLock { $0 } }
        }
    }

    /// Acts on signals, changed files and a drain that was asked for, until the router has ended.
    private func serve(
        _ server: RouterServer, _ watcher: FileWatcher?, _ compiler: FileCompiler,
        _ reader: SignalReader, isDraining: () -> Bool
    ) {
        var watcher = watcher
        var isEnding = false
        while !isEnding {
            switch reader.next(timeoutMilliseconds: watcher == nil ? -1 : 500) {
            case .hangup: Self.reload(server)
            case .user1: server.reopenLog()
            case .terminate, .interrupt: isEnding = true
            case nil:
                isEnding = isDraining()
                watcher?.follow(compiler.latestStamps)
                if watcher?.hasChanged() ?? false { Self.reload(server) }
            }
        }
        drainAndWait(server, reader)
    }

    private func stickyKey() throws -> (UInt64, UInt64)? {
        guard let stickyKeyFile else { return nil }
        switch Files.read(stickyKeyFile, limit: 1 << 16) {
        case .failure(let error): throw failUsage("\(stickyKeyFile): \(error.text)")
        case .success(let bytes):
            guard bytes.count >= 16 else {
                throw failUsage("\(stickyKeyFile): a key has at least 16 bytes")
            }
            return (
                SipHash(key0: 0, key1: 1).hash(bytes), SipHash(key0: 0, key1: 2).hash(bytes)
            )
        }
    }

    private static func reload(_ server: RouterServer) {
        ServiceManager.notifyReloading()
        server.reload { result in
            Terminal.writeError(result.text)
            ServiceManager.notify("READY=1")
        }
    }

    private func load(_ tried: TriedPaths) throws -> Program {
        if strict {
            let findings = Findings(path: input.file, depth: .lints)
            guard findings.shown.isEmpty else {
                findings.report(format: .text, colour: color, to: .standardError)
                Terminal.writeError("\nl7route: \(input.file) has \(findings.summary)\n")
                throw findings.compilation.program == nil ? ExitCode.usage : .findings
            }
        }
        let program = try compileOrExit(input.file, colour: color, tried: tried)
        let refusals = Serving.refusals(program)
        guard refusals.isEmpty else {
            for refusal in refusals {
                let place = refusal.span.map { program.sources.place(of: $0) } ?? input.file
                Terminal.writeError("l7route: \(place): \(refusal.message)\n")
            }
            throw ExitCode.usage
        }
        return program
    }
}

/// Drains on the first signal, stops on the second; returns when the router has ended.
func waitForSignals(_ server: RouterServer) throws {
    guard let reader = try? SignalReader([.terminate, .interrupt]) else {
        throw failUsage("cannot wait for signals")
    }
    _ = reader.next()
    drainAndWait(server, reader)
}

/// Drains, and stops at another signal to end; returns when the router has ended.
private func drainAndWait(_ server: RouterServer, _ reader: SignalReader) {
    Terminal.writeError("draining\n")
    ServiceManager.notify("STOPPING=1")
    server.drain()
    let second = Thread.start(name: "signals") {
        while let signal = reader.next() {
            if signal == .terminate || signal == .interrupt {
                server.stop()
                return
            }
        }
    }
    server.wait()
    reader.wake()
    second?.join()
}

extension SocketAddress {
    /// `127.0.0.1:8080`, `[::1]:8080`, `unix:/path`
    var text: String {
        switch self {
        case .v4(let address, let port):
            "\(address >> 24).\(address >> 16 & 255).\(address >> 8 & 255).\(address & 255):\(port)"
        case .v6(let high, let low, let port):
            "[\(IPAddress(high: high, low: low).text)]:\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }
}
