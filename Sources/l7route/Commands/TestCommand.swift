internal import ArgumentParser
internal import RuleLang
internal import Sockets

struct TestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Run the test blocks of files.",
        discussion: """
            Each request of each `test` block goes through the same canonicalisation and the same \
            evaluator as one from the wire. A failure shows the request, what was expected, what \
            was \
            got, and why.

            EXAMPLES
              l7route test shop.l7
              l7route test --filter 'beta' rules/*.l7
              l7route test --format json shop.l7

            EXIT CODES
              0 all passed, 1 a failure, 2 could not run
            """)

    @Argument(help: "Files of rules; - is standard input.")
    var files: [String]

    @OptionGroup var output: OutputOptions

    @Option(help: "Only tests whose name contains this.")
    var filter: String?

    func run() throws {
        var results: [(file: String, program: Program, result: TestResult)] = []
        for file in files {
            let program = try compileOrExit(file, colour: output.color)
            for result in runTests(program) where filter.map(result.test.contains) ?? true {
                results.append((file, program, result))
            }
        }
        switch output.format {
        case .json: reportJSON(results)
        case .text: reportText(results)
        }
        if results.contains(where: { !$0.result.hasPassed }) { throw ExitCode.findings }
    }

    private func reportText(_ results: [(file: String, program: Program, result: TestResult)]) {
        let isColoured = output.color.isOn(for: .standardOutput)
        for (_, program, result) in results {
            guard case .failed(let expected, let got, let why) = result.verdict else { continue }
            let place = program.sources.place(of: result.request.span)
            let head = isColoured ? "\u{1b}[31;1mFAIL\u{1b}[0m" : "FAIL"
            let request = String(
                decoding: program.sources.text(of: result.request.span), as: UTF8.self)
            var text = "\(head) \(place) \(result.test)\n  request   \(request)\n"
            text += "  expected  \(expected)\n  got       \(got)\n"
            for line in why.split(separator: "\n") { text += "    \(line)\n" }
            Terminal.write(text + "\n")
        }
        let failed = results.count { !$0.result.hasPassed }
        if results.isEmpty {
            Terminal.write("no tests\n")
        } else if failed == 0 {
            Terminal.write("\(results.count) passed\n")
        } else {
            Terminal.write("\(failed) failed, \(results.count - failed) passed\n")
        }
    }

    private func reportJSON(_ results: [(file: String, program: Program, result: TestResult)]) {
        let values = results.map { _, program, result -> JSONValue in
            let span = result.request.span
            let position = program.sources[span.file].position(of: span.start)
            var members: [(String, JSONValue)] = [
                ("test", .string(result.test)), ("file", .string(program.sources[span.file].name)),
                ("line", .number(position.line)), ("passed", .bool(result.hasPassed)),
            ]
            if case .failed(let expected, let got, let why) = result.verdict {
                members += [
                    ("expected", .string(expected)), ("got", .string(got)), ("why", .string(why)),
                ]
            }
            return .object(members)
        }
        Terminal.write(
            JSONValue.object([
                ("results", .array(values)),
                ("failed", .number(results.count { !$0.result.hasPassed })),
            ]).rendered + "\n")
    }
}
