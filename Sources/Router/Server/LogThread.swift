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
    private let messages: Mailbox<Message>
    private let thread: Mutex<Thread?> = Mutex(nil)
    private let unwritten = Atomic<UInt64>(0)
    private let heard: (@Sendable (RouterNews) -> Void)?

    private init(
        _ rings: [ByteRing], _ messages: Mailbox<Message>,
        _ heard: (@Sendable (RouterNews) -> Void)?
    ) {
        self.rings = rings
        self.messages = messages
        self.heard = heard
    }

    /// Lines that could not be written, beside those that did not fit into a ring.
    var lost: UInt64 { unwritten.load(ordering: .relaxed) }

    static func start(
        _ destination: LogSettings.Destination, _ rings: [ByteRing],
        _ heard: (@Sendable (RouterNews) -> Void)? = nil
    ) -> LogThread? {
        guard let file = LogFile(destination), let messages = try? Mailbox<Message>() else {
            return nil
        }
        let log = LogThread(rings, messages, heard)
        guard let thread = Thread.start(name: "log", { log.run(file) }) else { return nil }
        log.thread.withLock { $0 = thread }
        return log
    }

    func problem(_ destination: LogSettings.Destination) -> String? {
        Self.problem(destination)
    }

    static func problem(_ destination: LogSettings.Destination) -> String? {
        guard case .file(let path) = destination else { return nil }
        switch Files.openAppend(path) {
        case .failure(.noReader): return "cannot open the log \(path): nobody reads this pipe"
        case .failure(let error): return "cannot open the log \(path): \(error.text)"
        case .success(let opened):
            Files.close(opened)
            return nil
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
    private func run(_ first: LogFile) {
        guard var io = try? EpollIO(), io.adopt(messages, token: 0) == nil else { return }
        var file = first
        var events: [ReadyEvent] = []
        var waiting: [Message] = []
        var losses = LossNews()
        while true {
            messages.drain(into: &waiting)
            let isBusy = drain(into: &file, &losses)
            tell(&losses, Clocks.monotonicNanoseconds())
            for message in waiting {
                switch message {
                case .reopen(let destination):
                    if let opened = LogFile(destination) {
                        file.close()
                        file = opened
                    } else {
                        let problem = problem(destination) ?? "cannot open the log anew"
                        heard?(.notice("\(problem); lines go on into the old one\n"))
                    }
                case .end:
                    _ = drain(into: &file, &losses)
                    tell(&losses, .max)
                    file.close()
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
    private func drain(into file: inout LogFile, _ losses: inout LossNews) -> Bool {
        var isBusy = false
        for ring in rings where ring.waiting > 0 {
            isBusy = true
            guard let problem = file.write(ring) else { continue }
            losses.problem = problem
            unwritten.add(UInt64(ring.discard()), ordering: .relaxed)
        }
        return isBusy
    }
}

/// Where lines go. When a write fails in the middle of a line, the piece that was written is taken
/// back. Where that cannot be, as from a pipe, the next line begins on a line of its own.
private struct LogFile {
    private let descriptor: Descriptor
    private let isOurs: Bool
    private var isInLine = false

    init?(_ destination: LogSettings.Destination) {
        switch destination {
        case .standardOutput:
            descriptor = .standardOutput
            isOurs = false
        case .file(let path):
            guard case .success(let opened) = Files.openAppend(path) else { return nil }
            descriptor = opened
            isOurs = true
        case .syslog: return nil
        }
    }

    /// Writes what waits in the ring; why that cannot be, if it cannot.
    mutating func write(_ ring: ByteRing) -> SystemError? {
        if isInLine {
            switch Files.write(descriptor, [0x0a], from: 0) {
            case .success: isInLine = false
            case .failure(let error): return error
            }
        }
        // What comes meanwhile is for the next time, so that no other ring waits for ever.
        // A line that the ring's end or a short write has cut is finished first.
        var rest = ring.waiting
        var piece = 0
        while rest > 0 || piece > 0 && ring.waiting > 0 {
            switch ring.write(to: descriptor) {
            case .failure(let error):
                isInLine = piece > 0 && !Files.takeBack(descriptor, piece)
                return error
            case .success(let written):
                rest -= written.count
                piece = written.unended + (written.unended == written.count ? piece : 0)
            }
        }
        return nil
    }

    func close() {
        if isOurs { Files.close(descriptor) }
    }
}
