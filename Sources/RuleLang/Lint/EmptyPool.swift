extension Lint {
    static let emptyPool: Lint = Lint(
        code: DiagnosticCode(
            "W023", "pool without a usable server",
            """
            A pool has no server, or all its servers have weight 0 or drain: every request to it \
            is \
            answered 503. Add a server, or raise a weight.
            """)
    ) { input in
        input.program.pools.compactMap { pool in
            if pool.servers.isEmpty {
                return Diagnostic(
                    Lint.emptyPool.code, at: pool.span, "pool `\(pool.name)` has no server",
                    help: "add `server ADDRESS`")
            }
            if pool.servers.allSatisfy({ $0.weight == 0 || $0.isDraining }) {
                return Diagnostic(
                    Lint.emptyPool.code, at: pool.span,
                    "no server of pool `\(pool.name)` takes new requests",
                    help: "raise a weight above 0, or take back a `drain`")
            }
            return nil
        }
    }
}
