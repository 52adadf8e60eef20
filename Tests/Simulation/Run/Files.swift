import RuleLang
import Synchronization

/// The rule files of the runs: all mean the same for the requests of a scenario.
enum RuleFiles {
    /// Of the start, and those that a reload may bring.
    static func program(_ variant: Int, connections: Int) -> Program {
        cache.withLock { programs in
            let key = Key(variant: variant, connections: connections)
            if let program = programs[key] { return program }
            let compilation = compile("sim.l7", loader: OneText(text: text(variant, connections)))
            guard let program = compilation.program else {
                fatalError("\(compilation.diagnostics.map(\.message))")
            }
            programs[key] = program
            return program
        }
    }

    private struct Key: Hashable {
        var variant: Int
        var connections: Int
    }

    private static let cache = Mutex<[Key: Program]>([:])

    private struct OneText: SourceLoader {
        var text: String
        func load(_ path: String, from: String?) -> Result<LoadedFile, LoadError> {
            .success(LoadedFile(path: path, identity: path, bytes: Array(text.utf8)))
        }

        func expand(_ pattern: String, from: String?) -> [String] { [pattern] }
    }

    private static func text(_ variant: Int, _ connections: Int) -> String {
        """
        listen 127.0.0.1:8080
        \(variant == 1 ? "listen 127.0.0.1:8081" : "")
        admin 127.0.0.1:9090
        log { to stdout; format json }
        timeouts {
          client_head 2s; client_body 2s; client_idle 3s; connect 500ms; first_byte 2s
          between_reads 2s; request 20s; tunnel_idle 3s; drain 4s
        }
        limits { connections \(connections) }
        pool a { server 10.0.0.1:80 server 10.0.0.2:80 \(variant == 2 ? "weight 3" : "") }
        pool b { server 10.0.0.3:80 server 10.0.0.4:80 backup }
        pool w { server 10.0.0.5:80; upgrade websocket }
        \(variant == 2 ? "pool unused { server 10.0.0.9:80 }" : "")
        split halves by header.x-id { a: 50% -> pool a; b: rest -> pool b }
        \(variant == 3 ? "path == \"/never\" -> deny" : "")
        alpha: path under "/a" -> pool a
        path under "/b" -> pool b
        path under "/s" -> split halves
        path under "/w" -> pool w
        path under "/l" -> respond 200 "local"

        """
    }
}
