internal import RuleLang
internal import Sockets

/// What the control side asks of the machine, so that a simulator can stand in for it.
struct ControlSystem: Sendable {
    /// Listening sockets at an address, one for each of so many users (see `Listening.open`).
    var listen: @Sendable (SocketAddress, Int) -> Result<[Descriptor], SystemError>
    /// Where a socket is bound.
    var localAddress: @Sendable (Descriptor) -> SocketAddress?
    /// The file of the unix socket that has just been bound at a path.
    var socketFile: @Sendable (String) -> SocketFile?
    /// Closes a listening socket that no worker has.
    var closeListener: @Sendable (Descriptor) -> Void
    /// Runs work beside everything else; false when it cannot.
    var startWork: @Sendable (String, @escaping @Sendable () -> Void) -> Bool

    static let kernel = ControlSystem(
        listen: { Listening.open($0, count: $1, backlog: 1_024) },
        localAddress: { Listening.localAddress($0) },
        socketFile: { SocketFile(at: $0) },
        closeListener: { Listening.close($0) },
        startWork: { name, work in
            Thread.start(name: name) {
                // Traffic goes first.
                Thread.yieldToAllOthers()
                work()
            } != nil
        })
}

/// What the control side asks of the log.
protocol LogControl: Sendable {
    /// Lines that were lost so far.
    var lost: UInt64 { get }
    /// Why lines cannot go there, if they cannot: one plain sentence.
    func problem(_ destination: LogSettings.Destination) -> String?
    /// Opens the destination anew; when that fails, the log goes on where it is.
    func reopen(_ destination: LogSettings.Destination)
}
