extension RequestView {
    /// Derives `rawPath`, `query`, `path`, `host`, `scheme`, `client` and `upgrade` from `method`,
    /// `target`, `version`, `fields`, `peer`, `port`, `listener` and `tls`, and drops the fields
    /// that
    /// no rule may see. Returns why the request is refused, if it is; the view is of no use then.
    ///
    /// The authority of an absolute-form target and the Host line must name the same server; the
    /// line is then spelled as the target is (RFC 9112 section 3.2.2). Behind the PROXY protocol
    /// `client` is the caller's and stays.
    package mutating func canonicalise(
        policy: ListenerPolicy, trustedProxies: TrustedProxies?
    ) -> Refusal? {
        let survey = surveyFields(policy)
        let parts: RequestTarget
        switch RequestTarget.split(bytes, method: method.indices, target: target.indices) {
        case .success(let split): parts = split
        case .failure(let refusal): return refusal
        }
        if let reason = derivePath(parts, policy) ?? deriveHost(parts, survey) {
            return Refusal(400, reason)
        }
        let isTrusted = trustedProxies.map { ClientWalk.isTrusted(peer.ip, $0.blocks) } ?? false
        deriveScheme(survey, isTrusted: isTrusted)
        if parts.authority != nil, parts.isSecure != (scheme == .https) {
            // RFC 9110 section 7.4: a resource is asked for by its own scheme only.
            return Refusal(421, .misdirected)
        }
        deriveClient(trustedProxies, isTrusted: isTrusted)
        deriveUpgrade(survey)
        if survey.cookieCount > 1 { joinCookies() }
        return nil
    }

    /// Removes everything but capacity, for the next request.
    package mutating func reset() {
        // Emptying an array that is empty costs as much as any other.
        if !bytes.isEmpty { bytes.removeAll(keepingCapacity: true) }
        if !fields.isEmpty { fields.removeAll(keepingCapacity: true) }
        special = .all
        method = .empty
        target = .empty
        version = .http11
        scheme = .http
        host = .empty
        port = 0
        rawPath = .empty
        path = .empty
        query = nil
        upgrade = nil
        client = Endpoint()
        peer = Endpoint()
        listener = .empty
        tls = nil
        now = 0
    }

    /// The bytes of a range.
    package func text(_ range: ByteRange) -> ArraySlice<UInt8> { bytes[range.indices] }

    /// Drops the fields that must not be seen and notes those that matter here.
    private mutating func surveyFields(_ policy: ListenerPolicy) -> FieldSurvey {
        var survey = FieldSurvey()
        for index in special.members(of: fields.count) { survey.note(fields[index], at: index) }
        guard survey.hasUnderscore, policy.headerUnderscores == .drop else { return survey }
        fields.removeAll { $0.hasUnderscore }
        special = .all
        return surveyFields(policy)
    }

    private mutating func derivePath(
        _ parts: RequestTarget, _ policy: ListenerPolicy
    ) -> RefusalReason? {
        query = parts.query.map { ByteRange($0) }
        rawPath = ByteRange(parts.path)
        path = rawPath
        if parts.isAsterisk { return nil }
        if parts.path.isEmpty {
            // `http://host` means `http://host/` (RFC 9110 section 4.2.3), but OPTIONS asks for the
            // whole server (RFC 9112 section 3.2.4).
            let isServer = parts.query == nil && bytes[method.indices].elementsEqual(Self.options)
            bytes.append(isServer ? UInt8(ascii: "*") : UInt8(ascii: "/"))
            rawPath = ByteRange(bytes.count - 1..<bytes.count)
            path = rawPath
            return nil
        }
        switch CanonicalPath.canonicalise(in: &bytes, parts.path, policy: policy) {
        case .unchanged: return nil
        case .rewritten(let range):
            path = ByteRange(range)
            return nil
        case .refused(let reason): return reason
        }
    }

