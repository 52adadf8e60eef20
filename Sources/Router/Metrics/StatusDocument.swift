internal import RuleLang

/// `/status`: the same numbers as one JSON document, for people and scripts.
enum StatusDocument {
    static func render(_ snapshot: Snapshot) -> String {
        let document = JSONValue.object([
            ("generation", .number(snapshot.generation)),
            ("retiring", .number(snapshot.retiring)),
            ("configValid", .bool(snapshot.isConfigValid)),
            ("draining", .bool(snapshot.isDraining)),
            ("workers", .number(snapshot.workers)),
            (
                "connections",
                .object([
                    ("clients", .number(snapshot.clients)),
                    ("exchanges", .number(snapshot.exchanges)),
                    ("upstreams", .number(snapshot.upstreams)),
                ])
            ),
            ("requests", number(snapshot.counters.requests)),
            ("logLinesLost", number(snapshot.linesLost)),
            ("rules", .array(snapshot.rules.map(rule))),
            ("pools", .array(pools(snapshot))),
        ])
        return document.rendered + "\n"
    }

    private static func number(_ value: UInt64) -> JSONValue { .number(Int(clamping: value)) }

    private static func rule(_ rule: Snapshot.RuleCount) -> JSONValue {
        .object([
            ("rule", .string(rule.name)), ("at", .string(rule.place)),
            ("action", .string(rule.action)), ("requests", number(rule.count)),
        ])
    }

    private static func pools(_ snapshot: Snapshot) -> [JSONValue] {
        var names: [String] = []
        for server in snapshot.servers where names.last != server.pool { names.append(server.pool) }
        return names.map { name in
            .object([
                ("pool", .string(name)),
                (
                    "servers",
                    .array(snapshot.servers.filter { $0.pool == name }.map(server))
                ),
            ])
        }
    }

    private static func server(_ server: Snapshot.Server) -> JSONValue {
        .object([
            ("server", .string(server.text)), ("inService", .bool(!server.isDrained)),
            ("requests", number(server.counters.requests)),
            ("active", .number(server.counters.active)), ("idle", .number(server.idle)),
            ("connections", number(server.counters.connections)),
            ("failures", number(server.counters.failures)),
        ])
    }
}
