package import RequestModel

extension Program {
    /// The view of a request written down in a test or for `explain`: `localhost`, http, HTTP/1.1,
    /// the first listener, from 192.0.2.1, unless told otherwise (language.md 11).
    package func view(
        method: String, target: [UInt8], headers: [(name: [UInt8], value: [UInt8])],
        facts: Facts, listener: ListenerID?
    ) -> Result<RequestView, Refusal> {
        var builder = RequestBuilder()
        builder.method = Array(method.utf8)
        builder.target = target
        builder.headers = headers
        builder.version = facts.version
        if let peer = facts.peer ?? facts.from { builder.peer = peer }
        if let tls = facts.tls {
            builder.tls = TLSText(
                sni: tls.sni, version: Array(tls.version.utf8), alpn: tls.alpn,
                clientSubject: tls.clientSubject, clientVerified: tls.clientVerified)
        }
        builder.now = facts.now ?? 0
        builder.trustedProxies = settings.trustedProxies
        if let listener = listener.map({ listeners[$0] }) ?? listeners.first {
            builder.listenerName = Array(listener.name.utf8)
            builder.policy = listener.policy
            if case .ip(_, let port) = listener.address { builder.listenerPort = port }
        }
        return builder.build(headerNames: self.headers).map { view in
            guard let from = facts.from, facts.peer != nil else { return view }
            var view = view
            view.client.ip = from
            return view
        }
    }
}
