internal import RequestModel

/// Every setting with its value, for `check --settings`.
package func settingsReport(
    _ program: Program
) -> [(name: String, value: String, isDefault: Bool)] {
    let settings = program.settings
    let timeouts = settings.timeouts
    let limits = settings.limits
    var values: [(String, String)] = [
        ("workers", settings.workers.map { String($0) } ?? "one a core"),
        ("trusted_proxies", describe(settings.trustedProxies)),
        ("admin", settings.admin.map(AddressText.text(of:)) ?? "none"),
    ]
    values += [
        ("client_head", timeouts.clientHead), ("client_body", timeouts.clientBody),
        ("client_idle", timeouts.clientIdle), ("connect", timeouts.connect),
        ("first_byte", timeouts.firstByte), ("between_reads", timeouts.betweenReads),
        ("request", timeouts.request), ("tunnel_idle", timeouts.tunnelIdle),
        ("drain", timeouts.drain),
    ].map { ("timeouts.\($0.0)", $0.1 == 0 ? "unlimited" : duration($0.1)) }
    values += [
        ("limits.head", sizeText(limits.head)), ("limits.fields", String(limits.fields)),
        ("limits.target", sizeText(limits.target)),
        ("limits.body", limits.body == 0 ? "unlimited" : sizeText(limits.body)),
        ("limits.connections", String(limits.connections)),
        (
            "limits.connections_per_client",
            limits.connectionsPerClient == 0 ? "unlimited" : String(limits.connectionsPerClient)
        ),
        ("limits.regex_steps", String(limits.regexSteps)),
        ("log.to", describe(settings.log.destination)),
        ("log.format", describe(settings.log.format)),
        ("log.redact.query", names(settings.log.redactedQueries)),
        ("log.redact.cookie", names(settings.log.redactedCookies)),
    ]
    return values.map { ($0.0, $0.1, settings.places[$0.0] == nil) }
        + program.listeners.flatMap { urlSettings(of: $0, settings) }
}

/// How one listener reads URLs: its own settings, else those of `defaults`.
private func urlSettings(
    of listener: Listener, _ settings: Settings
) -> [(name: String, value: String, isDefault: Bool)] {
    let policy = listener.policy
    return [
        ("encoded_slash", "\(policy.encodedSlash)"), ("empty_segments", "\(policy.emptySegments)"),
        ("path_params", "\(policy.pathParameters)"),
        ("double_encoding", "\(policy.doubleEncoding)"),
        ("header_underscores", "\(policy.headerUnderscores)"),
    ].map { name, value in
        let own = "listen.\(listener.name).\(name)"
        let isDefault =
            settings.places[own] == nil && settings.places["defaults.\(name)"] == nil
        return (own, value, isDefault)
    }
}

private func duration(_ milliseconds: Int) -> String {
    for (unit, factor) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)]
    where milliseconds % factor == 0 {
        return "\(milliseconds / factor)\(unit)"
    }
    return "\(milliseconds)ms"
}

/// `32KiB`
func sizeText(_ bytes: Int) -> String {
    for (unit, factor) in [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
    where bytes % factor == 0 {
        return "\(bytes / factor)\(unit)"
    }
    return String(bytes)
}

private func describe(_ proxies: TrustedProxies?) -> String {
    guard let proxies else { return "none" }
    let header =
        switch proxies.header {
        case .xForwardedFor: "x-forwarded-for"
        case .forwarded: "forwarded"
        case .proxyProtocol: "proxy_protocol"
        }
    return "{ \(proxies.blocks.map(\.text).joined(separator: ", ")) } header \(header)"
}

private func describe(_ destination: LogSettings.Destination) -> String {
    switch destination {
    case .standardOutput: "stdout"
    case .file(let path): "file \"\(path)\""
    case .syslog: "syslog"
    }
}

private func describe(_ format: LogSettings.Format) -> String {
    switch format {
    case .json: "json"
    case .combined: "combined"
    case .template(let template): "\"\(String(decoding: template.source, as: UTF8.self))\""
    }
}

private func names(_ set: Set<[UInt8]>) -> String {
    let sorted = set.map { String(decoding: $0, as: UTF8.self) }.sorted()
    return sorted.isEmpty ? "none" : "{ \(sorted.map { "\"\($0)\"" }.joined(separator: ", ")) }"
}
