internal import RuleLang

/// No file of rules traps the parser, the renderer or the resolver; spans lie inside their file;
/// what
/// parses without a finding formats to itself.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    let compilation = compile("fuzz", loader: Memory(bytes: input))
    let renderer = DiagnosticRenderer(sources: compilation.sources, isColoured: false)
    for (index, diagnostic) in compilation.diagnostics.enumerated() {
        precondition(diagnostic.span.start <= diagnostic.span.end)
        let file = compilation.sources[diagnostic.span.file]
        precondition(Int(diagnostic.span.end) <= file.bytes.count, "a span outside of the file")
        // Most inputs have dozens; to draw all of them is half of the work.
        if index < 3 { _ = renderer.render(diagnostic) }
    }
    // A file of syntax errors is not formatted: no need to parse it again.
    let isParsed = !compilation.diagnostics.contains { $0.code.id.hasPrefix("S") }
    let parsed = isParsed ? parse(input, file: FileID(index: 0)) : nil
    if let parsed, parsed.diagnostics.isEmpty {
        let once = format(parsed, source: input)
        let again = parse(once, file: FileID(index: 0))
        precondition(again.diagnostics.isEmpty, "formatting breaks the file")
        precondition(format(again, source: once) == once, "formatting is not idempotent")
    }
    if let program = compilation.program {
        _ = lint(LintInput(program: program, files: compilation.files))
        _ = runTests(program)
    }
    return 0
}

private struct Memory: SourceLoader {
    let bytes: [UInt8]

    func load(_ path: String, from: String?) -> Result<LoadedFile, LoadError> {
        guard from == nil else { return .failure(LoadError(message: "no such file")) }
        return .success(LoadedFile(path: path, identity: path, bytes: bytes))
    }

    func expand(_ pattern: String, from: String?) -> [String] { [pattern] }
}
