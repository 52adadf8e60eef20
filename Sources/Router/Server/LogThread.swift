internal import RuleLang
internal import Sockets
internal import Synchronization

/// Drains the workers' rings into the log. A full disk costs lines (counted), never traffic: the
/// workers do not wait for this thread.
final class LogThread: LogControl {
    private enum Message: Sendable {
        /// The file was moved away, or the log goes elsewhere from now on.
        case reopen(LogSettings.Destination)
        case end
    }

    private let rings: [ByteRing]
    /// The socket of the system's log.
    private let syslog: String
    private let messages: Mailbox<Message>
    private let thread: Mutex<Thread?> = Mutex(nil)
    private let unwritten = Atomic<UInt64>(0)
    private let heard: (@Sendable (RouterNews) -> Void)?

    private init(
        _ rings: [ByteRing], _ syslog: String, _ messages: Mailbox<Message>,
        _ heard: (@Sendable (RouterNews) -> Void)?
    ) {
        self.rings = rings
        self.syslog = syslog
        self.messages = messages
        self.heard = heard
    }

    /// Lines that could not be written, beside those that did not fit into a ring.
    var lost: UInt64 { unwritten.load(ordering: .relaxed) }

    static func start(
        _ destination: LogSettings.Destination, _ rings: [ByteRing], syslog: String,
        _ heard: (@Sendable (RouterNews) -> Void)? = nil
    ) -> LogThread? {
        guard problem(destination, syslog: syslog) == nil,
            let messages = try? Mailbox<Message>()
        else { return nil }
        let log = LogThread(rings, syslog, messages, heard)
        guard let thread = Thread.start(name: "log", { log.run(destination) }) else { return nil }
        log.thread.withLock { $0 = thread }
        return log
    }

    func problem(_ destination: LogSettings.Destination) -> String? {
        Self.problem(destination, syslog: syslog)
    }

    /// Why lines cannot go there, if they cannot.
    static func problem(
        _ destination: LogSettings.Destination, syslog: String
    ) -> String? {
        switch destination {
        case .standardOutput: return nil
        case .syslog:
            var sender = DatagramSender(syslog)
            return sender.connect().map { "cannot reach the system's log \(syslog): \($0.text)" }
        case .file(let path):
            switch Files.openAppend(path) {
            case .failure(.noReader): return "cannot open the log \(path): nobody reads this pipe"
            case .failure(let error): return "cannot open the log \(path): \(error.text)"
            case .success(let opened):
                Files.close(opened)
                return nil
            }
        }
    }

    func reopen(_ destination: LogSettings.Destination) {
        messages.post(.reopen(destination))
    }

    /// For how long the end waits for a log that does not take its lines, such as a pipe whose
    /// reader stands still.
    private static let patienceMilliseconds = 2_000

    /// Writes what is left, as far as that can be written soon, and ends.
    func end() {
        messages.post(.end)
        let thread = thread.withLock { $0 }
        if thread?.join(withinMilliseconds: Self.patienceMilliseconds) == false {
            heard?(.notice("the log does not take its last lines: they are lost\n"))
        }
    }

    /// Lines are at most a tenth of a second late.
    private func run(_ first: LogSettings.Destination) {
        guard var io = try? EpollIO(), io.adopt(messages, token: 0) == nil,
            var output = LogOutput.open(first, syslog: syslog)
        else { return }
        var events: [ReadyEvent] = []
        var waiting: [Message] = []
        var losses = LossNews()
        while true {
            messages.drain(into: &waiting)
            let isBusy = drain(into: &output, &losses)
            tell(&losses, Clocks.monotonicNanoseconds())
            for message in waiting {
                switch message {
                case .reopen(let destination):
                    if let opened = LogOutput.open(destination, syslog: syslog) {
                        output = opened
                    } else {
                        let problem = problem(destination) ?? "cannot open the log anew"
                        heard?(.notice("\(problem); lines go on into the old one\n"))
                    }
                case .end:
                    _ = drain(into: &output, &losses)
                    tell(&losses, .max)
                    return
                }
            }
            // Under load a ring must not fill up between two looks.
            io.wait(into: &events, timeoutMilliseconds: isBusy ? 10 : 100)
        }
    }

    private func tell(_ losses: inout LossNews, _ nowNanoseconds: UInt64) {
        let all = rings.reduce(lost) { $0 + $1.lost }
        guard let text = losses.text(lost: all, nowNanoseconds: nowNanoseconds) else { return }
        heard?(.notice(text))
    }

    /// Whether there were lines.
    private func drain(into output: inout LogOutput, _ losses: inout LossNews) -> Bool {
        var isBusy = false
        for ring in rings where ring.waiting > 0 {
            isBusy = true
            guard let loss = output.write(ring) else { continue }
            losses.problem = loss.problem
            unwritten.add(UInt64(loss.lines), ordering: .relaxed)
        }
        return isBusy
    }
}
