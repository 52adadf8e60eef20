import Foundation

/// A Swift file of the repository.
struct SwiftFile {
    /// From the root: `Sources/Router/Worker/Worker.swift`.
    let path: String
    let lines: [String]

    var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
    var isLibrary: Bool { path.hasPrefix("Sources/") && target != "l7route" }
}

enum Repository {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    static func paths(under folder: String, suffix: String) -> [String] {
        let base = root.appendingPathComponent(folder).path
        let names = FileManager.default.enumerator(atPath: base)?.allObjects as? [String] ?? []
        return names.filter { $0.hasSuffix(suffix) }.sorted().map { "\(folder)/\($0)" }
    }

    static func swiftFiles() throws -> [SwiftFile] {
        try ["Sources", "Tests", "Fuzz"].flatMap { paths(under: $0, suffix: ".swift") }.map {
            SwiftFile(
                path: $0,
                lines: try text($0).split(separator: "\n", omittingEmptySubsequences: false)
                    .map(String.init))
        }
    }
}
