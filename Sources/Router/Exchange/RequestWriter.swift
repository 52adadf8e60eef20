internal import HTTPWire
internal import RequestModel
internal import RuleLang

/// What the forwarded fields of a request say.
struct Forwarding {
    /// The peer may speak for the client: its `X-Forwarded-*` are kept and added to.
    var isTrustedPeer: Bool
    var serverText: String
}

/// Heads of requests to upstreams (RFC 9110 section 7.6, RFC 9112).
enum RequestWriter {
    static func write(
        _ client: ClientConnection, _ forwarding: Forwarding, to output: inout [UInt8]
    ) {
        let view = client.view
        output += view.text(view.method)
        output.append(UInt8(ascii: " "))
        output += client.plan.target
        output += " HTTP/1.1\r\n".utf8
        writeHost(client, forwarding, to: &output)
        for field in view.fields where passes(field, client, forwarding) {
            append(view.text(field.name), view.text(field.value), to: &output)
        }
        writeForwarded(client, forwarding, to: &output)
        append("via".utf8, via(view.version).utf8, to: &output)
        for edit in HeaderEdits.additions(client.plan.requestEdits) {
            append(edit.name, edit.value, to: &output)
        }
        switch client.head.framing {
        case .length(let length): append("content-length".utf8, String(length).utf8, to: &output)
        case .chunked: append("transfer-encoding".utf8, "chunked".utf8, to: &output)
        case .none, .untilClose: break
        }
        output += "\r\n".utf8
    }

    static func append(
        _ name: some Collection<UInt8>, _ value: some Collection<UInt8>, to output: inout [UInt8]
    ) {
        output += name
        output += ": ".utf8
        output += value
        output += "\r\n".utf8
    }

    static func via(_ version: HTTPVersion) -> String {
        version == .http10 ? "1.0 l7route" : "1.1 l7route"
    }

    private static func writeHost(
        _ client: ClientConnection, _ forwarding: Forwarding, to output: inout [UInt8]
    ) {
        let view = client.view
        let received = view.fields.first {
            FieldText.equalsIgnoringCase(view.text($0.name), "host".utf8)
        }
        if let host = client.plan.host {
            append("host".utf8, host, to: &output)
        } else if let received {
            append("host".utf8, view.text(received.value), to: &output)
        } else if !view.host.isEmpty {
            append("host".utf8, view.text(view.host), to: &output)
        } else {
            append("host".utf8, forwarding.serverText.utf8, to: &output)
        }
    }

    /// Written anew by the router, whatever the client says.
    private static let replaced = [
        "host", "content-length", "expect", "x-forwarded-for", "x-forwarded-proto",
        "x-forwarded-host", "forwarded",
    ].map { Array($0.utf8) }

    private static func passes(
        _ field: FieldLine, _ client: ClientConnection, _ forwarding: Forwarding
    ) -> Bool {
        let name = client.view.text(field.name)
        if HopByHop.isHopByHop(name) { return false }
        if HopByHop.isNominated(name, by: client.head.connectionOptions, in: client.view.bytes) {
            return false
        }
        if HeaderEdits.drops(name, client.plan.requestEdits) { return false }
        guard let index = replaced.firstIndex(where: { FieldText.equalsIgnoringCase(name, $0) })
        else { return true }
        // A trusted proxy's word on scheme, host and `Forwarded` is passed on.
        return forwarding.isTrustedPeer && index >= 4
    }

    private static func writeForwarded(
        _ client: ClientConnection, _ forwarding: Forwarding, to output: inout [UInt8]
    ) {
        let view = client.view
        let edits = client.plan.requestEdits
        func add(_ name: String, _ value: [UInt8]) {
            guard !HeaderEdits.drops(Array(name.utf8)[...], edits) else { return }
            append(name.utf8, value, to: &output)
        }
        var chain: [UInt8] = []
        if forwarding.isTrustedPeer, let earlier = view.header(named: Array("x-forwarded-for".utf8))
        {
            chain = earlier + Array(", ".utf8)
        }
        if let peer = view.peer.ip {
            chain += Array(peer.text.utf8)
            add("x-forwarded-for", chain)
        }
        let isKept = { (name: String) in
            forwarding.isTrustedPeer && view.header(named: Array(name.utf8)) != nil
        }
        if !isKept("x-forwarded-proto") {
            add("x-forwarded-proto", Array((view.scheme == .https ? "https" : "http").utf8))
        }
        if !isKept("x-forwarded-host"), let host = view.header(named: Array("host".utf8)) {
            add("x-forwarded-host", host)
        }
    }
}

/// A rule's header edits, applied in their order: a later `set` or `remove` of a name undoes what
/// came before.
enum HeaderEdits {
    /// Whether a received line of this name is dropped.
    static func drops(_ name: ArraySlice<UInt8>, _ edits: [HeaderEdit]) -> Bool {
        edits.contains { edit in
            (edit.operation == .set || edit.operation == .remove)
                && FieldText.equalsIgnoringCase(name, edit.name)
        }
    }

    /// The lines that the edits leave to be written.
    static func additions(_ edits: [HeaderEdit]) -> [HeaderEdit] {
        edits.enumerated().filter { index, edit in
            switch edit.operation {
            case .remove, .removeCookie: return false
            case .set, .add:
                return !edits[(index + 1)...].contains {
                    ($0.operation == .set || $0.operation == .remove) && $0.name == edit.name
                }
            case .setCookie:
                return !edits[(index + 1)...].contains {
                    ($0.operation == .setCookie || $0.operation == .removeCookie)
                        && $0.name == edit.name
                }
            }
        }.map { edit in
            guard edit.element.operation == .setCookie else { return edit.element }
            return HeaderEdit(
                .add, name: Array("set-cookie".utf8), value: edit.element.value)
        }
    }

    /// Whether a `Set-Cookie` line is of a cookie that an edit sets or removes.
    static func dropsCookie(_ value: ArraySlice<UInt8>, _ edits: [HeaderEdit]) -> Bool {
        let name = value.prefix { $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: ";") }
        return edits.contains { edit in
            (edit.operation == .setCookie || edit.operation == .removeCookie)
                && edit.name.elementsEqual(name)
        }
    }
}
