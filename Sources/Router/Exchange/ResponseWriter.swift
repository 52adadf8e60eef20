internal import HTTPWire
internal import RequestModel
internal import RuleLang
internal import Sockets

/// Heads of responses to clients.
enum ResponseWriter {
    enum Connection { case none, keepAlive, close }

    /// An answer of the router, with its body.
    static func write(
        _ answer: LocalAnswer, edits: [HeaderEdit], date: [UInt8], connection: Connection,
        isHEAD: Bool, to output: inout ByteBuffer
    ) {
        writeStatus(answer.status, to: &output)
        for header in answer.headers
        where edits.isEmpty || !HeaderEdits.drops(header.name[...], edits) {
            Text.append(header.name, header.value, to: &output)
        }
        let hasBody = answer.status != 204 && answer.status != 304
        if hasBody { Text.appendLength(UInt64(answer.body.count), to: &output) }
        writeDate(date, to: &output)
        finish(edits, connection, to: &output)
        if hasBody, !isHEAD { output.append(all: answer.body) }
    }

    /// The head of an upstream's response, whose body goes out in `framing`.
    static func write(
        _ head: borrowing ResponseHead, _ framing: BodyFraming, edits: [HeaderEdit],
        date: [UInt8], connection: Connection, to output: inout ByteBuffer
    ) {
        output.append(Text.responseVersion)
        output.append(decimal: UInt64(head.status))
        output.append(UInt8(ascii: " "))
        output.append(head.bytes, in: head.reason.indices)
        output.append(Text.crlf)
        var hasDate = false
        // Without a body a length is only told (HEAD, 304), and never by a 204 (RFC 9110 section
        // 8.6); with one it is the framing.
        let keepsLength = framing.isNone && head.status != 204
        let passesAll = edits.isEmpty && head.connectionOptions.isEmpty
        var run = FieldRun()
        let special = passesAll ? head.special : .all
        for index in special.members(of: head.fields.count) {
            run.addOrdinary(before: index, of: head.fields, head.bytes, to: &output)
            let field = head.fields[index]
            if field.kind.isHopByHop || field.kind == .contentLength && !keepsLength { continue }
            guard passesAll || passes(field, head, edits) else { continue }
            if field.kind == .date { hasDate = true }
            run.add(field, head.bytes, to: &output)
        }
        run.finish(head.fields, head.bytes, to: &output)
        if !hasDate { writeDate(date, to: &output) }
        output.append(head.isHTTP10 ? Text.viaHTTP10 : Text.via)
        switch framing {
        case .length(let length): Text.appendLength(length, to: &output)
        case .chunked: output.append(Text.chunked)
        case .none, .untilClose: break
        }
        finish(edits, connection, to: &output)
    }

    /// A 1xx, without edits: they are for the response itself. A 101 says to what it switches.
    static func writeInformational(
        _ head: borrowing ResponseHead, upgrades: Bool, to output: inout ByteBuffer
    ) {
        writeStatus(head.status, to: &output)
        var run = FieldRun()
        let passesAll = head.connectionOptions.isEmpty
        let special = passesAll ? head.special : .all
        for index in special.members(of: head.fields.count) {
            run.addOrdinary(before: index, of: head.fields, head.bytes, to: &output)
            let field = head.fields[index]
            if field.kind.isHopByHop || field.kind == .contentLength { continue }
            guard passesAll || passes(field, head, []) else { continue }
            run.add(field, head.bytes, to: &output)
        }
        run.finish(head.fields, head.bytes, to: &output)
        if upgrades { output.append(Text.websocket) }
        output.append(Text.crlf)
    }

    private static func passes(
        _ field: FieldLine, _ head: borrowing ResponseHead, _ edits: [HeaderEdit]
    ) -> Bool {
        let name = head.bytes[field.name.indices]
        if HopByHop.isNominated(name, by: head.connectionOptions, in: head.bytes) { return false }
        if field.kind == .setCookie,
            HeaderEdits.dropsCookie(head.bytes[field.value.indices], edits)
        {
            return false
        }
        return !HeaderEdits.drops(name, edits)
    }

    private static func writeStatus(_ status: UInt16, to output: inout ByteBuffer) {
        output.append(Text.responseVersion)
        output.append(all: Text.statuses[Int(status) - 100])
    }

    private static func writeDate(_ date: [UInt8], to output: inout ByteBuffer) {
        output.append(Text.date)
        output.append(all: date)
        output.append(Text.crlf)
    }

    private static func finish(
        _ edits: [HeaderEdit], _ connection: Connection, to output: inout ByteBuffer
    ) {
        var upgrades = false
        if !edits.isEmpty {
            for edit in HeaderEdits.additions(edits) {
                Text.append(edit.name, edit.value, to: &output)
                if edit.name == Array("upgrade".utf8) { upgrades = true }
            }
        }
        // An `Upgrade` field is named by `Connection` (RFC 9110 section 7.8).
        switch (connection, upgrades) {
        case (.none, false): break
        case (.none, true): output.append(Text.upgradeOption)
        case (.keepAlive, _): output.append(Text.keepAlive)
        case (.close, false): output.append(Text.close)
        case (.close, true): output.append(Text.closeAndUpgrade)
        }
        output.append(Text.crlf)
    }
}
