/// Reads the main file and what it includes; the items of an included file stand in the place of
/// the `include`.
struct Includes {
    let loader: any SourceLoader
    var sources = SourceMap()
    var files: [SyntaxFile] = []
    var items: [ItemSyntax] = []
    var diagnostics: [Diagnostic] = []
    var allows: [Allow] = []
    /// Something could not be read: names may be missing for that reason alone.
    var isIncomplete = false
    /// Identity of each file read so far, with the place that included it first.
    private var seen: [String: SourceSpan?] = [:]

    init(loader: any SourceLoader) { self.loader = loader }

    mutating func readMain(_ path: String) {
        switch loader.load(path, from: nil) {
        case .success(let file):
            seen[file.identity] = .some(nil)
            read(file)
        case .failure(let error):
            isIncomplete = true
            let nowhere = SourceSpan(file: FileID(index: 0), start: 0, end: 0)
            diagnostics.append(Diagnostic(.missingFile, at: nowhere, error.message))
        }
    }

    private mutating func read(_ file: LoadedFile) {
        let id = sources.add(SourceFile(name: file.path, bytes: file.bytes))
        let parsed = parse(file.bytes, file: id)
        files.append(parsed.syntax)
        diagnostics += parsed.diagnostics
        allows += parsed.allows
        if !parsed.diagnostics.isEmpty { noteBrokenDeclarations(parsed) }
        for item in parsed.syntax.items {
            if case .include(let path, _) = item {
                include(path)
            } else {
                items.append(item)
            }
        }
    }

    /// A declaration whose name could not be read leaves uses without one: their errors would only
    /// repeat the first.
    private mutating func noteBrokenDeclarations(_ parsed: ParsedFile) {
        let words: Set<String> = ["pool", "split", "let", "set", "table", "modifiers", "rules"]
        let broken = parsed.diagnostics.filter { $0.code == .unexpectedText || $0.code == .badName }
        let source = sources[parsed.syntax.file]
        for diagnostic in broken {
            let position = source.position(of: diagnostic.span.start)
            let before = source.line(position.line).prefix(position.column - 1)
            let text = String(decoding: before, as: UTF8.self).split(separator: " ")
            if text.count == 1, let word = text.first, words.contains(String(word)) {
                isIncomplete = true
            }
        }
    }

    private mutating func include(_ path: StringSyntax) {
        let pattern = String(decoding: path.bytes, as: UTF8.self)
        let from = sources[path.span.file].name
        for name in loader.expand(pattern, from: from) {
            switch loader.load(name, from: from) {
            case .failure(let error):
                isIncomplete = true
                diagnostics.append(
                    Diagnostic(
                        .missingFile, at: path.span, "cannot read `\(name)`: \(error.message)"))
            case .success(let file):
                if let first = seen[file.identity] {
                    let labels = first.map { [Diagnostic.Label($0, "included here first")] } ?? []
                    diagnostics.append(
                        Diagnostic(
                            .missingFile, at: path.span, "`\(name)` is included twice",
                            labels: labels))
                    continue
                }
                seen[file.identity] = path.span
                read(file)
            }
        }
    }
}

extension Resolver {
    /// A file that a string names, relative to the file of the string; reports what it cannot read.
    mutating func loadFile(_ path: StringSyntax) -> LoadedFile? {
        let name = String(decoding: path.bytes, as: UTF8.self)
        switch loader.load(name, from: program.sources[path.span.file].name) {
        case .success(let file): return file
        case .failure(let error):
            report(
                Diagnostic(.missingFile, at: path.span, "cannot read `\(name)`: \(error.message)"))
            return nil
        }
    }
}