    private mutating func deriveHost(
        _ parts: RequestTarget, _ survey: FieldSurvey
    ) -> RefusalReason? {
        host = .empty
        guard survey.hostCount <= 1 else { return .duplicateHost }
        guard survey.hostCount == 1 || version == .http10 else { return .missingHost }
        var named: UInt16?
        if survey.hostCount == 1 {
            let value = fields[survey.hostIndex].value.indices
            guard let parsed = CanonicalHost.parse(in: &bytes, value) else { return .badHost }
            host = ByteRange(parsed.host)
            named = parsed.port
        }
        guard let authority = parts.authority else { return nil }
        guard let parsed = CanonicalHost.parse(in: &bytes, authority) else { return .badHost }
        if survey.hostCount == 1 {
            // Two names for one request: nobody can tell which one the next reader believes.
            let usual: UInt16 = parts.isSecure ? 443 : 80
            guard bytes[parsed.host].elementsEqual(text(host)),
                parsed.port ?? usual == named ?? usual
            else { return .hostMismatch }
            fields[survey.hostIndex].value = ByteRange(authority)
            fields[survey.hostIndex].isVerbatim = false
        }
        host = ByteRange(parsed.host)
        return nil
    }

    private static let options = Array("OPTIONS".utf8)
    private static let http = Array("http".utf8)
    private static let https = Array("https".utf8)

    private mutating func deriveScheme(_ survey: FieldSurvey, isTrusted: Bool) {
        scheme = tls == nil ? .http : .https
        guard isTrusted, survey.protoCount == 1 else { return }
        if ASCII.matches(bytes, survey.proto.indices, Self.http) { scheme = .http }
        if ASCII.matches(bytes, survey.proto.indices, Self.https) { scheme = .https }
    }

    private mutating func deriveClient(_ proxies: TrustedProxies?, isTrusted: Bool) {
        if proxies?.header == .proxyProtocol, client.ip != nil { return }
        client = peer
        guard let proxies, isTrusted else { return }
        var walk = ClientWalk(from: peer, blocks: proxies.blocks)
        let kind: FieldKind = proxies.header == .forwarded ? .forwarded : .xForwardedFor
        for line in fields.reversed() where line.kind == kind {
            let goesOn =
                switch proxies.header {
                case .xForwardedFor: walk.visitForwardedFor(bytes, line.value.indices)
                case .forwarded: walk.visitForwarded(bytes, line.value.indices)
                case .proxyProtocol: false
                }
            guard goesOn else { break }
        }
        client = walk.client
    }

    /// One Cookie line, whatever came (RFC 6265 section 5.4): a server that reads only the first or
    /// the last one would see other cookies than the rules.
    private mutating func joinCookies() {
        let start = bytes.count
        var first: Int?
        var kept = 0
        for index in fields.indices {
            let line = fields[index]
            if line.kind == .cookie {
                if !line.value.isEmpty {
                    if bytes.count > start { bytes.append(contentsOf: [0x3b, 0x20]) }
                    for place in line.value.indices { bytes.append(bytes[place]) }
                }
                guard first == nil else { continue }
                first = kept
            }
            if kept < index { fields[kept] = line }
            kept += 1
        }
        fields.removeSubrange(kept...)
        special = .all
        if let first {
            fields[first].value = ByteRange(start..<bytes.count)
            fields[first].isVerbatim = false
        }
    }

    /// `Upgrade` counts only when `Connection` names it (RFC 9110 section 7.8) and in HTTP/1.1.
    private mutating func deriveUpgrade(_ survey: FieldSurvey) {
        upgrade = nil
        guard survey.upgradeCount > 0, version == .http11, connectionUpgrades else { return }
        let start = bytes.count
        for line in fields where line.kind == .upgrade {
            if bytes.count > start { bytes.append(contentsOf: [0x2c, 0x20]) }
            _ = bytes.appendLowercased(line.value.indices)
        }
        upgrade = ByteRange(start..<bytes.count)
    }

    /// Some Connection line has the member `upgrade`.
    private var connectionUpgrades: Bool {
        fields.contains { line in
            guard line.kind == .connection else { return false }
            var members = ListMembers(bytes, line.value.indices)
            while let member = members.next() {
                if ASCII.matches(bytes, member, Self.upgradeOption) { return true }
            }
            return false
        }
    }

    private static let upgradeOption = Array("upgrade".utf8)
}
