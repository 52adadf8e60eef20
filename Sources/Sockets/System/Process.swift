internal import CLinux
internal import Glibc

/// Processors that this process may run on, at least 1: the number of workers.
package func coreCount() -> Int {
    max(1, Int(clinux_usable_processors()))
}

/// The number of this process.
package func processNumber() -> Int {
    Int(getpid())
}

/// How many descriptors the process may have open.
package enum OpenFileLimit {
    /// The limit in force.
    package static var current: Int { Int(clamping: limits().rlim_cur) }

    /// Raises the limit as far as the system lets an ordinary process; answers the limit then.
    package static func raise() -> Int {
        var limit = limits()
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return current
    }

    private static func limits() -> rlimit {
        var limit = rlimit()
        _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return limit
    }
}
