internal import RequestModel
package import RuleLang

/// What a program uses and this version of `serve` cannot do: refused at the start, never ignored.
package enum Serving {
    package struct Refusal: Sendable {
        package let span: SourceSpan?
        package let message: String
    }

    package static func refusals(_ program: Program) -> [Refusal] {
        var refusals: [Refusal] = []
        func refuse(_ span: SourceSpan?, _ what: String) {
            refusals.append(Refusal(span: span, message: "`serve` cannot do \(what) yet"))
        }
        if program.listeners.isEmpty {
            refusals.append(
                Refusal(
                    span: nil,
                    message: "the file has no `listen`: add a line such as `listen 127.0.0.1:8080`")
            )
        }
        for listener in program.listeners {
            for tls in listener.tls { refuse(tls.span, "TLS on a listener") }
        }
        for split in program.splits {
            if case .stickyCookie = split.key { refuse(split.span, "splits with a sticky cookie") }
        }
        let places = program.settings.places
        let settings = program.settings
        if settings.admin != nil { refuse(places["admin"], "an admin listener") }
        if settings.trustedProxies?.header == .proxyProtocol {
            refuse(places["trusted_proxies"], "the PROXY protocol")
        }
        if settings.log.destination == .syslog { refuse(places["log.to"], "a log to syslog") }
        if settings.log.format != .json { refuse(places["log.format"], "a log that is not JSON") }
        if !settings.log.redactedCookies.isEmpty {
            refuse(places["log.redact.cookie"], "logging cookies, and so redacting them,")
        }
        if settings.limits.connectionsPerClient > 0 {
            refuse(places["limits.connections_per_client"], "a limit of connections by client")
        }
        if let place = places["timeouts.tunnel_idle"] { refuse(place, "tunnels") }
        for rule in program.rules {
            for modifier in rule.modifiers {
                if case .timeout(.idle, _) = modifier.kind { refuse(modifier.span, "tunnels") }
            }
        }
        return refusals
    }
}
