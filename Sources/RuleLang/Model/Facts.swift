package import RequestModel

/// What a test or `explain` says about the connection of a request.
package struct Facts: Sendable {
    package struct TLS: Sendable {
        package var sni: [UInt8]?
        package var version: String
        package var alpn: [UInt8]?
        package var clientSubject: [UInt8]?
        package var clientVerified: Bool

        package init(
            sni: [UInt8]? = nil, version: String = "1.3", alpn: [UInt8]? = nil,
            clientSubject: [UInt8]? = nil, clientVerified: Bool = false
        ) {
            self.sni = sni
            self.version = version
            self.alpn = alpn
            self.clientSubject = clientSubject
            self.clientVerified = clientVerified
        }
    }

    /// The client's address (`from`); behind a trusted `peer` it stands for what the proxy said.
    package var from: IPAddress?
    package var peer: IPAddress?
    package var version = HTTPVersion.http11
    package var tls: TLS?
    /// Milliseconds since the Unix epoch; nil when the test does not say.
    package var now: Int64?

    package init() {}
}
