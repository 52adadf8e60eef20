package import RuleLang

/// A main file and the files beside it, compiled.
package struct CompiledText {
    package var compilation: Compilation

    /// One for each diagnostic: `CODE@LINE:COLUMN`, with the file's name if it is not the main one.
    package var findings: [String] {
        compilation.diagnostics.map { "\($0.code.id)@\(place(of: $0.span))" }
    }

    /// What keeps the file from being a program: place and message of each.
    package var errors: [String] {
        compilation.diagnostics.filter { $0.code.severity == .error }.map {
            "\(place(of: $0.span)): \($0.message)"
        }
    }

    package var program: Program? { compilation.program }

    package init(_ text: String, _ files: [String: String] = [:]) {
        var files = files
        files["main.l7"] = text
        compilation = compile("main.l7", loader: TextFiles(texts: files))
    }

    package func place(of span: SourceSpan) -> String {
        let file = compilation.sources[span.file]
        let position = file.position(of: span.start)
        return "\(file.name == "main.l7" ? "" : "\(file.name):")\(position.line):\(position.column)"
    }
}

/// Files by name. `*` stands for any text; a name is relative to the folder of the file it is in.
package struct TextFiles: SourceLoader {
    package var texts: [String: String]

    package init(texts: [String: String]) { self.texts = texts }

    package func load(_ path: String, from: String?) -> Result<LoadedFile, LoadError> {
        let name = Self.folder(of: from) + path
        guard let text = texts[name] ?? texts[path] else {
            return .failure(LoadError(message: "there is no such file"))
        }
        let found = texts[name] == nil ? path : name
        return .success(LoadedFile(path: found, identity: found, bytes: Array(text.utf8)))
    }

    package func expand(_ pattern: String, from: String?) -> [String] {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return [pattern] }
        return texts.keys.filter { $0.hasPrefix(parts[0]) && $0.hasSuffix(parts[1]) }.sorted()
    }

    private static func folder(of file: String?) -> String {
        guard let file, let slash = file.lastIndex(of: "/") else { return "" }
        return String(file[...slash])
    }
}
