internal import Foundation
internal import Sockets

/// systemd's side: readiness (sd_notify(3)) and sockets handed over (sd_listen_fds(3)).
enum ServiceManager {
    /// Tells the service manager, if there is one.
    static func notify(_ state: String) {
        guard let path = ProcessInfo.processInfo.environment["NOTIFY_SOCKET"] else { return }
        Datagrams.send(Array(state.utf8), to: path)
    }

    /// With the time that Type=notify-reload asks for.
    static func notifyReloading() {
        notify("RELOADING=1\nMONOTONIC_USEC=\(Clocks.monotonicNanoseconds() / 1_000)")
    }

    /// Descriptors from 3 on, when they are meant for this process.
    static func inheritedSockets() -> [Descriptor] {
        let environment = ProcessInfo.processInfo.environment
        guard let process = environment["LISTEN_PID"].flatMap({ Int32($0) }),
            process == ProcessInfo.processInfo.processIdentifier,
            let count = environment["LISTEN_FDS"].flatMap({ Int32($0) }), 1...1_024 ~= count
        else { return [] }
        return (3..<3 + count).map { Descriptor(raw: $0) }
    }
}
