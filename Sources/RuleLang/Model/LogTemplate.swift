/// `log { format "…" }`: text and `${…}` pieces, one line a request.
package struct LogTemplate: Sendable, Hashable {
    package enum Piece: Sendable, Hashable {
        case text([UInt8])
        case field(LogField)
        /// Lower-case name of a request header.
        case header([UInt8])
        case cookie([UInt8])
        case tag(String)
    }

    package var pieces: [Piece]
    /// As written.
    package var source: [UInt8]

    /// Apache's combined format, which log readers know.
    package static let combined: LogTemplate = {
        let text =
            "${client} - - [${clf_time}] \"${method} ${target} ${version}\" ${status} "
            + "${response_bytes} \"${header.referer}\" \"${header.user-agent}\""
        switch parse(Array(text.utf8)) {
        case .success(let template): return template
        case .failure: preconditionFailure("the format of our own parses")
        }
    }()

    /// What is wrong with a template: one plain sentence.
    package struct Failure: Error, Hashable, Sendable {
        package let message: String
    }

    /// Reads `text` with `${name}`, `${header.name}`, `${cookie.name}`, `${tag.name}` and `$$`.
    package static func parse(_ text: [UInt8]) -> Result<LogTemplate, Failure> {
        var pieces: [Piece] = []
        var literal: [UInt8] = []
        var rest = text[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "$") else {
                literal.append(byte)
                continue
            }
            if rest.first == UInt8(ascii: "$") {
                literal.append(rest.removeFirst())
                continue
            }
            guard rest.first == UInt8(ascii: "{"), let end = rest.firstIndex(of: UInt8(ascii: "}"))
            else { return .failure(Failure(message: "`$` begins `${name}` or `$$`")) }
            let name = String(decoding: rest[(rest.startIndex + 1)..<end], as: UTF8.self)
            guard let piece = piece(name) else {
                return .failure(Failure(message: "`${\(name)}` is not known in a log format"))
            }
            if !literal.isEmpty { pieces.append(.text(literal)) }
            literal = []
            pieces.append(piece)
            rest = rest[(end + 1)...]
        }
        if !literal.isEmpty { pieces.append(.text(literal)) }
        return .success(LogTemplate(pieces: pieces, source: text))
    }

    private static func piece(_ name: String) -> Piece? {
        if let field = LogField(rawValue: name) { return .field(field) }
        let parts = name.split(separator: ".", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        switch parts[0] {
        case "header": return .header(Array(parts[1].lowercased().utf8))
        case "cookie": return .cookie(Array(parts[1].utf8))
        case "tag": return .tag(String(parts[1]))
        default: return nil
        }
    }
}

/// What a log format can say of a request; the names of the JSON members where there is one.
package enum LogField: String, CaseIterable, Sendable {
    case time
    /// `23/Nov/2026:14:00:00 +0000`
    case clfTime = "clf_time"
    case client, peer, method, host, path, query
    /// As received, with redacted queries.
    case target
    case version, listener, generation, rule, at, pool, server, status, reason
    case requestBytes = "request_bytes"
    case responseBytes = "response_bytes"
    case durationMicroseconds = "duration_us"
    case upstreamMicroseconds = "upstream_us"
    case requestID = "request_id"
}
