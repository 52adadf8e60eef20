internal import HTTPWire
internal import RequestModel
internal import RuleLang

/// What the router says of itself and of the client in a request to a server.
struct Forwarding {
    /// The peer may speak for the client: its `X-Forwarded-*` are kept and added to.
    var isTrustedPeer: Bool
    /// The Host of a request that came without one (HTTP/1.0).
    var server: [UInt8]
    /// The request asks for a WebSocket and the pool allows it.
    var upgrades: Bool
}

/// Heads of requests to upstreams (RFC 9110 section 7.6, RFC 9112).
enum RequestWriter {
    static func write(
        _ exchange: Exchange, _ forwarding: Forwarding, to output: inout [UInt8]
    ) {
        let view = exchange.view
        let edits = exchange.plan.requestEdits
        output.append(contentsOf: view.bytes[view.method.indices])
        output.append(UInt8(ascii: " "))
        writeTarget(exchange, to: &output)
        output.append(contentsOf: Text.requestVersion)
        let host = received(.host, view)
        writeHost(exchange, host, forwarding, to: &output)
        var run = FieldRun()
        let passesAll = edits.isEmpty && exchange.head.connectionOptions.isEmpty
        for index in view.fields.indices {
            let field = view.fields[index]
            guard isForwarded(field.kind, forwarding.isTrustedPeer) else { continue }
            guard passesAll || passes(field, exchange) else { continue }
            run.add(field, view.bytes, to: &output)
        }
        run.finish(view.bytes, to: &output)
        writeForwarded(exchange, host, forwarding, to: &output)
        writeTrace(exchange, to: &output)
        output.append(contentsOf: view.version == .http10 ? Text.viaHTTP10 : Text.via)
        if !edits.isEmpty {
            for edit in HeaderEdits.additions(edits) {
                Text.append(edit.name, edit.value, to: &output)
            }
        }
        if forwarding.upgrades { output.append(contentsOf: Text.websocket) }
        switch exchange.head.framing {
        case .length(let length): Text.appendLength(length, to: &output)
        case .chunked: output.append(contentsOf: Text.chunked)
        case .none, .untilClose: break
        }
        output.append(contentsOf: Text.crlf)
    }

    private static func writeTarget(_ exchange: Exchange, to output: inout [UInt8]) {
        if let target = exchange.plan.rewrittenTarget {
            output.append(contentsOf: target)
            return
        }
        let view = exchange.view
        output.append(contentsOf: view.bytes[view.path.indices])
        guard let query = view.query else { return }
        output.append(UInt8(ascii: "?"))
        output.append(contentsOf: view.bytes[query.indices])
    }

    private static func writeHost(
        _ exchange: Exchange, _ received: FieldLine?, _ forwarding: Forwarding,
        to output: inout [UInt8]
    ) {
        let view = exchange.view
        if let host = exchange.plan.host {
            output.append(contentsOf: host)
        } else if let received {
            output.append(contentsOf: view.bytes[received.value.indices])
        } else if !view.host.isEmpty {
            output.append(contentsOf: view.bytes[view.host.indices])
        } else {
            output.append(contentsOf: forwarding.server)
        }
        output.append(contentsOf: Text.crlf)
    }

    private static func received(_ kind: FieldKind, _ view: RequestView) -> FieldLine? {
        for index in view.fields.indices where view.fields[index].kind == kind {
            return view.fields[index]
        }
        return nil
    }

    /// Fields of one connection stay on it; others are written anew by the router, whatever the
    /// client says, or passed on only for a trusted proxy.
    private static func isForwarded(_ kind: FieldKind, _ isTrustedPeer: Bool) -> Bool {
        switch kind {
        case .other, .cookie, .date, .setCookie: true
        case .xForwardedProto, .xForwardedHost, .forwarded: isTrustedPeer
        case .host, .contentLength, .expect, .xForwardedFor, .traceparent, .requestID: false
        case .connection, .keepAlive, .proxyConnection, .te, .trailer, .transferEncoding, .upgrade:
            false
        }
    }

    private static func passes(_ field: FieldLine, _ exchange: Exchange) -> Bool {
        let name = exchange.view.text(field.name)
        let options = exchange.head.connectionOptions
        if HopByHop.isNominated(name, by: options, in: exchange.view.bytes) { return false }
        return !HeaderEdits.drops(name, exchange.plan.requestEdits)
    }

    private static func writeForwarded(
        _ exchange: Exchange, _ host: FieldLine?, _ forwarding: Forwarding,
        to output: inout [UInt8]
    ) {
        let view = exchange.view
        let edits = exchange.plan.requestEdits
        func isFree(_ name: [UInt8]) -> Bool {
            edits.isEmpty || !HeaderEdits.drops(name[...], edits)
        }
        if let peer = view.peer.ip, isFree(Text.forwardedFor) {
            output.append(contentsOf: Text.forwardedFor)
            output.append(contentsOf: Text.separator)
            if forwarding.isTrustedPeer, let chain = view.header(named: Text.forwardedFor) {
                output.append(contentsOf: chain)
                output.append(contentsOf: [0x2c, 0x20])
            }
            peer.append(to: &output)
            output.append(contentsOf: Text.crlf)
        }
        func isKept(_ kind: FieldKind) -> Bool {
            forwarding.isTrustedPeer && received(kind, view) != nil
        }
        if !isKept(.xForwardedProto), isFree(Text.forwardedProto) {
            let scheme = view.scheme == .https ? Text.https : Text.http
            Text.append(Text.forwardedProto, scheme, to: &output)
        }
        if let host, !isKept(.xForwardedHost), isFree(Text.forwardedHost) {
            output.append(contentsOf: Text.forwardedHost)
            output.append(contentsOf: Text.separator)
            output.append(contentsOf: view.bytes[host.value.indices])
            output.append(contentsOf: Text.crlf)
        }
    }

    private static func writeTrace(_ exchange: Exchange, to output: inout [UInt8]) {
        let edits = exchange.plan.requestEdits
        if edits.isEmpty || !HeaderEdits.drops(Text.traceparent[...], edits) {
            output.append(contentsOf: Text.traceparent)
            output.append(contentsOf: Text.separator)
            exchange.trace.appendTraceparent(exchange.view, to: &output)
            output.append(contentsOf: Text.crlf)
        }
        if edits.isEmpty || !HeaderEdits.drops(Text.requestID[...], edits) {
            output.append(contentsOf: Text.requestID)
            output.append(contentsOf: Text.separator)
            exchange.trace.appendRequestID(exchange.view, to: &output)
            output.append(contentsOf: Text.crlf)
        }
    }
}
