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

    /// The kernel leaves the file of a unix socket; the router does not, unless it is another's.
    @Test func theFilesOfUnixSocketsGo() throws {
        let folder = try Temporary()
        let (first, second) = (folder.path("first.sock"), folder.path("second.sock"))
        let text = "listen 127.0.0.1:0\nadmin unix:\(folder.path("admin.sock"))\n"
        let router = try RunningRouter(
            text + "listen unix:\(first)\nlisten unix:\(second)\nelse -> deny", listeners: 1)
        func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
        #expect(exists(first) && exists(second))
        try Data((text + "listen unix:\(second)\nelse -> deny\n").utf8).write(to: router.file)
        let outcome = try Tool.run(["reload", router.file.path])
        #expect(outcome.status == 0, "\(outcome)")
        #expect(!exists(first) && exists(second))
        // Somebody else's by now.
        try FileManager.default.removeItem(atPath: second)
        try Data("mine".utf8).write(to: URL(fileURLWithPath: second))
        #expect(router.stop() == 0)
        #expect(exists(second) && !exists(folder.path("admin.sock")))
    }

    /// What is asked for at the admin listener ends the process, and is told where signals are.
    @Test func aDrainThatWasAskedForEndsTheProcess() throws {
        let router = try RunningRouter(
            "listen 127.0.0.1:0\nadmin 127.0.0.1:0\nelse -> deny", listeners: 2)
        let admin = "http://127.0.0.1:\(router.ports[1])"
        #expect(try Tool.curl(["-X", "POST", "\(admin)/reload"]).output.hasPrefix("generation 2"))
        #expect(try Tool.curl(["-X", "POST", "\(admin)/drain"]).output == "draining\n")
        let end = router.waitForEnd()
        #expect(end.isByItself && end.status == 0)
        #expect(end.errors.hasPrefix("generation 2 is in service: 1 rule\n"), "\(end)")
        #expect(end.errors.hasSuffix("draining\n"), "\(end)")
    }

    /// Another listener may say 200 to anything, and keep its connection open.
    @Test func whatIsNoAdminListenerReloadedNothing() throws {
        let router = try RunningRouter(
            "listen 127.0.0.1:0\nelse -> respond 200 \"welcome\"", listeners: 1)
        let outcome = try Tool.run(["reload", "--admin", "127.0.0.1:\(router.ports[0])"])
        #expect(outcome.status == 2 && outcome.output.isEmpty, "\(outcome)")
        #expect(outcome.errors.contains("is no admin listener of a router"), "\(outcome)")
        #expect(router.stop() == 0)
    }

    /// An include that was missing, a file that a pattern gets now, a certificate that is renewed.
    @Test func allFilesAreWatched() throws {
        let folder = try Temporary()
        try FileManager.default.createDirectory(
            atPath: folder.path("conf.d"), withIntermediateDirectories: true)
        func write(_ name: String, _ text: String) throws {
            try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path(name)))
        }
        let head = "listen 127.0.0.1:0\ninclude \"\(folder.path("conf.d"))/*.l7\"\n"
        let last = "else -> respond 200 \"old\""
        let router = try RunningRouter(head + last, listeners: 1, options: ["--watch"])
        let main = try String(contentsOf: router.file, encoding: .utf8)
        func told(_ text: String) -> Bool { router.hears(text) }
        try write("conf.d/a.l7", "path == \"/a\" -> deny\n")
        #expect(told("generation 2 is in service: 2 rules"))
        let included = "include \"\(folder.path("missing.l7"))\"\n"
        try Data((included + main).utf8).write(to: router.file)
        #expect(told("generation 2 stays in service"))
        try write("missing.l7", "path == \"/b\" -> deny\n")
        #expect(told("generation 3 is in service: 3 rules"))
        let pool = "pool p { server 127.0.0.1:9 tls { ca \"\(folder.path("ca.pem"))\" } }\n"
        try Data((pool + main + "path == \"/p\" -> pool p\n").utf8).write(to: router.file)
        #expect(told("generation 3 stays in service"))
        try write("ca.pem", "nothing\n")
        #expect(told("holds no PEM certificate"))
        #expect(router.stop() == 0)
    }

    @Test func watchingStandardInputIsRefused() throws {
        let outcome = try Tool.run(["serve", "--watch", "-"], input: "listen 127.0.0.1:0\n")
        #expect(outcome.errors.contains("--watch needs a file"), "\(outcome)")
    }

    @Test func aLogThatCannotBeOpenedIsNamed() throws {
        let outcome = try Tool.run(
            ["serve", "-"],
            input: "listen 127.0.0.1:0\nlog { to file \"/nonexistent/x.log\" }\nelse -> deny\n")
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("/nonexistent/x.log: no such file"), "\(outcome)")
    }

    /// The old file is kept, and whoever runs the router is told.
    @Test func aLogThatCannotBeOpenedAnewIsTold() throws {
        let router = try RunningRouter(
            "listen 127.0.0.1:0\nelse -> respond 200", listeners: 1)
        try FileManager.default.removeItem(at: router.log)
        try FileManager.default.createDirectory(
            at: router.log, withIntermediateDirectories: false)
        router.signal(SIGUSR1)
        #expect(router.hears("access.log: is a directory; lines go on into the old one\n"))
        #expect(router.stop() == 0)
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
        #expect(router.hears("log lines are lost: file too large\n"))
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
