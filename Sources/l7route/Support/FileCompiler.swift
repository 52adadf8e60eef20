internal import Router
internal import RuleLang
internal import Sockets
internal import Synchronization

/// Compiles the served file again for a reload, with the findings as a person reads them.
final class FileCompiler: Sendable {
    private let path: String
    private let isStrict: Bool
    private let latest = Mutex<[String: String]>([:])

    init(path: String, isStrict: Bool) {
        self.path = path
        self.isStrict = isStrict
    }

    /// The files that matter to the program in service and to those that were refused since, as
    /// they were when they were read.
    var latestStamps: [String: String] { latest.withLock { $0 } }

    /// The same of a program: what was `tried`, certificates and keys.
    func stamps(of program: Program, _ tried: TriedPaths) -> [String: String] {
        for tls in program.listeners.flatMap(\.tls) {
            [tls.certificate, tls.key, tls.clientCA].compactMap(\.self).forEach(tried.add)
        }
        for tls in program.pools.compactMap(\.tls) {
            [tls.certificate, tls.key, tls.authorities].compactMap(\.self).forEach(tried.add)
        }
        latest.withLock { $0 = tried.stamps }
        return tried.stamps
    }

    /// A file that is missing, or wrong, is watched beside those of the program in service.
    private func follow(_ tried: TriedPaths) {
        latest.withLock { $0.merge(tried.stamps) { $1 } }
    }

    func compileAgain() -> ReloadOutcome {
        let tried = TriedPaths()
        let findings = Findings(path: path, depth: isStrict ? .lints : .errors, tried: tried)
        defer { follow(tried) }
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
        _ = stamps(of: program, tried)
        return .program(program)
    }
}

/// Notices that one of some files was changed, replaced, removed or made.
struct FileWatcher {
    private var stamps: [String: String]

    init(_ stamps: [String: String]) {
        self.stamps = stamps
    }

    /// Watches these files from now on; what is known of others is forgotten. A file that has
    /// changed since it was read has changed.
    mutating func follow(_ latest: [String: String]) {
        guard !latest.isEmpty else { return }
        stamps = latest.merging(stamps.filter { latest[$0.key] != nil }) { $1 }
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

    static func stamp(_ path: String) -> String { Files.changeStamp(path) ?? "none" }
}
