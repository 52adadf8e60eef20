internal import ArgumentParser
internal import RuleLang
internal import Sockets

struct FormatCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fmt", abstract: "Lay files out canonically.",
        discussion: """
            Two spaces a level, one between words, arrows of neighbouring rules in one column; \
            comments and line breaks stay. Standard input goes to standard output. A file with \
            syntax errors is reported and left alone.

            EXAMPLES
              l7route fmt shop.l7 rules/*.l7
              l7route fmt --check rules/*.l7          # changes nothing, 1 if something would change
              l7route fmt - < shop.l7

            EXIT CODES
              0 done, 1 --check found a file that is not canonical, 2 could not run
            """)

    @Argument(help: "Files of rules; - is standard input.")
    var files: [String]

    @Flag(help: "Only tell which files are not canonical.")
    var check = false

    @Option(help: "auto, always or never; NO_COLOR turns colours off.")
    var color = ColourChoice.auto

    func run() throws {
        var worst = ExitCode.success
        for file in files {
            let code = format(file)
            if code.rawValue > worst.rawValue { worst = code }
        }
        if worst != .success { throw worst }
    }

    private func format(_ path: String) -> ExitCode {
        let loaded: LoadedFile
        switch DiskLoader(mainPath: path).load(path, from: nil) {
        case .success(let file): loaded = file
        case .failure(let error): return failUsage("\(path): \(error.message)")
        }
        var sources = SourceMap()
        let id = sources.add(SourceFile(name: path, bytes: loaded.bytes))
        let parsed = RuleLang.parse(loaded.bytes, file: id)
        guard parsed.diagnostics.isEmpty else {
            let renderer = DiagnosticRenderer(
                sources: sources, isColoured: color.isOn(for: .standardError))
            Terminal.writeError(parsed.diagnostics.map(renderer.render).joined(separator: "\n"))
            return failUsage("\(path) is left alone")
        }
        let formatted = RuleLang.format(parsed, source: loaded.bytes)
        if check {
            guard formatted != loaded.bytes else { return .success }
            Terminal.write("\(path) is not canonical\n")
            return .findings
        }
        if path == "-" {
            _ = Files.writeAll(.standardOutput, formatted)
            return .success
        }
        guard formatted != loaded.bytes else { return .success }
        if let error = Files.write(path, formatted) { return failUsage("\(path): \(error.text)") }
        Terminal.writeError("formatted \(path)\n")
        return .success
    }
}
