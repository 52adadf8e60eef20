internal import HTTPWire
internal import Sockets

/// Pieces of heads.
enum Text {
    static var crlf: StaticString { "\r\n" }
    static var separator: StaticString { ": " }
    static var comma: StaticString { ", " }
    static var requestVersion: StaticString { " HTTP/1.1\r\nhost: " }
    static var responseVersion: StaticString { "HTTP/1.1 " }
    static let forwardedFor = Array("x-forwarded-for".utf8)
    static let forwardedProto = Array("x-forwarded-proto".utf8)
    static let forwardedHost = Array("x-forwarded-host".utf8)
    static let traceparent = Array("traceparent".utf8)
    static let requestID = Array("x-request-id".utf8)
    static var forwardedForIs: StaticString { "x-forwarded-for: " }
    static var forwardedProtoIsHTTP: StaticString { "x-forwarded-proto: http\r\n" }
    static var forwardedProtoIsHTTPS: StaticString { "x-forwarded-proto: https\r\n" }
    static var forwardedHostIs: StaticString { "x-forwarded-host: " }
    static var traceparentIs: StaticString { "traceparent: " }
    static var requestIDIs: StaticString { "x-request-id: " }
    static var via: StaticString { "via: 1.1 l7route\r\n" }
    static var viaHTTP10: StaticString { "via: 1.0 l7route\r\n" }
    static var contentLength: StaticString { "content-length: " }
    static var maxForwards: StaticString { "max-forwards: " }
    static var chunked: StaticString { "transfer-encoding: chunked\r\n" }
    static var date: StaticString { "date: " }
    static var close: StaticString { "connection: close\r\n" }
    static var keepAlive: StaticString { "connection: keep-alive\r\n" }
    static var upgradeOption: StaticString { "connection: upgrade\r\n" }
    static var closeAndUpgrade: StaticString { "connection: close, upgrade\r\n" }
    static var websocket: StaticString { "connection: upgrade\r\nupgrade: websocket\r\n" }
    static var `continue`: StaticString { "HTTP/1.1 100 Continue\r\n\r\n" }

    /// `200 OK` and so on, by status from 100 on.
    static let statuses: [[UInt8]] = (100...599).map { status in
        Array("\(status) \(ReasonPhrase.of(UInt16(status)))\r\n".utf8)
    }

    /// `name: value CRLF`
    static func append(_ name: [UInt8], _ value: [UInt8], to output: inout ByteBuffer) {
        output.append(all: name)
        output.append(separator)
        output.append(all: value)
        output.append(crlf)
    }

    static func appendMaxForwards(_ hops: UInt64, to output: inout ByteBuffer) {
        output.append(maxForwards)
        output.append(decimal: hops)
        output.append(crlf)
    }

    static func appendLength(_ length: UInt64, to output: inout ByteBuffer) {
        output.append(contentLength)
        output.append(decimal: length)
        output.append(crlf)
    }
}
