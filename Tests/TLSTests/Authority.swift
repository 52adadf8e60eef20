import Foundation

/// Certificates made once for each test process with the `openssl` command, in a temporary folder.
enum Authority {
    static let folder: String = {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("tls-tests-\(UUID().uuidString)").path
        try! FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        make(in: folder)
        atexit { try? FileManager.default.removeItem(atPath: Authority.folder) }
        return folder
    }()

    static func path(_ name: String) -> String { "\(folder)/\(name)" }

    static func write(_ name: String, _ text: String) -> String {
        let path = path(name)
        try! Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    private static func make(in folder: String) {
        root("ca", folder)
        root("other-ca", folder)
        leaf("one", "DNS:one.example,DNS:One.Alias.Example", folder)
        leaf("two", "DNS:two.example,DNS:*.wild.example", folder)
        leaf("three", "DNS:a.wild.example,IP:127.0.0.1,IP:::1", folder, key: "rsa:2048")
        leaf("nameless", nil, folder)
        leaf("expired", "DNS:one.example", folder, days: "-1")
        leaf("client", nil, folder, subject: "/O=Tools, Inc/CN=client one")
        leaf("stranger", nil, folder, subject: "/CN=stranger", authority: "other-ca")
        leaf("chained", "DNS:one.example", folder, authority: "middle", isAuthority: "middle")
        run(folder, "pkcs8 -topk8 -in one.key -out encrypted.key -passout pass:secret")
        run(folder, "ec -in one.key -out encrypted-old.key -aes256 -passout pass:secret")
    }

    private static func root(_ name: String, _ folder: String) {
        run(
            folder, "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30",
            "-keyout", "\(name).key", "-out", "\(name).pem", "-subj", "/CN=\(name)")
    }

    /// With `isAuthority`, an intermediate of that name stands between the root and the leaf.
    private static func leaf(
        _ name: String, _ alternatives: String?, _ folder: String, key: String = "ec",
        subject: String? = nil, authority: String = "ca", days: String = "30",
        isAuthority middle: String? = nil
    ) {
        if let middle { certificate(middle, "basicConstraints=CA:TRUE", folder, authority: "ca") }
        let extensions = alternatives.map { "subjectAltName=\($0)" } ?? "keyUsage=digitalSignature"
        certificate(
            name, extensions, folder, key: key, subject: subject, authority: authority, days: days)
        guard let middle else { return }
        let chain = [name, middle].map {
            try! String(contentsOfFile: "\(folder)/\($0).pem", encoding: .utf8)
        }
        try! chain.joined().write(
            toFile: "\(folder)/\(name).pem", atomically: true, encoding: .utf8)
    }

    private static func certificate(
        _ name: String, _ extensions: String, _ folder: String, key: String = "ec",
        subject: String? = nil, authority: String, days: String = "30"
    ) {
        let curve = key == "ec" ? ["-pkeyopt", "ec_paramgen_curve:P-256"] : []
        run(
            folder,
            ["req", "-newkey", key] + curve + [
                "-nodes", "-keyout", "\(name).key", "-out", "\(name).csr", "-subj",
                subject ?? "/CN=\(name)",
            ])
        try! extensions.write(
            toFile: "\(folder)/\(name).ext", atomically: true, encoding: .utf8)
        run(
            folder, "x509 -req -CAcreateserial -days \(days) -extfile \(name).ext",
            "-in", "\(name).csr", "-CA", "\(authority).pem", "-CAkey", "\(authority).key",
            "-out", "\(name).pem")
    }

    private static func run(_ folder: String, _ words: String, _ rest: String...) {
        run(folder, words.split(separator: " ").map(String.init) + rest)
    }

    private static func run(_ folder: String, _ arguments: [String]) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        try! process.run()
        let text = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            fatalError("openssl \(arguments): \(String(decoding: text, as: UTF8.self))")
        }
    }
}
