internal import RuleLang
internal import Sockets
internal import Synchronization

/// Drains the workers' rings into the log. A full disk costs lines (counted), never traffic: the
/// workers do not wait for this thread.
final class LogThread: Sendable {
    private let descriptor: Descriptor
    private let rings: [ByteRing]
    private let isEnding = Atomic<Bool>(false)
    private let wakeUp: Mailbox<Bool>
    private let thread: Mutex<Thread?> = Mutex(nil)

    private init(_ descriptor: Descriptor, _ rings: [ByteRing], _ wakeUp: Mailbox<Bool>) {
        self.descriptor = descriptor
        self.rings = rings
        self.wakeUp = wakeUp
    }

    static func start(
        _ destination: LogSettings.Destination, _ rings: [ByteRing]
    ) -> LogThread? {
        let descriptor: Descriptor
        switch destination {
        case .standardOutput: descriptor = .standardOutput
        case .file(let path):
            guard case .success(let opened) = Files.openAppend(path) else { return nil }
            descriptor = opened
        case .syslog: return nil
        }
        guard let wakeUp = try? Mailbox<Bool>() else { return nil }
        let log = LogThread(descriptor, rings, wakeUp)
        guard let thread = Thread.start(name: "log", { log.run() }) else { return nil }
        log.thread.withLock { $0 = thread }
        return log
    }

    /// Lines are at most a tenth of a second late.
    private func run() {
        guard var io = try? EpollIO(), io.adopt(wakeUp, token: 0) == nil else { return }
        var events: [ReadyEvent] = []
        var buffer: [UInt8] = []
        while true {
            let isLast = isEnding.load(ordering: .acquiring)
            buffer.removeAll(keepingCapacity: true)
            for ring in rings { _ = ring.read(into: &buffer) }
            if !buffer.isEmpty { _ = Files.writeAll(descriptor, buffer) }
            if isLast { return }
            if buffer.isEmpty { io.wait(into: &events, timeoutMilliseconds: 100) }
        }
    }

    /// Writes what is left and ends.
    func end() {
        isEnding.store(true, ordering: .releasing)
        wakeUp.post(true)
        thread.withLock { $0 }?.join()
    }
}
