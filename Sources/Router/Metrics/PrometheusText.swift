/// The text exposition format of Prometheus, version 0.0.4: every name once with its help and type,
/// its samples together, counters ending in `_total`, base units.
struct PrometheusText {
    private var output = ""

    static func render(_ snapshot: Snapshot) -> String {
        var text = PrometheusText()
        text.requests(snapshot)
        text.rules(snapshot)
        text.servers(snapshot)
        text.process(snapshot)
        return text.output
    }

    // MARK: - Groups

    private mutating func requests(_ snapshot: Snapshot) {
        let counters = snapshot.counters
        single(
            "l7route_connections_accepted_total", .counter, "Client connections.",
            counters.connections)
        single(
            "l7route_connections", .gauge, "Client connections open now.", UInt64(snapshot.clients))
        single(
            "l7route_exchanges", .gauge, "Requests in progress, tunnels too.",
            UInt64(snapshot.exchanges))
        family("l7route_requests_total", .counter, "Requests by the class of their status.")
        for (index, count) in counters.statuses.all.enumerated() {
            sample(
                "l7route_requests_total", [("status", index == 0 ? "none" : "\(index)xx")], count)
        }
        family(
            "l7route_ends_total", .counter,
            "Requests that were refused, or ended otherwise than a rule and a server would have it."
        )
        for (reason, count) in zip(Reason.all, counters.reasons) where count > 0 {
            sample("l7route_ends_total", [("reason", reason.text)], count)
        }
        single(
            "l7route_request_body_bytes_total", .counter, "Body bytes received from clients.",
            counters.requestBytes)
        single(
            "l7route_response_body_bytes_total", .counter, "Body bytes sent to clients.",
            counters.responseBytes)
        single(
            "l7route_retries_total", .counter,
            "Requests sent again because a kept connection was dead.", counters.retries)
        single(
            "l7route_tunnels_total", .counter, "Connections upgraded to WebSocket.",
            counters.tunnels)
        single(
            "l7route_tls_handshakes_total", .counter, "TLS handshakes with clients.",
            counters.handshakes)
        single(
            "l7route_tls_resumptions_total", .counter, "Handshakes that resumed a session.",
            counters.resumptions)
        single(
            "l7route_tls_failures_total", .counter, "Handshakes that failed.",
            counters.failedHandshakes)
        histogram(
            "l7route_request_duration_seconds", "From the first byte of the head to the end.",
            counters.duration)
        histogram(
            "l7route_upstream_first_byte_seconds",
            "From the choice of a server to the first byte of its response.",
            counters.upstreamDuration)
    }

    private mutating func rules(_ snapshot: Snapshot) {
        family(
            "l7route_rule_requests_total", .counter,
            "Requests that a rule decided, by its label or a hash of what it says.")
        for rule in snapshot.rules {
            sample("l7route_rule_requests_total", [("rule", rule.name)], rule.count)
        }
    }

    private mutating func servers(_ snapshot: Snapshot) {
        each(snapshot, "l7route_server_requests_total", .counter, "Requests sent to a server.") {
            $0.counters.requests
        }
        each(
            snapshot, "l7route_server_connections_total", .counter,
            "Connections opened to a server."
        ) { $0.counters.connections }
        each(
            snapshot, "l7route_server_failures_total", .counter,
            "Connects that failed, time-outs, responses cut or not acceptable."
        ) { $0.counters.failures }
        each(snapshot, "l7route_server_active", .gauge, "Requests in progress at a server.") {
            UInt64(max(0, $0.counters.active))
        }
        each(snapshot, "l7route_server_idle_connections", .gauge, "Kept connections to a server.") {
            UInt64($0.idle)
        }
        each(snapshot, "l7route_server_in_service", .gauge, "0 when an operator has drained it.") {
            $0.isDrained ? 0 : 1
        }
        family("l7route_server_responses_total", .counter, "Responses of a server by class.")
        for server in snapshot.servers {
            for (index, count) in server.statuses.enumerated() where index > 0 {
                sample(
                    "l7route_server_responses_total",
                    [("pool", server.pool), ("server", server.text), ("status", "\(index)xx")],
                    count)
            }
        }
    }

    private mutating func process(_ snapshot: Snapshot) {
        single(
            "l7route_upstream_connections", .gauge, "Connections to servers open now.",
            UInt64(snapshot.upstreams))
        single("l7route_workers", .gauge, "Worker threads.", UInt64(snapshot.workers))
        single(
            "l7route_generation", .gauge, "The configuration in service.",
            UInt64(snapshot.generation))
        single(
            "l7route_generations_retiring", .gauge,
            "Older configurations with requests in progress.", UInt64(snapshot.retiring))
        single(
            "l7route_config_valid", .gauge, "0 when the last reload was refused.",
            snapshot.isConfigValid ? 1 : 0)
        single("l7route_reloads_total", .counter, "Reloads adopted.", UInt64(snapshot.reloads))
        single(
            "l7route_failed_reloads_total", .counter, "Reloads refused.",
            UInt64(snapshot.failedReloads))
        single(
            "l7route_log_lines_lost_total", .counter,
            "Access log lines that a full ring or disk cost.", snapshot.linesLost)
        single(
            "l7route_start_time_seconds", .gauge, "When the process began, since the Unix epoch.",
            UInt64(snapshot.started / 1_000))
        single(
            "l7route_config_adopted_time_seconds", .gauge,
            "When the configuration came into service.", UInt64(snapshot.adoptedAt / 1_000))
    }

    // MARK: - Lines

    private enum Kind: String { case counter, gauge, histogram }

    private mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        output += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    private mutating func single(_ name: String, _ kind: Kind, _ help: String, _ value: UInt64) {
        family(name, kind, help)
        sample(name, [], value)
    }

    private mutating func each(
        _ snapshot: Snapshot, _ name: String, _ kind: Kind, _ help: String,
        _ value: (Snapshot.Server) -> UInt64
    ) {
        family(name, kind, help)
        for server in snapshot.servers {
            sample(name, [("pool", server.pool), ("server", server.text)], value(server))
        }
    }

    private mutating func sample(
        _ name: String, _ labels: [(name: String, value: String)], _ value: UInt64
    ) {
        output += name
        if !labels.isEmpty {
            let texts = labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }
            output += "{\(texts.joined(separator: ","))}"
        }
        output += " \(value)\n"
    }

    private mutating func histogram(_ name: String, _ help: String, _ histogram: Histogram) {
        family(name, .histogram, help)
        var total: UInt64 = 0
        for (index, count) in histogram.counts.enumerated() {
            total &+= count
            let bound = Histogram.bound(index).map { Self.seconds($0 * 100_000) } ?? "+Inf"
            sample("\(name)_bucket", [("le", bound)], total)
        }
        output += "\(name)_sum \(Self.seconds(histogram.nanoseconds))\n"
        output += "\(name)_count \(total)\n"
    }

    /// Nanoseconds as decimal seconds.
    private static func seconds(_ nanoseconds: UInt64) -> String {
        let fraction = String(nanoseconds % 1_000_000_000)
        let padded = String(repeating: "0", count: 9 - fraction.count) + fraction
        let digits = padded.reversed().drop { $0 == "0" }.reversed()
        let whole = nanoseconds / 1_000_000_000
        return digits.isEmpty ? "\(whole)" : "\(whole).\(String(digits))"
    }

    private static func escaped(_ value: String) -> String {
        var result = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
