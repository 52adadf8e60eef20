internal import HTTPWire
internal import RequestModel
internal import RuleLang
internal import Sockets

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
        _ exchange: borrowing Exchange, _ forwarding: Forwarding, to output: inout ByteBuffer
    ) {
        let edits = exchange.plan.requestEdits
        writeMethodAndTarget(exchange, to: &output)
        output.append(Text.requestVersion)
        let host = received(.host, exchange)
        writeHost(exchange, host, forwarding, to: &output)
        var run = FieldRun()
        let passesAll =
            edits.isEmpty && exchange.head.connectionOptions.isEmpty
            && !exchange.head.countsForwards
        let special = passesAll ? exchange.view.special : .all
        for index in special.members(of: exchange.view.fields.count) {
            run.addOrdinary(
                before: index, of: exchange.view.fields, exchange.view.bytes, to: &output)
            let field = exchange.view.fields[index]
            guard isForwarded(field.kind, forwarding.isTrustedPeer) else { continue }
            if field.kind == .tracestate, !exchange.trace.isContinued { continue }
            guard passesAll || passes(field, exchange) else { continue }
            run.add(field, exchange.view.bytes, to: &output)
        }
        run.finish(exchange.view.fields, exchange.view.bytes, to: &output)
        writeForwarded(exchange, host, forwarding, to: &output)
        writeTrace(exchange, to: &output)
        output.append(exchange.view.version == .http10 ? Text.viaHTTP10 : Text.via)
        if !edits.isEmpty {
            for edit in HeaderEdits.additions(edits) {
                Text.append(edit.name, edit.value, to: &output)
            }
        }
        if forwarding.upgrades { output.append(Text.websocket) }
        if exchange.head.countsForwards {
            Text.appendMaxForwards(UInt64(exchange.head.maxForwards) - 1, to: &output)
        }
        switch exchange.head.framing {
        case .length(let length): Text.appendLength(length, to: &output)
        case .chunked: output.append(Text.chunked)
        case .none, .untilClose: break
        }
        output.append(Text.crlf)
    }

    private static func writeMethodAndTarget(
        _ exchange: borrowing Exchange, to output: inout ByteBuffer
    ) {
        let method = exchange.view.method
        let path = exchange.view.path
        let query = exchange.view.query
        let isReceived = path.start == method.end &+ 1 && exchange.plan.rewrittenTarget == nil
        if isReceived, let query, query.start == path.end &+ 1 {
            // As it came, with the space and the "?" in between.
            output.append(exchange.view.bytes, in: Int(method.start)..<Int(query.end))
            return
        }
        output.append(exchange.view.bytes, in: method.indices)
        output.append(UInt8(ascii: " "))
        if let target = exchange.plan.rewrittenTarget {
            output.append(all: target)
            return
        }
        output.append(exchange.view.bytes, in: path.indices)
        guard let query else { return }
        output.append(UInt8(ascii: "?"))
        output.append(exchange.view.bytes, in: query.indices)
    }

    private static func writeHost(
        _ exchange: borrowing Exchange, _ received: FieldLine?, _ forwarding: Forwarding,
        to output: inout ByteBuffer
    ) {
        if let host = exchange.plan.host {
            output.append(all: host)
        } else if let received {
            output.append(exchange.view.bytes, in: received.value.indices)
        } else if !exchange.view.host.isEmpty {
            output.append(exchange.view.bytes, in: authority(exchange.view))
        } else {
            output.append(all: forwarding.server)
        }
        output.append(Text.crlf)
    }

    /// The authority of an absolute-form target, with its port: the view's host has none.
    private static func authority(_ view: RequestView) -> Range<Int> {
        let target = view.target.indices
        let slash = UInt8(ascii: "/")
        let scheme = view.bytes[target].prefix { $0 != slash }
        let start = min(scheme.endIndex + 2, target.upperBound)
        let rest = view.bytes[start..<target.upperBound]
        return start..<(rest.firstIndex { $0 == slash || $0 == UInt8(ascii: "?") } ?? rest.endIndex)
    }

    /// The first line of a kind. Given the view instead, it would get a copy of it.
    private static func received(
        _ kind: FieldKind, _ exchange: borrowing Exchange
    ) -> FieldLine? {
        for index in exchange.view.special.members(of: exchange.view.fields.count)
        where exchange.view.fields[index].kind == kind {
            return exchange.view.fields[index]
        }
        return nil
    }

    /// Fields of one connection stay on it; others are written anew by the router, whatever the
    /// client says, or passed on only for a trusted proxy.
    private static func isForwarded(_ kind: FieldKind, _ isTrustedPeer: Bool) -> Bool {
        switch kind {
        case .other, .cookie, .date, .maxForwards, .setCookie, .tracestate: true
        case .xForwardedProto, .xForwardedHost, .xForwardedOther, .forwarded: isTrustedPeer
        case .host, .contentLength, .expect, .xForwardedFor, .traceparent, .requestID: false
        case .connection, .http2Settings, .keepAlive, .proxyAuthenticate, .proxyAuthorization,
            .proxyConnection, .te, .trailer, .transferEncoding, .upgrade:
            false
        }
    }

    private static func passes(_ field: FieldLine, _ exchange: borrowing Exchange) -> Bool {
        if field.kind == .maxForwards, exchange.head.countsForwards { return false }
        let name = exchange.view.bytes[field.name.indices]
        let options = exchange.head.connectionOptions
        if HopByHop.isNominated(name, by: options, in: exchange.view.bytes) { return false }
        return !HeaderEdits.drops(name, exchange.plan.requestEdits)
    }

    private static func writeForwarded(
        _ exchange: borrowing Exchange, _ host: FieldLine?, _ forwarding: Forwarding,
        to output: inout ByteBuffer
    ) {
        let edits = exchange.plan.requestEdits
        func isFree(_ name: [UInt8]) -> Bool {
            edits.isEmpty || !HeaderEdits.drops(name[...], edits)
        }
        if let peer = exchange.view.peer.ip, isFree(Text.forwardedFor) {
            output.append(Text.forwardedForIs)
            if forwarding.isTrustedPeer, let chain = exchange.view.header(named: Text.forwardedFor)
            {
                output.append(all: chain)
                output.append(Text.comma)
            }
            peer.append(decimalTo: &output)
            output.append(Text.crlf)
        }
        func isKept(_ kind: FieldKind) -> Bool {
            forwarding.isTrustedPeer && received(kind, exchange) != nil
        }
        if !isKept(.xForwardedProto), isFree(Text.forwardedProto) {
            if exchange.view.scheme == .https {
                output.append(Text.forwardedProtoIsHTTPS)
            } else {
                output.append(Text.forwardedProtoIsHTTP)
            }
        }
        if let host, !isKept(.xForwardedHost), isFree(Text.forwardedHost) {
            output.append(Text.forwardedHostIs)
            output.append(exchange.view.bytes, in: host.value.indices)
            output.append(Text.crlf)
        }
    }

    private static func writeTrace(_ exchange: borrowing Exchange, to output: inout ByteBuffer) {
        let edits = exchange.plan.requestEdits
        if edits.isEmpty || !HeaderEdits.drops(Text.traceparent[...], edits) {
            output.append(Text.traceparentIs)
            output.append(exchange.view.bytes, in: exchange.trace.traceparent.indices)
            output.append(Text.crlf)
        }
        if edits.isEmpty || !HeaderEdits.drops(Text.requestID[...], edits) {
            output.append(Text.requestIDIs)
            output.append(exchange.view.bytes, in: exchange.trace.requestID.indices)
            output.append(Text.crlf)
        }
    }
}
