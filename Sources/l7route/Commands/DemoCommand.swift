internal import ArgumentParser
internal import Router
internal import RuleLang
internal import Sockets

struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Run a router on a sample file, with upstreams of its own.",
        discussion: """
            Starts small upstream servers and a router in this process, and prints curl lines to \
            try. \
            Each answer says which server, pool and rule it came from.

            EXAMPLES
              l7route demo
              l7route demo --port 9090
              l7route demo --rules            # print the sample file
            """)

    @Option(help: "The router's port on 127.0.0.1; 0 picks a free one.")
    var port: UInt16 = 8080

    @Flag(help: "Print the sample file and end.")
    var rules = false

    func run() throws {
        if rules {
            Terminal.write(Demo.rules(port: port, upstreams: [9001, 9002, 9003]))
            return
        }
        Signals.block([.terminate, .interrupt])
        Signals.ignoreFailedWrites()
        let upstreams = try start(Demo.upstreams, name: "demo-upstreams.l7")
        let ports = upstreams.addresses.compactMap(\.address.port)
        let text = Demo.rules(port: port, upstreams: ports)
        let router = try start(text, name: "demo.l7")
        guard let bound = router.addresses.first?.address.port else { return }
        Terminal.writeError(Demo.introduction(text, port: bound))
        try waitForSignals(router)
        upstreams.stop()
        upstreams.wait()
    }

    private func start(_ text: String, name: String) throws -> RouterServer {
        let compilation = compile(name, loader: TextLoader(name: name, text: text))
        guard let program = compilation.program else {
            let renderer = DiagnosticRenderer(sources: compilation.sources, isColoured: false)
            Terminal.writeError(compilation.diagnostics.map(renderer.render).joined())
            throw ExitCode.usage
        }
        switch RouterServer.start(program, workers: 1) {
        case .success(let server): return server
        case .failure(let error):
            throw failUsage("\(error.message); choose another port with --port")
        }
    }
}

/// A file that is not on the disk.
private struct TextLoader: SourceLoader {
    let name: String
    let text: String

    func load(_ path: String, from: String?) -> Result<LoadedFile, LoadError> {
        guard path == name else { return .failure(LoadError(message: "no such file")) }
        return .success(LoadedFile(path: name, identity: name, bytes: Array(text.utf8)))
    }

    func expand(_ pattern: String, from: String?) -> [String] { [pattern] }
}

/// The demo's files: the upstreams are routers too, which answer by themselves.
enum Demo {
    private static func upstream(_ name: String) -> String {
        """
        rules \(name) {
          else -> respond 200 "server \(name), pool ${header.x-demo-pool else '-'}, \
        rule ${header.x-demo-rule else '-'}: ${method} ${path}${?query}\\n"
        }

        """
    }

    static var upstreams: String {
        let names = ["stable-1", "stable-2", "beta-1"]
        let listeners = names.map { "listen 127.0.0.1:0 as \($0) -> rules \($0)\n" }
        return listeners.joined() + names.map { upstream($0) }.joined()
            + "log { to file \"/dev/null\" }\nelse -> respond 404\n"
    }

    /// The rules, each of which tells the upstream its own place.
    static func rules(port: UInt16, upstreams: [UInt16]) -> String {
        let template = """
            # The demo of l7route: a canary, an opt-in by cookie, an admin guard.
            listen 127.0.0.1:PORT as public

            pool stable { server 127.0.0.1:P0 server 127.0.0.1:P1 weight 3 }
            pool beta   { server 127.0.0.1:P2 }

            split canary by cookie.uid else client.ip {
              5%   -> pool beta
              rest -> pool stable
            }

            path == "/healthz"             -> respond 200 "ok\\n"
            path under "/admin"            -> deny
            path matches "/u/{id}"         -> redirect 302 "/users/${id}"
            path ~ "^/api" and cookie.beta -> pool beta { BETA }
            path under "/checkout"         -> split canary { CANARY }
            else                           -> pool stable { ELSE }

            """
        var lines = template.replacing("PORT", with: String(port)).split(
            separator: "\n", omittingEmptySubsequences: false
        ).map(String.init)
        for index in lines.indices {
            for (index, port) in upstreams.enumerated() {
                lines = lines.map { $0.replacing("P\(index)", with: String(port)) }
            }
            let rule = "set request.header.x-demo-rule = \"demo.l7:\(index + 1)\""
            func pool(_ name: String) -> String {
                "set request.header.x-demo-pool = \"\(name)\"; \(rule)"
            }
            lines[index] = lines[index].replacing("BETA", with: pool("beta"))
                .replacing("CANARY", with: pool("${split.canary}"))
                .replacing("ELSE", with: pool("stable"))
        }
        return lines.joined(separator: "\n")
    }

    static func introduction(_ rules: String, port: UInt16) -> String {
        let numbered = rules.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            .map { index, line in
                let number = String(index + 1)
                let short = line.prefix { $0 != "{" || !line.contains("x-demo") }
                return String(repeating: " ", count: 4 - number.count) + "\(number)  \(short)"
            }.joined(separator: "\n")
        let url = "http://127.0.0.1:\(port)"
        return """
            demo.l7 (l7route demo --rules prints it whole)

            \(numbered)
            listening on \(url), an access log line a request below; Ctrl-C ends. Try:

              curl \(url)/                                  # stable, three of four on stable-2
              curl -b beta=1 \(url)/api/items               # the opt-in
              curl -b notbeta=1 \(url)/api/items            # another cookie: stable
              curl -b uid=7 \(url)/checkout                 # the canary: a uid keeps its arm
              curl -i \(url)/u/42                           # redirect
              curl -i \(url)/admin                          # 403
              curl -i --path-as-is \(url)/x/../admin        # 403 too: rules see the canonical path


            """
    }
}
