/// Field names that requests and responses often have and the router does not care about (from the
/// IANA registry of field names and what browsers send). In the table of names, they are told apart
/// from faults by one look-up.
enum CommonNames {
    static let all = (request + response + both).split(separator: " ").map(String.init)

    private static let request = """
        accept accept-charset accept-encoding accept-language access-control-request-headers \
        access-control-request-method authorization baggage dnt downlink ect from if-match \
        if-modified-since if-none-match if-range if-unmodified-since last-event-id \
        origin priority range referer rtt save-data sec-ch-ua \
        sec-ch-ua-arch sec-ch-ua-mobile sec-ch-ua-model sec-ch-ua-platform \
        sec-ch-ua-platform-version sec-fetch-dest sec-fetch-mode sec-fetch-site sec-fetch-user \
        sec-gpc sec-websocket-extensions sec-websocket-key sec-websocket-protocol \
        sec-websocket-version service-worker tracestate upgrade-insecure-requests user-agent \
        x-api-key x-csrf-token x-http-method-override \
        x-real-ip x-requested-with
        """

    private static let response = """
         accept-ranges access-control-allow-credentials access-control-allow-headers \
        access-control-allow-methods access-control-allow-origin access-control-expose-headers \
        access-control-max-age age allow alt-svc content-security-policy \
        cross-origin-opener-policy cross-origin-resource-policy etag expires last-modified \
        location permissions-policy referrer-policy retry-after \
        sec-websocket-accept server server-timing strict-transport-security \
        timing-allow-origin vary www-authenticate x-cache x-content-type-options \
        x-frame-options x-powered-by x-xss-protection
        """

    private static let both = """
         cache-control content-disposition content-encoding content-language content-location \
        content-md5 content-range content-type link pragma via warning x-correlation-id
        """
}
