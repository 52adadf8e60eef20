import Foundation
import TestSupport
import Testing

/// `serve` as a service: what a manager does to it, and files that cannot be read again.
@Suite struct ServiceTests {
    /// Readiness, reload, socket activation: by a program that does what systemd does.
    @Test func aServiceManagerIsUnderstood() throws {
        let outcome = try Tool.run(
            ["python3", "-B", "Tests/Harness/service_manager.py", Tool.executable.path],
            executable: URL(fileURLWithPath: "/usr/bin/env"))
        #expect(outcome.status == 0 && outcome.output == "ok\n", "\(outcome)")
    }

    @Test(arguments: ["", "--strict"]) func aFileThatIsGoneIsRefused(_ option: String) throws {
        let router = try RunningRouter(
            "listen 127.0.0.1:0\nadmin 127.0.0.1:0\nelse -> respond 200 \"old\"", listeners: 2,
            options: option.isEmpty ? [] : [option])
        try FileManager.default.removeItem(at: router.file)
        let outcome = try Tool.run(["reload", "--admin", "127.0.0.1:\(router.ports[1])"])
        #expect(outcome.status == 1, "\(outcome)")
        #expect(outcome.errors.contains("no such file"), "\(outcome)")
        #expect(outcome.errors.contains("stays in service"))
        #expect(try Tool.curl(["http://127.0.0.1:\(router.ports[0])/"]).output == "old")
        #expect(router.stop() == 0)
    }

    /// The router is asked by what the file says of `admin`, and tells what it found.
    @Test func reloadShowsTheFindingsOfABrokenFile() throws {
        let folder = try Temporary()
        let socket = folder.path("admin.sock")
        let head = "listen 127.0.0.1:0\nadmin unix:\(socket)\n"
        let router = try RunningRouter(head + "else -> deny", listeners: 1)
        try Data((head + "else -> pool nowhere\n").utf8).write(to: router.file)
        let outcome = try Tool.run(["reload", router.file.path])
        #expect(outcome.status == 1, "\(outcome)")
        #expect(outcome.errors.contains("rules.l7:3:14"), "\(outcome)")
        #expect(outcome.errors.contains("generation 1 stays in service"))
        #expect(router.stop() == 0)
    }

    @Test func aLogThatCannotBeOpenedIsNamed() throws {
        let outcome = try Tool.run(
            ["serve", "-"],
            input: "listen 127.0.0.1:0\nlog { to file \"/nonexistent/x.log\" }\nelse -> deny\n")
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("/nonexistent/x.log: no such file"), "\(outcome)")
    }

    /// A disk that is full, and then is not: here a limit of the file's size.
    @Test func aFullDiskCostsWholeLines() throws {
        let router = try RunningRouter(
            "listen 127.0.0.1:0\nadmin 127.0.0.1:0\nelse -> respond 200", listeners: 2,
            shell: "ulimit -S -f 8")
        func ask(_ times: Int) throws {
            let url = "http://127.0.0.1:\(router.ports[0])/[1-\(times)]"
            #expect(try Tool.curl(["-f", url]).status == 0)
        }
        func lost() throws -> Int {
            let metrics = try Tool.curl(["http://127.0.0.1:\(router.ports[1])/metrics"]).output
            let line = metrics.split(separator: "\n").first {
                $0.hasPrefix("l7route_log_lines_lost_total ")
            }
            return line.flatMap { Int($0.split(separator: " ")[1]) } ?? 0
        }
        try ask(40)
        while try lost() == 0 {}
        let full = try String(contentsOf: router.log, encoding: .utf8)
        #expect(full.hasSuffix("}\n"), "\(full.suffix(200))")
        #expect(full.utf8.count > 3_000)
        // There is room again.
        try FileManager.default.removeItem(at: router.log)
        router.signal(SIGUSR1)
        while !FileManager.default.fileExists(atPath: router.log.path) {}
        try ask(3)
        #expect(router.stop() == 0)
        #expect(try router.logLines().count == 3)
    }
}
