import Foundation
import TestSupport
import Testing

/// TLS as its users see it: with real curl and OpenSSL's own client.
@Suite struct TLSServeTests {
    private let folder: Temporary

    init() throws {
        folder = try Temporary()
        for name in ["one", "two"] {
            let made = try Tool.run(
                [
                    "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=\(name)",
                    "-addext", "subjectAltName=DNS:localhost,DNS:\(name).example,IP:127.0.0.1",
                    "-keyout", folder.path("\(name).key"), "-out", folder.path("\(name).pem"),
                ], executable: URL(fileURLWithPath: "/usr/bin/env"))
            #expect(made.status == 0, "\(made.errors)")
        }
        try copy("one.pem", to: "site.pem")
        try copy("one.key", to: "site.key")
    }

    private func copy(_ name: String, to other: String) throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path(name)))
        try bytes.write(to: URL(fileURLWithPath: folder.path(other)))
    }

    private func curl(_ port: Int, ca: String, _ more: [String] = []) throws -> Tool.Outcome {
        try Tool.curl(
            ["--cacert", folder.path(ca)] + more + ["https://localhost:\(port)/x"])
    }

    @Test func certificatesAreReadAgainAndABadPairIsRefused() throws {
        let tls =
            "tls { certificate \"\(folder.path("site.pem"))\" key \"\(folder.path("site.key"))\" }"
        let router = try RunningRouter(
            "listen 127.0.0.1:0 { \(tls) }\nadmin 127.0.0.1:0\n"
                + "else -> respond 200 \"tls ${tls.version} ${tls.alpn else 'none'} ${scheme}\"",
            listeners: 2)
        let (port, admin) = (router.ports[0], router.ports[1])
        #expect(try curl(port, ca: "one.pem").output == "tls 1.3 http/1.1 https")
        #expect(
            try curl(port, ca: "one.pem", ["--tls-max", "1.2"]).output == "tls 1.2 http/1.1 https")
        // curl's exit 60: the certificate is not known.
        #expect(try curl(port, ca: "two.pem").status == 60)

        try copy("two.key", to: "site.key")
        let refused = try Tool.run(["reload", "--admin", "127.0.0.1:\(admin)"])
        #expect(refused.status == 1, "\(refused)")
        #expect(refused.errors.contains("site.") && refused.errors.contains("stays in service"))
        #expect(try curl(port, ca: "one.pem").output == "tls 1.3 http/1.1 https")

        try copy("two.pem", to: "site.pem")
        let adopted = try Tool.run(["reload", "--admin", "127.0.0.1:\(admin)"])
        #expect(adopted.status == 0 && adopted.output.contains("generation 2 is in service"))
        #expect(try curl(port, ca: "two.pem").output == "tls 1.3 http/1.1 https")
        #expect(try curl(port, ca: "one.pem").status == 60)
        #expect(router.stop() == 0)
    }

    /// In words that it understands, with a line in the log; nothing of the request is believed.
    @Test(arguments: ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", "PATCH /secret HTTP/1.1\r\n"])
    func plainHTTPIsToldSo(request: String) throws {
        let tls =
            "tls { certificate \"\(folder.path("site.pem"))\" key \"\(folder.path("site.key"))\" }"
        let router = try RunningRouter(
            "listen 127.0.0.1:0 { \(tls) }\nelse -> respond 200",
            listeners: 1)
        let client = try Tool.run(
            [
                "python3", "-c",
                "import socket, sys; c = socket.create_connection(('127.0.0.1', int(sys.argv[1])));"
                    + " c.sendall(sys.argv[2].encode()); "
                    + "print(b''.join(iter(lambda: c.recv(4096), b'')).decode(), end='')",
                "\(router.ports[0])", request,
            ], executable: URL(fileURLWithPath: "/usr/bin/env"))
        #expect(client.output.hasPrefix("HTTP/1.1 400 Bad Request\r\n"), "\(client)")
        #expect(client.output.contains("connection: close\r\n"), "\(client)")
        #expect(client.output.hasSuffix("\r\n\r\nplain_http\n"), "\(client)")
        #expect(try curl(router.ports[0], ca: "one.pem").status == 0)
        #expect(router.stop() == 0)
        let log = router.file.deletingLastPathComponent().appendingPathComponent("access.log")
        let lines = try String(contentsOf: log, encoding: .utf8)
        #expect(lines.contains("\"status\":400,\"reason\":\"plain_http\""), "\(lines)")
        #expect(!lines.contains("secret"))
    }

    @Test func serversAreVerified() throws {
        let tls =
            "tls { certificate \"\(folder.path("one.pem"))\" key \"\(folder.path("one.key"))\" }"
        let origin = try RunningRouter(
            "listen 127.0.0.1:0 { \(tls) }\nelse -> respond 200 \"sni ${tls.sni else 'none'}\"",
            listeners: 1)
        defer { _ = origin.stop() }
        let server = "server 127.0.0.1:\(origin.ports[0])"
        func pool(_ name: String, _ settings: String) -> String {
            "pool \(name) { \(server) tls { \(settings) } }\npath == \"/\(name)\" -> pool \(name)\n"
        }
        let router = try RunningRouter(
            "listen 127.0.0.1:0\n" + pool("known", "ca \"\(folder.path("one.pem"))\"")
                + pool("named", "ca \"\(folder.path("one.pem"))\" sni one.example")
                + pool("wrong", "ca \"\(folder.path("one.pem"))\" sni two.example")
                + pool("unknown", "ca \"\(folder.path("two.pem"))\"")
                + pool("any", "verify off"),
            listeners: 1)
        let expected = [
            ("known", "sni none"), ("named", "sni one.example"), ("wrong", "bad gateway\n"),
            ("unknown", "bad gateway\n"), ("any", "sni none"),
        ]
        for (name, answer) in expected {
            let outcome = try Tool.curl(["http://127.0.0.1:\(router.ports[0])/\(name)"])
            #expect(outcome.output == answer, "\(name)")
        }
        #expect(
            router.hears(
                "pool wrong: no TLS with 127.0.0.1:\(origin.ports[0]): hostname mismatch\n"
                    + "pool unknown: no TLS with 127.0.0.1:\(origin.ports[0]): "
                    + "self-signed certificate\n"))
        #expect(router.stop() == 0)
        let failures = try router.logLines().compactMap { $0["reason"] as? String }
        #expect(failures == ["upstream_tls_failed", "upstream_tls_failed"])
    }

    /// Behind several certificates the host must be the name of the handshake.
    @Test func anotherHostIsMisdirected() throws {
        func tls(_ name: String) -> String {
            let (certificate, key) = (folder.path("\(name).pem"), folder.path("\(name).key"))
            return "tls { certificate \"\(certificate)\" key \"\(key)\" }"
        }
        let router = try RunningRouter(
            "listen 127.0.0.1:0 { \(tls("one")) \(tls("two")) }\nelse -> respond 200 \"${host}\"",
            listeners: 1)
        let port = router.ports[0]
        func ask(_ name: String, host: String, ca: String) throws -> String {
            try Tool.curl([
                "--cacert", folder.path(ca), "--resolve", "\(name):\(port):127.0.0.1", "-w",
                " %{http_code}", "-H", "Host: \(host)", "https://\(name):\(port)/",
            ]).output
        }
        #expect(try ask("one.example", host: "one.example", ca: "one.pem") == "one.example 200")
        #expect(try ask("two.example", host: "two.example", ca: "two.pem") == "two.example 200")
        #expect(
            try ask("two.example", host: "one.example", ca: "two.pem") == "misdirected\n 421")
        #expect(router.stop() == 0)
    }

    @Test func openSSLResumesItsSession() throws {
        let tls =
            "tls { certificate \"\(folder.path("one.pem"))\" key \"\(folder.path("one.key"))\" }"
        let router = try RunningRouter(
            "listen 127.0.0.1:0 { \(tls) }\nelse -> respond 200 \"x\"", listeners: 1)
        func client(_ more: [String]) throws -> String {
            let script =
                "printf 'GET / HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' "
                + "| openssl s_client -ign_eof -connect 127.0.0.1:\(router.ports[0]) "
                + more.joined(separator: " ") + " 2>/dev/null"
            return try Tool.run(["-c", script], executable: URL(fileURLWithPath: "/bin/sh")).output
        }
        let first = try client(["-sess_out", folder.path("session")])
        #expect(first.contains("New, TLSv1.3"), "\(first)")
        let second = try client(["-sess_in", folder.path("session")])
        #expect(second.contains("Reused, TLSv1.3"), "\(second)")
        #expect(router.stop() == 0)
    }
}
