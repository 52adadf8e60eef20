internal import Foundation
internal import RuleLang
internal import Sockets

/// Files by path, relative to the file that names them; `-` is standard input, read once.
struct DiskLoader: SourceLoader {
    /// More than this is no file of rules, sets or tables.
    static let sizeLimit = 256 << 20

    private let standardInput: Result<[UInt8], SystemError>?

    init(mainPath: String) {
        standardInput = mainPath == "-" ? Files.readAll(.standardInput, limit: Self.sizeLimit) : nil
    }

    func load(_ path: String, from: String?) -> Result<LoadedFile, LoadError> {
        if path == "-", from == nil, let standardInput {
            return standardInput.map { LoadedFile(path: "-", identity: "-", bytes: $0) }
                .mapError { LoadError(message: "cannot read standard input: \($0.text)") }
        }
        let resolved = Self.resolve(path, from: from)
        switch Files.read(resolved, limit: Self.sizeLimit) {
        case .success(let bytes):
            let identity = Files.identity(resolved) ?? resolved
            return .success(LoadedFile(path: resolved, identity: identity, bytes: bytes))
        case .failure(let error):
            return .failure(LoadError(message: error.text))
        }
    }

    func expand(_ pattern: String, from: String?) -> [String] {
        guard pattern.contains(where: { "*?[".contains($0) }) else { return [pattern] }
        let folder = Self.folder(of: from)
        let paths = Files.glob(folder + pattern)
        return paths.map { folder.isEmpty ? $0 : String($0.dropFirst(folder.count)) }
    }

    private static func folder(of file: String?) -> String {
        guard let file, let slash = file.lastIndex(of: "/") else { return "" }
        return String(file[...slash])
    }

    private static func resolve(_ path: String, from: String?) -> String {
        path.hasPrefix("/") ? path : folder(of: from) + path
    }
}
