internal import RuleLang
internal import Sockets

/// Numbers for what outlives a generation: servers, rules and sockets. A number is never given
/// again to something else, so that workers keep their state in arrays.
struct Registry: Sendable {
    private(set) var servers: [ServerIdentity] = []
    /// Texts of rules in the metrics, by number.
    private(set) var rules: [String] = []
    private var serverNumbers: [String: Int] = [:]
    private var ruleNumbers: [String: Int] = [:]

    /// The number of a server; its address may have changed.
    mutating func number(of server: ServerIdentity) -> Int {
        // No pool name holds a space.
        let key = "\(server.pool) \(server.text) \(server.security)"
        if let number = serverNumbers[key] {
            servers[number].address = server.address
            return number
        }
        servers.append(server)
        serverNumbers[key] = servers.count - 1
        return servers.count - 1
    }

    /// The number of a rule by its label, or by a hash of what it says.
    mutating func number(ofRule name: String) -> Int {
        if let number = ruleNumbers[name] { return number }
        rules.append(name)
        ruleNumbers[name] = rules.count - 1
        return rules.count - 1
    }
}
