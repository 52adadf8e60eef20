/// The closed table of a settings block: which words begin an entry.
struct SettingsTable: Sendable {
    /// What users call the block.
    let name: String
    /// Settings of this version.
    let settings: [String]
    /// Settings that arrive later: refused by name, with everything behind them.
    var later: [String] = []
    /// Settings with a block of their own.
    var blocks: [String] = []
    /// Settings whose first argument is an address.
    var addresses: [String] = []

    func begins(_ word: String) -> Bool { settings.contains(word) || later.contains(word) }

    private static let urlSettings = [
        "encoded_slash", "empty_segments", "path_params", "double_encoding", "header_underscores",
    ]

    static let listen = SettingsTable(
        name: "listen", settings: ["tls"] + urlSettings, later: ["proxy_protocol"],
        blocks: ["tls"])
    static let listenTLS = SettingsTable(
        name: "tls", settings: ["certificate", "key", "client_ca", "client_verify", "min_version"])
    static let pool = SettingsTable(
        name: "pool", settings: ["server", "tls", "upgrade"],
        later: [
            "balance", "health", "eject", "sticky", "max_connections", "max_pending", "slow_start",
            "retry_budget",
        ],
        blocks: ["tls"], addresses: ["server"])
    static let poolTLS = SettingsTable(
        name: "tls", settings: ["verify", "ca", "sni", "certificate", "key"])
    static let timeouts = SettingsTable(
        name: "timeouts",
        settings: [
            "client_head", "client_body", "client_idle", "connect", "first_byte", "between_reads",
            "request", "tunnel_idle", "drain",
        ])
    static let limits = SettingsTable(
        name: "limits",
        settings: [
            "head", "fields", "target", "body", "connections", "connections_per_client",
            "regex_steps",
        ])
    static let log = SettingsTable(name: "log", settings: ["to", "format", "redact"])
    static let defaults = SettingsTable(name: "defaults", settings: ["use"] + urlSettings)

    /// Settings blocks of the top level.
    static let topLevel: [String: SettingsTable] = [
        "timeouts": timeouts, "limits": limits, "log": log, "defaults": defaults,
    ]
}
