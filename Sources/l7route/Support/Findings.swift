internal import ArgumentParser
internal import RuleLang
internal import Sockets

/// A compiled file with everything that was found in it.
struct Findings {
    let compilation: Compilation
    private(set) var shown: [Diagnostic]

    /// Which findings count.
    enum Depth {
        /// S, T and E.
        case errors
        /// W and P too.
        case lints
        /// And I.
        case everything
    }

    /// Compiles and lints; what the file allows is left out.
    init(path: String, depth: Depth, tried: TriedPaths? = nil) {
        compilation = compile(path, loader: DiskLoader(mainPath: path, tried: tried))
        var all = compilation.diagnostics
        if let program = compilation.program {
            let input = LintInput(
                program: program, files: compilation.files, withTree: depth != .errors)
            all += lint(input)
        }
        let compilation = compilation
        shown = all.filter { diagnostic in
            switch diagnostic.code.severity {
            case .error: true
            case .warning: depth != .errors
            case .note: depth == .everything
            }
        }.filter { !compilation.allows($0) }
        shown.sort {
            ($0.span.file.index, $0.span.start, $0.code.id)
                < ($1.span.file.index, $1.span.start, $1.code.id)
        }
    }

    var isUnreadable: Bool { compilation.sources.files.isEmpty }

    /// Prints the findings in text or JSON.
    func report(format: OutputFormat, colour: ColourChoice, to descriptor: Descriptor) {
        let text: String
        switch format {
        case .json:
            let errors = shown.count { $0.code.severity == .error }
            text =
                JSONValue.object([
                    ("findings", .array(shown.map { $0.json(compilation.sources) })),
                    ("errors", .number(errors)),
                    ("warnings", .number(shown.count { $0.code.severity == .warning })),
                ]).rendered + "\n"
        case .text:
            let renderer = DiagnosticRenderer(
                sources: compilation.sources, isColoured: colour.isOn(for: descriptor))
            text = shown.map(renderer.render).joined(separator: "\n")
        }
        _ = Files.writeAll(descriptor, Array(text.utf8))
    }

    /// `2 errors, 1 warning`
    var summary: String {
        let errors = shown.count { $0.code.severity == .error }
        let warnings = shown.count { $0.code.severity == .warning }
        let notes = shown.count - errors - warnings
        let parts = [(errors, "error"), (warnings, "warning"), (notes, "note")]
        return parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
            .joined(separator: ", ")
    }
}

/// Compiles a file for a command that works on the program: reports what is wrong and gives up.
func compileOrExit(
    _ path: String, colour: ColourChoice, tried: TriedPaths? = nil
) throws -> Program {
    let findings = Findings(path: path, depth: .errors, tried: tried)
    if findings.isUnreadable {
        throw failUsage("\(path): \(findings.shown.first?.message ?? "cannot be read")")
    }
    guard let program = findings.compilation.program else {
        findings.report(format: .text, colour: colour, to: .standardError)
        Terminal.writeError("\nl7route: \(path) has \(findings.summary)\n")
        throw ExitCode.usage
    }
    return program
}
