/// Faults that the simulator must find, each behind a switch of its own build (`./dev simulate
/// --planted`). In every other build the switches are constants, and nothing of them is left.
package enum PlantedFault: String, CaseIterable, Sendable {
    /// Bytes behind a response are kept for the next request.
    case swappedResponse
    /// A server is not read on after its client has caught up.
    case lostWakeUp
    /// A client is not read on after its request has moved to another server.
    case lostFailover
    case doubleRelease
    case retriedPost
    /// A response that was cut gets the end of a whole one.
    case endOfCutResponse
    /// The end that the kernel reports behind a reset is taken for one.
    case endBehindReset
    /// A connection is used again while the request before is still on its way.
    case keptUnfinished
    /// Closes with bytes unread, so that a reset eats the answer.
    case noLingering
    case noContinue
    case ignoredBackPressure
    case closedByReload
    case spinningAccept
    case counterLeak
    case limitLeak
    case generationLeak
    case descriptorLeak
    case timerLeak
    case lostLine
    case uncountedTunnel

    #if PLANTED_FAULTS
        /// The one that is on; set once, before anything runs.
        nonisolated(unsafe) package static var planted: PlantedFault?

        @inline(__always) var isOn: Bool { unsafe Self.planted == self }
    #else
        @inline(__always) var isOn: Bool { false }
    #endif
}
