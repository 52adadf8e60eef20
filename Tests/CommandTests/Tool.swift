import Foundation

/// The built executable, run as a user runs it.
enum Tool {
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Beside the test binary.
    static var executable: URL {
        let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let beside = own.deletingLastPathComponent().appendingPathComponent("l7route")
        if FileManager.default.isExecutableFile(atPath: beside.path) { return beside }
        return root.appendingPathComponent(".build/debug/l7route")
    }

    struct Outcome {
        var status: Int32
        var output: String
        var errors: String
    }

    static func run(
        _ arguments: [String], input: String = "", environment: [String: String] = [:],
        executable: URL = Tool.executable
    ) throws -> Outcome {
        let process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.currentDirectoryURL = root
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (stdin, stdout)
        process.standardError = stderr
        try process.run()
        stdin.fileHandleForWriting.write(Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let output = stdout.fileHandleForReading.readDataToEndOfFile()
        let errors = stderr.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: String(decoding: output, as: UTF8.self),
            errors: String(decoding: errors, as: UTF8.self))
    }

    static func curl(_ arguments: [String]) throws -> Outcome {
        try run(
            ["curl", "-s", "-m", "10"] + arguments,
            executable: URL(fileURLWithPath: "/usr/bin/env"))
    }
}

/// A router in a process of its own; ended by `stop`.
final class RunningRouter {
    private let process = Process()
    private let errors = Pipe()
    let log: URL
    let file: URL
    private(set) var ports: [Int] = []

    /// Starts `serve` and waits until it has told every address; `shell` is run before it.
    init(
        _ rules: String, listeners: Int, options: [String] = [], shell: String = ":"
    ) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "l7route-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        file = folder.appendingPathComponent("rules.l7")
        log = folder.appendingPathComponent("access.log")
        let text = rules + "\nlog { to file \"access.log\" }\n"
        try Data(text.utf8).write(to: file)
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments =
            ["-c", "\(shell) && exec \"$0\" \"$@\"", Tool.executable.path]
            + ["serve", "--workers", "2"] + options + [file.path]
        process.standardError = errors
        try process.run()
        var told = ""
        while ports.count < listeners {
            let data = errors.fileHandleForReading.availableData
            guard !data.isEmpty else { throw Failure(text: told) }
            told += String(decoding: data, as: UTF8.self)
            ports = told.split(separator: "\n").compactMap { line in
                line.split(separator: " ").dropFirst(2).first?.split(separator: ":").last.flatMap {
                    Int($0)
                }
            }
        }
    }

    struct Failure: Error { let text: String }

    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Whether it tells this in the next 20 seconds.
    func hears(_ text: String) -> Bool {
        var told = ""
        var wait = pollfd(
            fd: errors.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
        while unsafe poll(&wait, 1, 20_000) == 1 {
            let data = errors.fileHandleForReading.availableData
            guard !data.isEmpty else { return false }
            told += String(decoding: data, as: UTF8.self)
            if told.contains(text) { return true }
        }
        return false
    }

    /// SIGTERM, and the exit status of the drained router.
    func stop() -> Int32 {
        process.terminate()
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// The exit status of a router that ends by itself, and what it has told since its addresses.
    func waitForEnd() -> (isByItself: Bool, status: Int32, errors: String) {
        let ended = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in ended.signal() }
        let isByItself = !process.isRunning || ended.wait(timeout: .now() + 20) == .success
        if !isByItself { process.interrupt() }
        let rest = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (
            isByItself, process.terminationStatus, String(decoding: rest, as: UTF8.self)
        )
    }

    /// The lines of the log once the router has ended.
    func logLines() throws -> [[String: Any]] {
        try String(contentsOf: log, encoding: .utf8).split(separator: "\n").map {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] ?? [:]
        }
    }
}
