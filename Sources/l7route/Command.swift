internal import ArgumentParser
internal import RuleLang

@main
struct Command: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "l7route",
        abstract: "A content-aware HTTP router with its own rule language.",
        discussion: """
            A rule reads: path ~ "^/api" and cookie.beta -> pool beta
            The first rule of the file that matches decides. grammar.md is the reference.

            EXAMPLES
              l7route demo                                  # a router with upstreams of its own
              l7route check shop.l7
              l7route test shop.l7
              l7route explain shop.l7 GET /api/items -H 'Cookie: beta=1'
              l7route serve shop.l7

            EXIT CODES
              0 fine, 1 findings or a failed test, 2 the command could not run
            """,
        version: "0.1.0",
        subcommands: [
            CheckCommand.self, FormatCommand.self, TestCommand.self, ExplainCommand.self,
            GraphCommand.self,
            LintCommand.self, ServeCommand.self, ReloadCommand.self, DemoCommand.self,
        ])

    /// Wrong arguments are exit 2, as for every other command that could not run.
    static func main() {
        if let problem = unknownCommand(CommandLine.arguments) {
            Terminal.writeError(problem + "\n")
            exit(withError: ExitCode.usage)
        }
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            let code = exitCode(for: error)
            if code == .success || error is ExitCode { exit(withError: error) }
            Terminal.writeError(fullMessage(for: error) + "\n")
            exit(withError: ExitCode.usage)
        }
    }

    /// A word that is no command, and the command that it may have been meant for.
    private static func unknownCommand(_ arguments: [String]) -> String? {
        let commands = configuration.subcommands.compactMap { $0.configuration.commandName }
        guard let word = arguments.dropFirst().first, !word.hasPrefix("-"), word != "help",
            !commands.contains(word)
        else { return nil }
        let hint =
            nearest(word, among: commands).map { "did you mean `\($0)`?" }
            ?? "there are \(commands.joined(separator: ", "))"
        return "l7route: there is no command `\(word)`; \(hint)"
    }
}
