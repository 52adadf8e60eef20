import RuleLang
import Sockets
import Synchronization

@testable import Router

extension ControlSystem {
    /// The simulated kernel's listeners, and work that is done a little later.
    static func simulated(_ kernel: SimulatedKernel) -> ControlSystem {
        let held = OneThread(kernel)
        return ControlSystem(
            listen: { held.kernel.listen($0, $1) },
            localAddress: { held.kernel.localAddress($0) },
            socketFile: { _ in nil },
            closeListener: { held.kernel.close($0, isAbort: false) },
            startWork: { _, work in
                let kernel = held.kernel
                kernel.plan(afterMicroseconds: kernel.random.between(100, 40_000)) { work() }
                return true
            })
    }
}

/// A run is in one thread from its beginning to its end.
private struct OneThread: @unchecked Sendable {
    let kernel: SimulatedKernel
    init(_ kernel: SimulatedKernel) { self.kernel = kernel }
}

/// The log goes by the rings; nothing is to be opened.
struct NoLog: LogControl {
    var lost: UInt64 { 0 }
    func problem(_ destination: LogSettings.Destination) -> String? { nil }
    func reopen(_ destination: LogSettings.Destination) {}
}

/// What the file holds when it is read again.
final class ReloadedFiles: Sendable {
    private let outcome: Mutex<ReloadOutcome>

    init(_ program: Program) { outcome = Mutex(.program(program)) }

    func become(_ next: ReloadOutcome) { outcome.withLock { $0 = next } }
    func next() -> ReloadOutcome { outcome.withLock { $0 } }
}
