internal import RuleLang
internal import Sockets

/// Lines that could not be written.
struct LogLoss {
    var lines: Int
    /// Of the last of them.
    var problem: SystemError
}

/// Where lines go. Closed when it is given up.
enum LogOutput: ~Copyable {
    case file(LogFile)
    case syslog(SystemLog)

    /// nil when it cannot be opened; a system's log that is away may come back.
    static func open(
        _ destination: LogSettings.Destination, syslog: String
    ) -> LogOutput? {
        switch destination {
        case .standardOutput: return .file(LogFile(.standardOutput, isOurs: false))
        case .syslog: return .syslog(SystemLog(syslog))
        case .file(let path):
            guard case .success(let opened) = Files.openAppend(path) else { return nil }
            return .file(LogFile(opened, isOurs: true))
        }
    }

    /// Writes what waits in the ring, and forgets it.
    mutating func write(_ ring: ByteRing) -> LogLoss? {
        switch consume self {
        case .file(var file):
            let problem = file.write(ring)
            self = .file(file)
            return problem.map { LogLoss(lines: ring.discard(), problem: $0) }
        case .syslog(var log):
            let loss = log.write(ring)
            self = .syslog(log)
            return loss
        }
    }
}

/// A file, a pipe or the standard output. When a write fails in the middle of a line, the piece
/// that was written is taken back. Where that cannot be, as from a pipe, the next line begins on a
/// line of its own.
struct LogFile: ~Copyable {
    private let descriptor: Descriptor
    private let isOurs: Bool
    private var isInLine = false

    init(_ descriptor: Descriptor, isOurs: Bool) {
        self.descriptor = descriptor
        self.isOurs = isOurs
    }

    deinit { if isOurs { Files.close(descriptor) } }

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
}

/// The system's log: a message a line to the socket of `syslog(3)`, in the form that RFC 3164
/// section 4.1 gives and without a time, which the receiver has (section 4.3.2).
struct SystemLog: ~Copyable {
    private var sender: DatagramSender
    private var lines: [UInt8] = []
    private var message: [UInt8]
    private let head: Int

    /// Facility `daemon`, severity `info`.
    private static let priority = 3 << 3 | 6

    init(_ path: String) {
        sender = DatagramSender(path)
        message = Array("<\(Self.priority)>l7route[\(processNumber())]: ".utf8)
        head = message.count
    }

    /// Sends what waits in the ring, line by line, and forgets it.
    mutating func write(_ ring: ByteRing) -> LogLoss? {
        lines.removeAll(keepingCapacity: true)
        ring.read(into: &lines)
        var loss: LogLoss?
        var start = 0
        while let end = lines[start...].firstIndex(of: 0x0a) {
            if let problem = send(lines[start..<end]) {
                loss = LogLoss(lines: (loss?.lines ?? 0) + 1, problem: problem)
            }
            start = end + 1
        }
        return loss
    }

    private mutating func send(_ line: ArraySlice<UInt8>) -> SystemError? {
        guard !line.isEmpty else { return nil }
        message.removeLast(message.count - head)
        message.append(contentsOf: line)
        return sender.send(message)
    }
}
