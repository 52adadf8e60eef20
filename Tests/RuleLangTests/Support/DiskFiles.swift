import Foundation

@testable import RuleLang

/// Files below a folder, named by the part of their path behind it.
struct DiskFiles: SourceLoader {
    let folder: URL

    func load(_ path: String, from: String?) -> Result<LoadedFile, LoadError> {
        let base = from.map { ($0 as NSString).deletingLastPathComponent } ?? ""
        let name = base.isEmpty ? path : base + "/" + path
        guard let data = try? Data(contentsOf: folder.appendingPathComponent(name)) else {
            return .failure(LoadError(message: "no such file or directory"))
        }
        return .success(LoadedFile(path: name, identity: name, bytes: Array(data)))
    }

    func expand(_ pattern: String, from: String?) -> [String] { [pattern] }
}

/// Everything that `check --info` says, as it says it.
func findings(_ name: String, in folder: URL) -> String {
    let compilation = compile(name, loader: DiskFiles(folder: folder))
    var all = compilation.diagnostics
    if let program = compilation.program {
        all += lint(LintInput(program: program, files: compilation.files))
    }
    let renderer = DiagnosticRenderer(sources: compilation.sources, isColoured: false)
    return all.filter { !compilation.allows($0) }.map(renderer.render).joined(separator: "\n")
}
