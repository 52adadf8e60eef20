internal import ArgumentParser
internal import RuleLang

struct ReloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload", abstract: "Have a running router read its file again.",
        discussion: """
            Asks the router at its admin listener: the one that `admin` in FILE names, or --admin. \
            The router compiles its own file beside the traffic. With errors it is refused, the \
            findings are printed here, and the old rules serve on.

            EXAMPLES
              l7route reload shop.l7
              l7route reload --admin 127.0.0.1:9901
              l7route reload --admin unix:/run/l7route/admin.sock

            EXIT CODES
              0 the new rules are in service, 1 refused, 2 no router could be asked
            """)

    @Argument(help: "The file that the router serves, for its `admin` setting.")
    var file: String?

    @Option(help: "The admin listener: ADDRESS:PORT or unix:PATH.")
    var admin: String?

    func validate() throws {
        guard (file == nil) != (admin == nil) else {
            throw ValidationError("name the file that the router serves, or --admin")
        }
    }

    func run() throws {
        let client = try client()
        switch client.send("POST", "/reload") {
        case .failure(let failure): throw failUsage(failure.message)
        case .success(let answer):
            // A listener of the rules, or another program, may say 200 to anything.
            if answer.status == 200, answer.body.hasPrefix("generation ") {
                Terminal.write(answer.body)
            } else if answer.status == 422 {
                Terminal.writeError(answer.body)
                throw ExitCode.findings
            } else {
                throw failUsage(
                    "\(client.text) is no admin listener of a router: it answered "
                        + "\(answer.status) to POST /reload")
            }
        }
    }

    private func client() throws -> AdminClient {
        if let admin {
            guard let client = AdminClient(admin) else {
                throw failUsage("`\(admin)` is not an address: write ADDRESS:PORT or unix:PATH")
            }
            return client
        }
        let path = file ?? "-"
        // The file may have errors; that is what the router will say.
        let compilation = compile(path, loader: DiskLoader(mainPath: path))
        guard let admin = compilation.admin else {
            if compilation.program == nil {
                throw failUsage(
                    "\(path) does not compile, and shows no `admin`: run "
                        + "`l7route check \(path)`, or name it by --admin")
            }
            throw failUsage("\(path) has no `admin`: add `admin 127.0.0.1:9901`, or use SIGHUP")
        }
        return AdminClient(admin)
    }
}
