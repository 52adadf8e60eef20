internal import HTTPWire
internal import Sockets

/// Pieces of heads, as bytes made once.
enum Text {
    static let crlf: [UInt8] = [0x0d, 0x0a]
    static let separator: [UInt8] = [0x3a, 0x20]
    static let comma: [UInt8] = [0x2c, 0x20]
    static let requestVersion = Array(" HTTP/1.1\r\nhost: ".utf8)
    static let responseVersion = Array("HTTP/1.1 ".utf8)
    static let forwardedFor = Array("x-forwarded-for".utf8)
    static let forwardedProto = Array("x-forwarded-proto".utf8)
    static let forwardedHost = Array("x-forwarded-host".utf8)
    static let traceparent = Array("traceparent".utf8)
    static let requestID = Array("x-request-id".utf8)
    static let http = Array("http".utf8)
    static let https = Array("https".utf8)
    static let via = Array("via: 1.1 l7route\r\n".utf8)
    static let viaHTTP10 = Array("via: 1.0 l7route\r\n".utf8)
    static let contentLength = Array("content-length: ".utf8)
    static let chunked = Array("transfer-encoding: chunked\r\n".utf8)
    static let date = Array("date: ".utf8)
    static let close = Array("connection: close\r\n".utf8)
    static let keepAlive = Array("connection: keep-alive\r\n".utf8)
    static let upgradeOption = Array("connection: upgrade\r\n".utf8)
    static let closeAndUpgrade = Array("connection: close, upgrade\r\n".utf8)
    static let websocket = Array("connection: upgrade\r\nupgrade: websocket\r\n".utf8)
    static let `continue` = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// `200 OK` and so on, by status from 100 on.
    static let statuses: [[UInt8]] = (100...599).map { status in
        Array("\(status) \(ReasonPhrase.of(UInt16(status)))\r\n".utf8)
    }

    /// `name: value CRLF`
    static func append(_ name: [UInt8], _ value: [UInt8], to output: inout ByteBuffer) {
        output.append(all: name)
        output.append(all: separator)
        output.append(all: value)
        output.append(all: crlf)
    }

    static func appendLength(_ length: UInt64, to output: inout ByteBuffer) {
        output.append(all: contentLength)
        output.append(decimal: length)
        output.append(all: crlf)
    }
}
