/// Whose word about the client is believed (language.md 10).
package struct TrustedProxies: Hashable, Sendable {
    package enum Header: Sendable { case xForwardedFor, forwarded, proxyProtocol }

    package var blocks: [CIDRBlock]
    package var header: Header

    package init(blocks: [CIDRBlock], header: Header) {
        self.blocks = blocks
        self.header = header
    }
}
