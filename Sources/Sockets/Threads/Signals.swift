internal import CLinux
internal import Glibc

/// The signals that the router answers to.
package enum Signal: Hashable, Sendable, CaseIterable {
    /// SIGTERM
    case terminate
    /// SIGINT
    case interrupt
    /// SIGHUP
    case hangup
    /// SIGUSR1
    case user1

    var number: Int32 {
        switch self {
        case .terminate: SIGTERM
        case .interrupt: SIGINT
        case .hangup: SIGHUP
        case .user1: SIGUSR1
        }
    }
}

/// What a process does to signals as a whole.
package enum Signals {
    /// Keeps the signals pending for a `SignalReader`. Call before any thread starts: threads
    /// inherit it.
    package static func block(_ signals: [Signal]) {
        var set = signalSet(signals)
        _ = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Lets writes to a closed pipe fail with `.brokenPipe`, and those beyond the process's limit
    /// of a file's size with `.fileTooLarge`, instead of ending the process.
    package static func ignoreFailedWrites() {
        _ = signal(SIGPIPE, SIG_IGN)
        _ = signal(SIGXFSZ, SIG_IGN)
    }

    static func signalSet(_ signals: [Signal]) -> sigset_t {
        var set = sigset_t()
        _ = unsafe sigemptyset(&set)
        for signal in signals { _ = unsafe sigaddset(&set, signal.number) }
        return set
    }
}

/// Reads blocked signals one by one on a thread of its own.
package final class SignalReader: Sendable {
    private let signals: Descriptor
    private let wakeUp: EventDescriptor

    /// Reads these signals, which must be blocked; fails when no descriptor is left.
    package init(_ wanted: [Signal]) throws(SystemError) {
        wakeUp = try EventDescriptor()
        var set = Signals.signalSet(wanted)
        let raw = unsafe signalfd(-1, &set, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
        guard raw >= 0 else { throw .last }
        signals = Descriptor(raw: raw)
    }

    deinit {
        signals.closeNow()
    }

    /// Waits for the next signal; nil after `wake` or when the time is over (-1: never).
    package func next(timeoutMilliseconds: Int = -1) -> Signal? {
        var watched = [
            pollfd(fd: signals.raw, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wakeUp.descriptor.raw, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            if let signal = take() { return signal }
            let count = unsafe poll(&watched, 2, Int32(clamping: timeoutMilliseconds))
            if count < 0 && errno == EINTR { continue }
            if watched[0].revents == 0 || count <= 0 {
                wakeUp.clear()
                return nil
            }
        }
    }

    /// Makes one `next`, running or to come, return nil. Any thread.
    package func wake() {
        wakeUp.signal()
    }

    private func take() -> Signal? {
        var information = signalfd_siginfo()
        let size = MemoryLayout<signalfd_siginfo>.size
        guard unsafe Glibc.read(signals.raw, &information, size) == size else { return nil }
        return Signal.allCases.first { $0.number == Int32(information.ssi_signo) }
    }
}
