internal import HTTPWire
internal import RequestModel
internal import RuleLang

/// Heads of responses to clients.
enum ResponseWriter {
    enum Connection { case none, keepAlive, close }

    /// An answer of the router, with its body.
    static func write(
        _ answer: LocalAnswer, edits: [HeaderEdit], date: [UInt8], connection: Connection,
        isHEAD: Bool, to output: inout [UInt8]
    ) {
        writeStatus(answer.status, to: &output)
        for header in answer.headers where !HeaderEdits.drops(header.name[...], edits) {
            RequestWriter.append(header.name, header.value, to: &output)
        }
        let hasBody = answer.status != 204 && answer.status != 304
        if hasBody {
            RequestWriter.append(
                "content-length".utf8, String(answer.body.count).utf8, to: &output)
        }
        RequestWriter.append("date".utf8, date, to: &output)
        finish(edits, connection, to: &output)
        if hasBody, !isHEAD { output += answer.body }
    }

    /// The head of an upstream's response.
    static func write(
        _ head: ResponseHead, framing: BodyFraming, edits: [HeaderEdit], date: [UInt8],
        connection: Connection, to output: inout [UInt8]
    ) {
        output += "HTTP/1.1 ".utf8
        output += String(head.status).utf8
        output.append(UInt8(ascii: " "))
        output += head.bytes[head.reason.indices]
        output += "\r\n".utf8
        var hasDate = false
        // Without a body a length is only told (HEAD, 304), and never by a 204 (RFC 9110 section
        // 8.6); with one it is the framing.
        let keepsLength = framing == .none && head.status != 204
        for field in head.fields {
            let name = head.bytes[field.name.indices]
            guard passes(name, field, head, edits, keepsLength: keepsLength) else { continue }
            if FieldText.equalsIgnoringCase(name, "date".utf8) { hasDate = true }
            RequestWriter.append(name, head.bytes[field.value.indices], to: &output)
        }
        if !hasDate { RequestWriter.append("date".utf8, date, to: &output) }
        RequestWriter.append(
            "via".utf8, (head.isHTTP10 ? "1.0 l7route" : "1.1 l7route").utf8, to: &output)
        switch framing {
        case .length(let length):
            RequestWriter.append("content-length".utf8, String(length).utf8, to: &output)
        case .chunked:
            RequestWriter.append("transfer-encoding".utf8, "chunked".utf8, to: &output)
        case .none, .untilClose: break
        }
        finish(edits, connection, to: &output)
    }

    /// A 1xx, without edits: they are for the response itself.
    static func writeInformational(_ head: ResponseHead, to output: inout [UInt8]) {
        writeStatus(head.status, to: &output)
        for field in head.fields {
            let name = head.bytes[field.name.indices]
            guard passes(name, field, head, [], keepsLength: false) else { continue }
            RequestWriter.append(name, head.bytes[field.value.indices], to: &output)
        }
        output += "\r\n".utf8
    }

    private static func passes(
        _ name: ArraySlice<UInt8>, _ field: FieldLine, _ head: ResponseHead, _ edits: [HeaderEdit],
        keepsLength: Bool
    ) -> Bool {
        if HopByHop.isHopByHop(name) { return false }
        if HopByHop.isNominated(name, by: head.connectionOptions, in: head.bytes) { return false }
        if !keepsLength, FieldText.equalsIgnoringCase(name, "content-length".utf8) { return false }
        if FieldText.equalsIgnoringCase(name, "set-cookie".utf8),
            HeaderEdits.dropsCookie(head.bytes[field.value.indices], edits)
        {
            return false
        }
        return !HeaderEdits.drops(name, edits)
    }

    private static func writeStatus(_ status: UInt16, to output: inout [UInt8]) {
        output += "HTTP/1.1 ".utf8
        output += String(status).utf8
        output.append(UInt8(ascii: " "))
        output += ReasonPhrase.of(status).description.utf8
        output += "\r\n".utf8
    }

    private static func finish(
        _ edits: [HeaderEdit], _ connection: Connection, to output: inout [UInt8]
    ) {
        var upgrades = false
        for edit in HeaderEdits.additions(edits) {
            RequestWriter.append(edit.name, edit.value, to: &output)
            if edit.name == Array("upgrade".utf8) { upgrades = true }
        }
        // An `Upgrade` field is named by `Connection` (RFC 9110 section 7.8).
        switch (connection, upgrades) {
        case (.none, false): break
        case (.none, true): output += "connection: upgrade\r\n".utf8
        case (.keepAlive, _): output += "connection: keep-alive\r\n".utf8
        case (.close, false): output += "connection: close\r\n".utf8
        case (.close, true): output += "connection: close, upgrade\r\n".utf8
        }
        output += "\r\n".utf8
    }
}
