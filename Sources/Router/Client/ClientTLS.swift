internal import RequestModel
internal import Sockets
internal import TLS

/// What the handshake of a client's connection said, as bytes for the requests on it.
final class ClientTLS {
    let serverName: [UInt8]?
    private let version: [UInt8]
    private let alpn: [UInt8]?
    private let subject: [UInt8]?
    private let isVerified: Bool
    let wasResumed: Bool

    init(_ facts: TLSSessionFacts) {
        serverName = facts.serverName.map { Array($0.utf8) }
        version = Array(facts.version.utf8)
        alpn = facts.alpn.map { Array($0.utf8) }
        subject = facts.clientSubject.map { Array($0.utf8) }
        isVerified = facts.clientVerified
        wasResumed = facts.wasResumed
    }

    /// Puts the facts behind a request's bytes.
    func append(to view: inout RequestView) {
        func place(_ text: [UInt8]?) -> ByteRange? {
            guard let text else { return nil }
            let start = view.bytes.count
            view.bytes.append(all: text)
            return ByteRange(start..<view.bytes.count)
        }
        view.tls = TLSFacts(
            sni: place(serverName), version: place(version) ?? .empty, alpn: place(alpn),
            clientSubject: place(subject), clientVerified: isVerified)
    }
}
