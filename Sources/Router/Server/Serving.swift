internal import RequestModel
package import RuleLang

/// What a program uses and this version of `serve` cannot do: refused at the start, never ignored.
package enum Serving {
    package struct Refusal: Sendable {
        package let span: SourceSpan?
        package let message: String
    }

    package static func refusals(_ program: Program) -> [Refusal] {
        var refusals: [Refusal] = []
        func refuse(_ span: SourceSpan?, _ what: String) {
            refusals.append(Refusal(span: span, message: "`serve` cannot do \(what) yet"))
        }
        if program.listeners.isEmpty {
            refusals.append(
                Refusal(
                    span: nil,
                    message: "the file has no `listen`: add a line such as `listen 127.0.0.1:8080`")
            )
        }
        let places = program.settings.places
        let settings = program.settings
        if settings.trustedProxies?.header == .proxyProtocol {
            refuse(places["trusted_proxies"], "the PROXY protocol")
        }
        return refusals
    }
}
