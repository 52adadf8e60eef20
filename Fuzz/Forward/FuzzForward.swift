internal import HTTPWire
internal import RequestModel
internal import RuleLang
internal import Sockets

@testable internal import Router

/// What the router forwards for a head that it accepts is read again by its own parser: exactly one
/// message, with the same method, path, query, host and framing, and nothing that belongs to one
/// connection.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    let limits = HeadLimits(head: 32_768, fields: 100, target: 8_192)
    var exchange = Exchange()
    guard let head = read(input, limits, into: &exchange.view) else { return 0 }
    // The router is the last hop: it answers itself.
    if head.maxForwards == 0 { return 0 }
    exchange.head = head
    exchange.readTrace((1, 2, 3))
    var output = ByteBuffer()
    RequestWriter.write(
        exchange, Forwarding(isTrustedPeer: false, server: Array("s:1".utf8), upgrades: false),
        to: &output)
    var forwarded: [UInt8] = []
    output.copy(to: &forwarded)
    var scanner = HeadScanner(.request)
    guard
        case .complete(forwarded.count) = scanner.scan(
            forwarded, forwarded.indices, limit: limits.head)
    else { fatalError("not one head") }
    var view = RequestView()
    guard let again = read(forwarded, limits, into: &view) else {
        fatalError("the router refuses what it forwards")
    }
    precondition(again.framing == head.framing, "another framing")
    precondition(text(view, view.method) == text(exchange.view, exchange.view.method))
    precondition(text(view, view.path) == text(exchange.view, exchange.view.path), "another path")
    precondition(
        view.query.map { text(view, $0) }
            == exchange.view.query.map {
                text(exchange.view, $0)
            })
    if !exchange.view.host.isEmpty {
        precondition(text(view, view.host) == text(exchange.view, exchange.view.host))
    }
    precondition(again.connectionOptions.isEmpty && again.keepsAlive, "a field of one connection")
    for field in view.fields where field.kind.isHopByHop {
        precondition(field.kind == .transferEncoding && again.framing == .chunked)
    }
    return 0
}

private func read(
    _ bytes: [UInt8], _ limits: HeadLimits, into view: inout RequestView
) -> RequestHead? {
    var scanner = HeadScanner(.request)
    var lines = HeadLines()
    guard
        case .complete(let end) = scanner.scan(
            bytes, bytes.indices, limit: limits.head, lines: &lines),
        case .success(let head) = RequestHeadParser.parse(
            bytes, scanner.start..<end, limits: limits, names: HeaderNames(), lines: lines,
            into: &view),
        view.canonicalise(policy: ListenerPolicy(), trustedProxies: nil) == nil
    else { return nil }
    return head
}

private func text(_ view: RequestView, _ range: ByteRange) -> [UInt8] { Array(view.text(range)) }
