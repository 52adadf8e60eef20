internal import Foundation
internal import RuleLang
internal import Sockets
internal import Synchronization

/// Files by path, relative to the file that names them; `-` is standard input, read once.
struct DiskLoader: SourceLoader {
    /// More than this is no file of rules, sets or tables.
    static let sizeLimit = 256 << 20

    private let standardInput: Result<[UInt8], SystemError>?
    private let tried: TriedPaths?

    init(mainPath: String, tried: TriedPaths? = nil) {
        self.tried = tried
        standardInput = mainPath == "-" ? Files.readAll(.standardInput, limit: Self.sizeLimit) : nil
    }

    func load(_ path: String, from: String?) -> Result<LoadedFile, LoadError> {
        if path == "-", from == nil, let standardInput {
            return standardInput.map { LoadedFile(path: "-", identity: "-", bytes: $0) }
                .mapError { LoadError(message: "cannot read standard input: \($0.text)") }
        }
        let resolved = Self.resolve(path, from: from)
        tried?.add(resolved)
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
        let folder = pattern.hasPrefix("/") ? "" : Self.folder(of: from)
        let known = Self.folder(of: folder + pattern.prefix { !"*?[".contains($0) })
        // A file that a pattern gets changes its folder.
        tried?.add(known.isEmpty ? "." : known)
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

/// Every path that was looked at while a file compiled, whether there was something or not.
final class TriedPaths: Sendable {
    private let known = Mutex<[String: String]>([:])

    /// What told each path from later ones when it was looked at.
    var stamps: [String: String] { known.withLock { $0 } }

    func add(_ path: String) {
        let stamp = FileWatcher.stamp(path)
        known.withLock { $0[path] = stamp }
    }
}
