package import RequestModel
package import RuleLang

/// A disagreement as a file: the tree must decide it as the naive evaluator does, for ever.
/// Sections begin with `== NAME`; `request`, `connection` and `budget` are what they are called,
/// the others are files, the first one the main file. Bytes that are not printable ASCII are
/// `\xNN`.
package struct TreeFixture {
    package var files: RuleFiles
    /// Without what the file says of its listener: `TreeComparison` adds it.
    package var request: RequestBuilder
    package var budget: TreeBudget

    package init(files: RuleFiles, request: RequestBuilder, budget: TreeBudget) {
        self.files = files
        self.request = request
        self.budget = budget
    }
}

// MARK: - Writing

extension TreeFixture {
    package var text: String {
        var lines = [
            "== request", "\(Self.escaped(request.method)) \(Self.escaped(request.target))",
        ]
        lines += request.headers.map { "\(Self.escaped($0.name)): \(Self.escaped($0.value))" }
        lines += ["== connection"] + facts
        let usual = TreeBudget()
        let limits = Self.limits.filter { budget[keyPath: $0.path] != usual[keyPath: $0.path] }
        if !limits.isEmpty {
            lines.append("== budget")
            lines += limits.map { "\($0.name) \(budget[keyPath: $0.path])" }
        }
        var text = lines.joined(separator: "\n") + "\n== main.l7\n" + files.main
        for (name, content) in files.others.sorted(by: { $0.key < $1.key }) {
            text += "== \(name)\n\(content)"
        }
        return text
    }

    private var facts: [String] {
        var lines = ["version \(String(decoding: request.version.text, as: UTF8.self))"]
        if !request.namesHost { lines.append("nohost") }
        lines.append("peer \(request.peer?.text ?? "-")")
        if let port = request.peerPort { lines.append("peerport \(port)") }
        lines.append("listener \(Self.escaped(request.listenerName))")
        lines.append("port \(request.listenerPort)")
        lines.append("now \(request.now)")
        guard let tls = request.tls else { return lines }
        lines.append("tls \(Self.escaped(tls.version))")
        if let name = tls.sni { lines.append("sni \(Self.escaped(name))") }
        if let name = tls.alpn { lines.append("alpn \(Self.escaped(name))") }
        if let name = tls.clientSubject { lines.append("subject \(Self.escaped(name))") }
        if tls.clientVerified { lines.append("verified") }
        return lines
    }

    private static var limits: [(name: String, path: WritableKeyPath<TreeBudget, Int>)] {
        [
            ("nodesPerRule", \.nodesPerRule), ("minimumNodes", \.minimumNodes),
            ("bytesPerRule", \.bytesPerRule), ("minimumBytes", \.minimumBytes),
            ("copiesPerRule", \.copiesPerRule), ("minimumCopies", \.minimumCopies),
            ("workPerRule", \.workPerRule), ("minimumWork", \.minimumWork),
            ("depth", \.depth), ("listLength", \.listLength),
        ]
    }

    private static func escaped(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            guard byte < 0x20 || byte >= 0x7f || byte == UInt8(ascii: "\\") else {
                return String(UnicodeScalar(byte))
            }
            return "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}

// MARK: - Reading

extension TreeFixture {
    /// nil when the text is no fixture.
    package init?(_ text: String) {
        self.init(files: RuleFiles(""), request: RequestBuilder(), budget: TreeBudget())
        request.target = []
        for section in text.unicodeScalars.sections {
            let lines = section.body.split(separator: "\n").map(String.init)
            switch section.name {
            case "request": readRequest(lines)
            case "connection": for line in lines { readFact(line) }
            case "budget": for line in lines { readLimit(line) }
            default:
                if section.name == "main.l7" {
                    files.main = section.body
                } else {
                    files.others[section.name] = section.body
                }
            }
        }
        if request.target.isEmpty || files.main.isEmpty { return nil }
    }

    private mutating func readRequest(_ lines: [String]) {
        guard let first = lines.first, let space = first.firstIndex(of: " ") else { return }
        request.method = Self.bytes(first[..<space])
        request.target = Self.bytes(first[space...].dropFirst())
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[colon...].dropFirst(2)
            request.headers.append((Self.bytes(line[..<colon]), Self.bytes(value)))
        }
    }

    private mutating func readFact(_ line: String) {
        let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        let value = parts.count > 1 ? parts[1] : ""
        switch parts[0] {
        case "version":
            let all: [HTTPVersion] = [.http10, .http11, .http2, .http3]
            request.version = all.first { $0.text == Array(value.utf8) } ?? .http11
        case "nohost": request.namesHost = false
        case "peer": request.peer = IPAddress(parsing: value.utf8)
        case "peerport": request.peerPort = UInt16(value)
        case "listener": request.listenerName = Self.bytes(value)
        case "port": request.listenerPort = UInt16(value) ?? 0
        case "now": request.now = Int64(value) ?? 0
        case "tls": request.tls = TLSText(version: Self.bytes(value))
        case "sni": request.tls?.sni = Self.bytes(value)
        case "alpn": request.tls?.alpn = Self.bytes(value)
        case "subject": request.tls?.clientSubject = Self.bytes(value)
        case "verified": request.tls?.clientVerified = true
        default: break
        }
    }

    private mutating func readLimit(_ line: String) {
        let parts = line.split(separator: " ")
        guard parts.count == 2, let value = Int(parts[1]),
            let limit = Self.limits.first(where: { $0.name == parts[0] })
        else { return }
        budget[keyPath: limit.path] = value
    }

    private static func bytes(_ text: Substring) -> [UInt8] {
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.dropFirst().prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "\\"), rest.first == UInt8(ascii: "x"),
                let value = UInt8(digits, radix: 16)
            {
                result.append(value)
                rest = rest.dropFirst(3)
            } else {
                result.append(byte)
            }
        }
        return result
    }
}

extension String.UnicodeScalarView {
    /// What stands behind each line `== NAME`. By scalars: CRLF is one character of a string.
    fileprivate var sections: [(name: String, body: String)] {
        var sections: [(name: String, body: String)] = []
        for line in split(separator: "\n", omittingEmptySubsequences: false) {
            let text = String(String.UnicodeScalarView(line))
            if text.hasPrefix("== ") {
                sections.append((String(text.dropFirst(3)), ""))
            } else if !sections.isEmpty {
                sections[sections.count - 1].body += text + "\n"
            }
        }
        // The last line ends with the text.
        if sections.last?.body.unicodeScalars.last == "\n" {
            sections[sections.count - 1].body.unicodeScalars.removeLast()
        }
        return sections
    }
}
