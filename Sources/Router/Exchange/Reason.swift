internal import RequestModel

/// Why an exchange ended otherwise than a rule and a server would have it: stable words of the log
/// and the metrics.
enum Reason: Hashable, Sendable {
    case none
    /// A message was not acceptable.
    case refusal(RefusalReason)
    case end(ExchangeEnd)

    var text: String {
        switch self {
        case .none: ""
        case .refusal(let reason): reason.rawValue
        case .end(let end): end.rawValue
        }
    }

    static let all =
        RefusalReason.allCases.map { Reason.refusal($0) }
        + ExchangeEnd.allCases.map { Reason.end($0) }

    /// Position in `all`; nil for `none`.
    var index: Int? {
        switch self {
        case .none: nil
        case .refusal(let reason): RefusalReason.allCases.firstIndex(of: reason)
        case .end(let end):
            ExchangeEnd.allCases.firstIndex(of: end).map { $0 + RefusalReason.allCases.count }
        }
    }
}

enum ExchangeEnd: String, CaseIterable, Sendable {
    case noMatch = "no_match"
    case noServer = "no_server"
    case closedByRule = "closed_by_rule"
    case lastHop = "last_hop"
    case clientGone = "client_gone"
    case clientStalled = "client_stalled"
    case requestTimeout = "request_timeout"
    case stopped
    case upstreamConnectFailed = "upstream_connect_failed"
    case upstreamConnectTimeout = "upstream_connect_timeout"
    case upstreamTimeout = "upstream_timeout"
    case upstreamClosed = "upstream_closed"
    case upstreamCut = "upstream_cut"
    case upstreamTLSFailed = "upstream_tls_failed"
    case upgradeNotAllowed = "upgrade_not_allowed"
    case tunnelIdle = "tunnel_idle"
    case tunnelEnded = "tunnel_ended"
    case listenerRemoved = "listener_removed"
    // What a plan refuses.
    case regexLimit = "regex_limit"
    case redirectRefused = "redirect_refused"
    case rewriteRefused = "rewrite_refused"
}
