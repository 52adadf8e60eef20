internal import Router
internal import RuleLang
internal import Sockets
internal import Synchronization

/// Compiles the served file again for a reload, with the findings as a person reads them.
final class FileCompiler: Sendable {
    private let path: String
    private let isStrict: Bool
    private let latest = Mutex<[String]>([])

    init(path: String, isStrict: Bool) {
        self.path = path
        self.isStrict = isStrict
    }

    /// The files that the last program was read from.
    var latestPaths: [String] { latest.withLock { $0 } }

    /// All files that a program was read from.
    func paths(of program: Program) -> [String] {
        let paths = program.sources.files.map(\.name)
        latest.withLock { $0 = paths }
        return paths
    }

    func compileAgain() -> ReloadOutcome {
        let findings = Findings(path: path, depth: isStrict ? .lints : .errors)
        if findings.isUnreadable {
            let reason = findings.shown.first?.message ?? "cannot be read"
            return .refused("\(path): \(reason)\n")
        }
        guard let program = findings.compilation.program, !isStrict || findings.shown.isEmpty
        else {
            let renderer = DiagnosticRenderer(
                sources: findings.compilation.sources, isColoured: false)
            let text = findings.shown.map(renderer.render).joined(separator: "\n")
            return .refused("\(text)\n\(path) has \(findings.summary)\n")
        }
        _ = paths(of: program)
        return .program(program)
    }
}

/// Notices that one of some files was changed, replaced, removed or made.
struct FileWatcher {
    private var stamps: [String: String]

    init(_ paths: [String]) {
        stamps = Self.stamps(paths)
    }

    /// Watches these files from now on; what is known of others is forgotten.
    mutating func follow(_ paths: [String]) {
        guard Set(paths) != Set(stamps.keys), !paths.isEmpty else { return }
        for path in paths where stamps[path] == nil { stamps[path] = Self.stamp(path) }
        stamps = stamps.filter { paths.contains($0.key) }
    }

    /// Whether anything has changed since the last call.
    mutating func hasChanged() -> Bool {
        let now = Self.stamps(Array(stamps.keys))
        defer { stamps = now }
        return now != stamps
    }

    private static func stamps(_ paths: [String]) -> [String: String] {
        Dictionary(paths.map { ($0, stamp($0)) }, uniquingKeysWith: { first, _ in first })
    }

    private static func stamp(_ path: String) -> String { Files.changeStamp(path) ?? "none" }
}
