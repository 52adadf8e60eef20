internal import ArgumentParser
internal import RuleLang
internal import Sockets

struct FileArgument: ParsableArguments {
    @Argument(help: "The file of rules; - is standard input.")
    var file: String
}

struct OutputOptions: ParsableArguments {
    @Option(help: "text or json.")
    var format = OutputFormat.text

    @Option(help: "auto, always or never; NO_COLOR turns colours off.")
    var color = ColourChoice.auto
}

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Find errors in a file of rules.",
        discussion: """
            Parses the file and everything it includes, and checks names, types, shares, regexes, \
            tables. Every error is reported in one run.

            EXAMPLES
              l7route check shop.l7
              l7route check --strict shop.l7          # lint findings too
              l7route check --settings shop.l7        # every setting with its value
              l7route check --stats shop.l7           # the decision tree in figures
              cat shop.l7 | l7route check - --format json

            EXIT CODES
              0 clean, 1 findings, 2 the command could not run
            """)

    @OptionGroup var input: FileArgument
    @OptionGroup var output: OutputOptions

    @Flag(help: "Report warnings (W, P) too.")
    var strict = false

    @Flag(help: "Report notes (I) too; implies --strict.")
    var info = false

    @Flag(help: "Print every setting with its value, and whether it is the default.")
    var settings = false

    @Flag(help: "Print what the rules became: the decision tree in figures.")
    var stats = false

    func run() throws {
        let depth: Findings.Depth = info ? .everything : strict ? .lints : .errors
        let findings = Findings(path: input.file, depth: depth)
        try finish(findings, output, input.file)
        guard let program = findings.compilation.program else { return }
        if settings { print(settingsReport(program)) }
        if stats {
            let report = TreeReport(program)
            Terminal.write(output.format == .json ? report.json.rendered + "\n" : report.text)
        }
    }

    private func print(_ report: [(name: String, value: String, isDefault: Bool)]) {
        switch output.format {
        case .json:
            let values = report.map { entry in
                JSONValue.object([
                    ("name", .string(entry.name)), ("value", .string(entry.value)),
                    ("default", .bool(entry.isDefault)),
                ])
            }
            Terminal.write(JSONValue.array(values).rendered + "\n")
        case .text:
            let width = report.map(\.name.count).max() ?? 0
            for entry in report {
                let padding = String(repeating: " ", count: width - entry.name.count + 2)
                let mark = entry.isDefault ? "  (default)" : ""
                Terminal.write("\(entry.name)\(padding)\(entry.value)\(mark)\n")
            }
        }
    }
}

/// Reports, and ends with 1 when there is something to report.
func finish(_ findings: Findings, _ output: OutputOptions, _ file: String) throws {
    if findings.isUnreadable {
        let reason = findings.shown.first?.message ?? "cannot be read"
        throw failUsage("\(file): \(reason)")
    }
    findings.report(format: output.format, colour: output.color, to: .standardOutput)
    guard findings.shown.isEmpty else {
        if output.format == .text { Terminal.write("\n\(file): \(findings.summary)\n") }
        throw ExitCode.findings
    }
}

struct LintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Find what is legal and probably wrong.",
        discussion: """
            Everything of check, and the lints: unanchored regexes, bare prefixes, splits that \
            flip \
            users, names that nothing uses, … docs/diagnostics.md explains every code.

            A finding that is meant is allowed where it is, with a reason:
              # l7: allow W020 because /api-v2 belongs to it too

            EXAMPLES
              l7route lint shop.l7
              l7route lint --info shop.l7
              l7route lint --format json shop.l7

            EXIT CODES
              0 clean, 1 findings, 2 the command could not run
            """)

    @OptionGroup var input: FileArgument
    @OptionGroup var output: OutputOptions

    @Flag(help: "Report notes (I) too.")
    var info = false

    func run() throws {
        let findings = Findings(path: input.file, depth: info ? .everything : .lints)
        try finish(findings, output, input.file)
    }
}
