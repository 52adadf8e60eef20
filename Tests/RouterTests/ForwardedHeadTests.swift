import HTTPWire
import RequestModel
import RuleLang
import Sockets
import TestSupport
import Testing

@testable import Router

/// What goes on does not depend on how a head was read: the lines that a parser calls ordinary are
/// passed on as if each had been looked at.
@Suite struct ForwardedHeadTests {
    private static let lines = [
        "Accept: */*", "User-Agent: a", "X-Own:b", "X-Own:  b ", "Cookie: a=1", "Cookie: b=2",
        "Via: 1.1 x", "TE: trailers", "Keep-Alive: 1", "X_Under: c", "Date: now",
        "X-Forwarded-For: 1.2.3.4", "X-Forwarded-Proto: https", "traceparent: 00-1",
        "tracestate: a=b", "X-Request-Id: r1", "Max-Forwards: 3", "Empty:", "Referer: \u{e9}",
        "X-Long-Name-That-No-Table-Has: d", "Set-Cookie: s=1", "Content-Language: de",
    ]
    private let limits = HeadLimits(head: 32_768, fields: 200, target: 8_192)

    private func head(_ start: String, _ random: inout SeededGenerator) -> [UInt8] {
        var text = start
        for _ in 0..<Int.random(in: 0...120, using: &random) {
            text += (Self.lines.randomElement(using: &random) ?? "") + "\r\n"
        }
        return Array((text + "\r\n").utf8)
    }

    @Test func requests() throws {
        var random = SeededGenerator(seed: 9110)
        for round in 0..<2_000 {
            let head = head("GET /a?b HTTP/1.1\r\nHost: x\r\n", &random)
            var policy = ListenerPolicy()
            policy.headerUnderscores = round % 2 == 0 ? .drop : .keep
            let known = try forwarded(head, policy, isKnown: true, trusts: round % 3 == 0)
            let plain = try forwarded(head, policy, isKnown: false, trusts: round % 3 == 0)
            #expect(known == plain)
        }
    }

    private func forwarded(
        _ head: [UInt8], _ policy: ListenerPolicy, isKnown: Bool, trusts: Bool
    ) throws -> String {
        var exchange = Exchange()
        var lines = HeadLines()
        var scanner = HeadScanner()
        let scanned = scanner.scan(head, head.indices, limit: limits.head, lines: &lines)
        #expect(scanned == .complete(end: head.count))
        exchange.head = try RequestHeadParser.parse(
            head, head.indices, limits: limits, names: HeaderNames(), lines: lines,
            into: &exchange.view
        ).get()
        if !isKnown { exchange.view.special = .all }
        exchange.view.peer = Endpoint(ip: IPAddress(parsing: "9.8.7.6".utf8))
        #expect(exchange.view.canonicalise(policy: policy, trustedProxies: nil) == nil)
        exchange.readTrace((1, 2, 3))
        var output = ByteBuffer()
        RequestWriter.write(
            exchange,
            Forwarding(isTrustedPeer: trusts, server: Array("s".utf8), upgrades: false),
            to: &output)
        return text(output)
    }

    @Test func responses() {
        var random = SeededGenerator(seed: 9112)
        for _ in 0..<2_000 {
            let head = head("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n", &random)
            var scanner = HeadScanner(.response)
            var lines = HeadLines()
            let scanned = scanner.scan(head, head.indices, limit: limits.head, lines: &lines)
            #expect(scanned == .complete(end: head.count))
            let received = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
            var response = ResponseHead()
            let refusal = response.parse(
                head, head.indices, limits: limits, requestMethodIsHEAD: false, lines: lines)
            #expect(refusal == nil)
            var output = ByteBuffer()
            ResponseWriter.write(
                response, .length(0), edits: [], date: [], connection: .none, to: &output)
            let kept = text(output).split(separator: "\r\n").dropFirst().filter {
                !$0.hasPrefix("via: 1.1 l7route") && !$0.hasPrefix("date:")
                    && !$0.hasPrefix("content-length")
            }
            let dropped = ["TE:", "Keep-Alive:", "Content-Length:"]
            let expected = received.dropFirst().filter { line in
                !dropped.contains(where: line.hasPrefix)
            }
            #expect(kept.map(spelled) == expected.map(spelled))
        }
    }

    /// A line with one space behind its colon and none at its end.
    private func spelled(_ line: Substring) -> String {
        let colon = line.firstIndex(of: ":") ?? line.endIndex
        let value = line[colon...].dropFirst().drop { $0 == " " }
        let end = value.lastIndex { $0 != " " }.map(value.index(after:)) ?? value.startIndex
        return line[..<colon] + ": " + value[..<end]
    }

    private func text(_ output: borrowing ByteBuffer) -> String {
        var bytes: [UInt8] = []
        output.copy(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
