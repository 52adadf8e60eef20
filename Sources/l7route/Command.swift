internal import ArgumentParser

@main
struct Command: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "l7route", abstract: "A content-aware HTTP router with its own rule language.")
}
