import Foundation
import Testing

@testable import RuleLang

/// The sample rule files of the repository compile, and nothing in them is reported.
@Suite struct CompileSampleTests {
    @Test(arguments: Samples.files(in: "rules", suffix: ".l7"))
    func compiles(_ url: URL) {
        let compilation = compile(url.path, loader: DiskFiles())
        let findings = compilation.diagnostics.map { diagnostic in
            "\(compilation.sources.place(of: diagnostic.span)) \(diagnostic.code.id) "
                + diagnostic.message
        }
        #expect(findings == [])
        #expect(compilation.program != nil)
    }
}

/// Reads files relative to the one that names them.
private struct DiskFiles: SourceLoader {
    func load(_ path: String, from: String?) -> Result<LoadedFile, LoadError> {
        let base = URL(fileURLWithPath: from ?? ".")
        let url =
            path.hasPrefix("/")
            ? URL(fileURLWithPath: path)
            : URL(
                fileURLWithPath: path, relativeTo: base)
        guard let data = try? Data(contentsOf: url) else {
            return .failure(LoadError(message: "cannot read `\(path)`"))
        }
        return .success(
            LoadedFile(path: url.path, identity: url.standardized.path, bytes: Array(data)))
    }

    func expand(_ pattern: String, from: String?) -> [String] { [pattern] }
}
