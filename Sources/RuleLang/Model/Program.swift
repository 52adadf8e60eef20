package import RequestModel

/// A compiled file of rules: names resolved, types checked, files read. Immutable; evaluators,
/// lints,
/// tools and the router all work from it. Only the resolver makes one, and only from files without
/// S and T errors.
package struct Program: Sendable {
    package var sources = SourceMap()
    /// Header names that rules ask for.
    package var headers = HeaderNames()

    package var listeners: [Listener] = []
    package var pools: [Pool] = []
    package var splits: [Split] = []
    package var sets: [ElementSet] = []
    package var tables: [LookupTable] = []
    package var lets: [LetBinding] = []
    package var patterns: [CompiledRegex] = []
    /// Each distinct (value, test) once, whatever the number of rules that ask for it.
    package var atoms: [Atom] = []

    /// The table at 0 is the file's top level, `rules` blocks follow.
    package var ruleTables: [RuleTable] = []
    /// All rules of all tables, in source order.
    package var rules: [Rule] = []
    package var tests: [TestBlock] = []

    package var settings = Settings()

    package init() {}

    package static var mainTable: RuleTableID { RuleTableID(0) }
}

/// `listen`. Without any, the file is for tests and tools: `serve` refuses it.
package struct Listener: Sendable {
    /// Of `as`, else the address text.
    package var name: String
    package var address: ListenAddress
    package var table: RuleTableID
    package var policy: ListenerPolicy
    /// One entry for each `tls` block.
    package var tls: [ListenerTLS]
    package var span: SourceSpan

    package init(
        name: String, address: ListenAddress, table: RuleTableID, policy: ListenerPolicy,
        tls: [ListenerTLS], span: SourceSpan
    ) {
        self.name = name
        self.address = address
        self.table = table
        self.policy = policy
        self.tls = tls
        self.span = span
    }
}

package enum ListenAddress: Sendable, Hashable {
    /// `ip` nil: all addresses (`:8080`).
    case ip(IPAddress?, port: UInt16)
    case unix(path: String)

    /// Whether the kernel lets only one of both be listened on. Port 0 is a free one each time.
    func overlaps(_ other: ListenAddress) -> Bool {
        switch (self, other) {
        case (.unix(let path), .unix(let otherPath)): return path == otherPath
        case (.ip(let ip, let port), .ip(let otherIP, let otherPort)):
            guard port == otherPort, port != 0 else { return false }
            guard let ip, let otherIP else { return true }
            return ip.family == otherIP.family
                && (ip == otherIP || ip.isUnspecified || otherIP.isUnspecified)
        default: return false
        }
    }
}

/// Certificates of one name. Paths are relative to the file that names them, already resolved.
package struct ListenerTLS: Sendable {
    package enum ClientVerification: Sendable { case none, optional, required }

    package var certificate: String
    package var key: String
    package var clientCA: String?
    package var clientVerification: ClientVerification
    /// `1.2` or `1.3`.
    package var minimumVersion: String
    package var span: SourceSpan

    package init(
        certificate: String, key: String, clientCA: String?,
        clientVerification: ClientVerification, minimumVersion: String, span: SourceSpan
    ) {
        self.certificate = certificate
        self.key = key
        self.clientCA = clientCA
        self.clientVerification = clientVerification
        self.minimumVersion = minimumVersion
        self.span = span
    }
}

package struct Pool: Sendable {
    package var name: String
    package var servers: [Server]
    /// `upgrade websocket`: requests may switch to a tunnel.
    package var upgradesWebSocket = false
    /// Connections to the servers are TLS.
    package var tls: PoolTLS?
    package var span: SourceSpan

    package init(name: String, servers: [Server], span: SourceSpan) {
        self.name = name
        self.servers = servers
        self.span = span
    }
}

/// `tls { … }` of a pool. Paths are relative to the file that names them, already resolved.
package struct PoolTLS: Sendable, Hashable {
    /// The server's certificate is checked, its name too.
    package var verifies = true
    /// Authorities; nil: those of the system.
    package var authorities: String?
    /// The name that is asked for and checked; nil: the server's name in the file.
    package var serverName: String?
    /// The router's own certificate and its key, for servers that ask for one.
    package var certificate: String?
    package var key: String?
    package var span: SourceSpan

    package init(span: SourceSpan) {
        self.span = span
    }
}

package struct Server: Sendable {
    package enum Address: Sendable, Hashable {
        case ip(IPAddress, port: UInt16)
        case name(String, port: UInt16)
        case unix(path: String)
    }

    package var address: Address
    /// As written: what logs, `explain` and metrics call the server.
    package var text: String
    /// 0 to 65,535; 0 takes no new requests.
    package var weight: Int
    package var isBackup: Bool
    package var isDraining: Bool
    package var span: SourceSpan

    package init(
        address: Address, text: String, weight: Int, isBackup: Bool, isDraining: Bool,
        span: SourceSpan
    ) {
        self.address = address
        self.text = text
        self.weight = weight
        self.isBackup = isBackup
        self.isDraining = isDraining
        self.span = span
    }
}

package struct Split: Sendable {
    package enum Key: Sendable {
        /// A random draw for each request.
        case random
        /// The first value that is present and not empty; without one, a random draw.
        case values([ValueTerm])
        case stickyCookie(name: [UInt8], lifetimeSeconds: Int?)
    }

    package struct Arm: Sendable {
        /// The label, else the target's name.
        package var identity: String
        /// In hundredths of a percent, 0 to 10,000; nil is `rest`.
        package var share: Int?
        package var action: Action
        package var span: SourceSpan

        package init(identity: String, share: Int?, action: Action, span: SourceSpan) {
            self.identity = identity
            self.share = share
            self.action = action
            self.span = span
        }
    }

    package var name: String
    package var key: Key
    /// The split's name unless given.
    package var salt: [UInt8]
    package var arms: [Arm]
    package var span: SourceSpan

    package init(name: String, key: Key, salt: [UInt8], arms: [Arm], span: SourceSpan) {
        self.name = name
        self.key = key
        self.salt = salt
        self.arms = arms
        self.span = span
    }
}

/// `let`: an expression with a name, evaluated in place.
package struct LetBinding: Sendable {
    package var name: String
    package var expression: Expression
    package var span: SourceSpan

    package init(name: String, expression: Expression, span: SourceSpan) {
        self.name = name
        self.expression = expression
        self.span = span
    }
}

/// `table … from CSV`: rows found by their key columns.
package struct LookupTable: Sendable {
    package var name: String
    package var keys: [ValueTerm]
    /// Names of all columns in file order; the first `keys.count` are the keys.
    package var columns: [String]
    /// Each row has `columns.count` cells. Path and host keys are canonical.
    package var rows: [[[UInt8]]]
    /// Key cells to row number.
    package var rowByKey: [[[UInt8]]: Int]
    /// For columns that `pool $table.column` uses: the pool of each row, in row order.
    package var pools: [Int: [PoolID]]
    package var span: SourceSpan

    package init(
        name: String, keys: [ValueTerm], columns: [String], rows: [[[UInt8]]],
        rowByKey: [[[UInt8]]: Int], pools: [Int: [PoolID]], span: SourceSpan
    ) {
        self.name = name
        self.keys = keys
        self.columns = columns
        self.rows = rows
        self.rowByKey = rowByKey
        self.pools = pools
        self.span = span
    }
}
