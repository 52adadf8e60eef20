internal import ArgumentParser
internal import Foundation
internal import Sockets

/// Where a command writes: standard output and standard error by descriptor.
enum Terminal {
    static func write(_ text: String) {
        _ = Files.writeAll(.standardOutput, Array(text.utf8))
    }

    static func writeError(_ text: String) {
        _ = Files.writeAll(.standardError, Array(text.utf8))
    }
}

/// `--color`: by default only on a terminal and not under `NO_COLOR` (no-color.org).
enum ColourChoice: String, ExpressibleByArgument, CaseIterable {
    case auto, always, never

    func isOn(for descriptor: Descriptor) -> Bool {
        switch self {
        case .always: true
        case .never: false
        case .auto:
            (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
                && ProcessInfo.processInfo.environment["TERM"] != "dumb"
                && Files.isTerminal(descriptor)
        }
    }
}

enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
}

/// The exit codes of every command.
extension ExitCode {
    /// Findings, a failed test.
    static let findings = ExitCode(1)
    /// The command could not run: a wrong argument, a file that cannot be read.
    static let usage = ExitCode(2)
}

/// A message to people about why a command could not run, and exit 2.
func failUsage(_ message: String) -> ExitCode {
    Terminal.writeError("l7route: \(message)\n")
    return .usage
}
