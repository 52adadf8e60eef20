package import RequestModel

/// The settings of a file, each with its safe default. Times in milliseconds, sizes in bytes.
package struct Settings: Sendable {
    package var timeouts = Timeouts()
    package var limits = Limits()
    package var log = LogSettings()
    package var trustedProxies: TrustedProxies?
    package var admin: ListenAddress?
    package var workers: Int?

    /// Where a setting was written: its dotted name (`timeouts.connect`) to its place. A setting
    /// that
    /// is not here has its default.
    package var places: [String: SourceSpan] = [:]

    package init() {}
}

package struct Timeouts: Sendable, Hashable {
    /// From the first byte of a head to its end.
    package var clientHead = 10_000
    /// Between two reads of a request body.
    package var clientBody = 30_000
    /// An idle keep-alive connection.
    package var clientIdle = 60_000
    package var connect = 5_000
    /// From the end of the request to the first byte of the response.
    package var firstByte = 60_000
    /// Between two reads of a response.
    package var betweenReads = 60_000
    /// The whole exchange; 0 is unlimited.
    package var request = 0
    package var tunnelIdle = 3_600_000
    package var drain = 30_000

    package init() {}
}

package struct Limits: Sendable, Hashable {
    /// Bytes of a message head.
    package var head = 32 * 1024
    /// Field lines of a message head.
    package var fields = 100
    /// Bytes of a request-target.
    package var target = 8 * 1024
    /// Bytes of a request body; 0 is unlimited.
    package var body = 0
    /// Client connections in all.
    package var connections = 10_000
    /// Client connections of one address; 0 is unlimited.
    package var connectionsPerClient = 0
    /// PCRE2's match limit for one match.
    package var regexSteps = 100_000

    package init() {}
}

package struct LogSettings: Sendable, Hashable {
    package enum Destination: Sendable, Hashable {
        case standardOutput
        case file(String)
        case syslog
    }
    package enum Format: Sendable, Hashable {
        case json, combined
        case template(LogTemplate)
    }

    package var destination = Destination.standardOutput
    package var format = Format.json
    package var redactedQueries: Set<[UInt8]> = []
    package var redactedCookies: Set<[UInt8]> = []

    package init() {}
}
