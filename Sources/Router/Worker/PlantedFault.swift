#if PLANTED_FAULTS
    internal import Synchronization
#endif

/// Faults that the simulator must find, each behind a switch of its own build (`./dev simulate
/// --planted`). In every other build the switches are constants, and nothing of them is left.
package enum PlantedFault: String, CaseIterable, Sendable {
    /// Bytes behind a response are kept for the next request.
    case swappedResponse
    /// What a round receives for two connections lies in one place.
    case overlappingReceives
    /// An end that was received before the turns is told to nobody.
    case lostEnd
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
        private static let planted = Atomic<Int>(-1)

        /// Turns this one on, before anything runs.
        package func plant() {
            Self.planted.store(Self.allCases.firstIndex(of: self) ?? -1, ordering: .relaxed)
        }

        var isOn: Bool {
            let index = Self.planted.load(ordering: .relaxed)
            return index >= 0 && Self.allCases[index] == self
        }
    #else
        @inline(__always) var isOn: Bool { false }
    #endif
}
