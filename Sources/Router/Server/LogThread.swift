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

    private init(_ rings: [ByteRing], _ messages: Mailbox<Message>) {
        self.rings = rings
        self.messages = messages
    }

    /// Lines that could not be written, beside those that did not fit into a ring.
    var lost: UInt64 { unwritten.load(ordering: .relaxed) }

    static func start(
        _ destination: LogSettings.Destination, _ rings: [ByteRing]
    ) -> LogThread? {
        guard let file = LogFile(destination), let messages = try? Mailbox<Message>() else {
            return nil
        }
        let log = LogThread(rings, messages)
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
        _ = thread.withLock { $0 }?.join(withinMilliseconds: Self.patienceMilliseconds)
    }

    /// Lines are at most a tenth of a second late.
    private func run(_ first: LogFile) {
        guard var io = try? EpollIO(), io.adopt(messages, token: 0) == nil else { return }
        var file = first
        var events: [ReadyEvent] = []
        var waiting: [Message] = []
        while true {
            messages.drain(into: &waiting)
            let isBusy = drain(into: &file)
            for message in waiting {
                switch message {
                case .reopen(let destination):
                    if let opened = LogFile(destination) {
                        file.close()
                        file = opened
                    }
                case .end:
                    _ = drain(into: &file)
                    file.close()
                    return
                }
            }
            // Under load a ring must not fill up between two looks.
            io.wait(into: &events, timeoutMilliseconds: isBusy ? 10 : 100)
        }
    }

    /// Whether there were lines.
    private func drain(into file: inout LogFile) -> Bool {
        var isBusy = false
        for ring in rings where ring.waiting > 0 {
            isBusy = true
            let lost = file.write(ring)
            if lost > 0 { unwritten.add(UInt64(lost), ordering: .relaxed) }
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

    /// What waits in the ring; answers how many lines were lost.
    mutating func write(_ ring: ByteRing) -> Int {
        if isInLine {
            guard case .success(1) = Files.write(descriptor, [0x0a], from: 0) else {
                return ring.discard()
            }
            isInLine = false
        }
        // What comes meanwhile is for the next time, so that no other ring waits for ever.
        // A line that the ring's end or a short write has cut is finished first.
        var rest = ring.waiting
        var piece = 0
        while rest > 0 || piece > 0 && ring.waiting > 0 {
            guard case .success(let written) = ring.write(to: descriptor) else {
                isInLine = piece > 0 && !Files.takeBack(descriptor, piece)
                return ring.discard()
            }
            rest -= written.count
            piece = written.unended + (written.unended == written.count ? piece : 0)
        }
        return 0
    }

    func close() {
        if isOurs { Files.close(descriptor) }
    }
}
