internal import RequestModel

/// `timeouts`, `limits`, `log`, `defaults`, `trusted_proxies`, `admin`, `workers`.
extension Resolver {
    mutating func resolveSettings(_ entries: [SettingSyntax]) {
        for entry in entries {
            switch entry.name.text {
            case "timeouts": for entry in entry.block?.entries ?? [] { timeout(entry) }
            case "limits": for entry in entry.block?.entries ?? [] { limit(entry) }
            case "log": for entry in entry.block?.entries ?? [] { logSetting(entry) }
            case "defaults": for entry in entry.block?.entries ?? [] { defaultSetting(entry) }
            case "trusted_proxies":
                if note("trusted_proxies", entry) { trustedProxies(entry) }
            case "admin":
                guard note("admin", entry), let word = onlyWord(entry, "an address") else {
                    continue
                }
                program.settings.admin = listenAddress(word)
            default:
                guard note("workers", entry) else { continue }
                program.settings.workers = count(entry, in: 1...1_024)
            }
        }
    }

    private mutating func timeout(_ entry: SettingSyntax) {
        let name = entry.name.text
        guard note("timeouts.\(name)", entry),
            let value = duration(entry, allowsZero: name == "request")
        else { return }
        switch name {
        case "client_head": program.settings.timeouts.clientHead = value
        case "client_body": program.settings.timeouts.clientBody = value
        case "client_idle": program.settings.timeouts.clientIdle = value
        case "connect": program.settings.timeouts.connect = value
        case "first_byte": program.settings.timeouts.firstByte = value
        case "between_reads": program.settings.timeouts.betweenReads = value
        case "request": program.settings.timeouts.request = value
        case "tunnel_idle": program.settings.timeouts.tunnelIdle = value
        default: program.settings.timeouts.drain = value
        }
    }

    private mutating func limit(_ entry: SettingSyntax) {
        let name = entry.name.text
        guard note("limits.\(name)", entry) else { return }
        switch name {
        case "head": set(\.head, size(entry, in: 1 << 10...1 << 20))
        case "fields": set(\.fields, count(entry, in: 8...10_000))
        case "target": set(\.target, size(entry, in: 256...1 << 20))
        case "body": set(\.body, size(entry, in: 0...1 << 50))
        case "connections": set(\.connections, count(entry, in: 1...10_000_000))
        case "connections_per_client":
            set(\.connectionsPerClient, count(entry, in: 0...10_000_000))
        default: set(\.regexSteps, count(entry, in: 100...100_000_000))
        }
    }

    private mutating func set(_ limit: WritableKeyPath<Limits, Int>, _ value: Int?) {
        if let value { program.settings.limits[keyPath: limit] = value }
    }

    // MARK: - Log

    private mutating func logSetting(_ entry: SettingSyntax) {
        switch entry.name.text {
        case "to": if note("log.to", entry) { logDestination(entry) }
        case "format": if note("log.format", entry) { logFormat(entry) }
        default: redaction(entry)
        }
    }

    private mutating func logDestination(_ entry: SettingSyntax) {
        let help = "write `to stdout`, `to file \"access.log\"` or `to syslog`"
        guard case .word(let word)? = entry.arguments.first else {
            return badSetting(entry.name.span, "`to` needs a place", help: help)
        }
        switch (word.text, entry.arguments.count) {
        case ("stdout", 1): program.settings.log.destination = .standardOutput
        case ("syslog", 1): program.settings.log.destination = .syslog
        case ("file", 2):
            guard case .string(let string) = entry.arguments[1] else { fallthrough }
            let text = String(decoding: string.bytes, as: UTF8.self)
            program.settings.log.destination = .file(path(text, relativeTo: string.span))
        default: badSetting(word.span, "a log cannot go to `\(word.text)`", help: help)
        }
    }

    private mutating func logFormat(_ entry: SettingSyntax) {
        if case .string(let string)? = entry.arguments.first, entry.arguments.count == 1 {
            switch LogTemplate.parse(string.bytes) {
            case .success(let template): program.settings.log.format = .template(template)
            case .failure(let failure):
                let names = LogField.allCases.map { "`${\($0.rawValue)}`" }.joined(separator: " ")
                badSetting(
                    string.span, failure.message,
                    help: "there are \(names), `${header.NAME}`, `${cookie.NAME}`, `${tag.NAME}`")
            }
        } else if let format: LogSettings.Format = choice(
            entry, [("json", .json), ("combined", .combined)])
        {
            program.settings.log.format = format
        }
    }

    private mutating func redaction(_ entry: SettingSyntax) {
        guard entry.arguments.count == 2, case .word(let kind) = entry.arguments[0],
            ["query", "cookie"].contains(kind.text), let names = texts(entry.arguments[1])
        else {
            return badSetting(
                entry.name.span, "`redact` takes `query` or `cookie` and a set of names",
                help: "write `redact query { \"token\" }`")
        }
        guard note("log.redact.\(kind.text)", entry) else { return }
        if kind.text == "query" {
            program.settings.log.redactedQueries = Set(names)
        } else {
            program.settings.log.redactedCookies = Set(names)
        }
    }

    /// The elements of a set as text.
    private mutating func texts(_ operand: OperandSyntax) -> [[UInt8]]? {
        elements(operand).map { $0.map(\.bytes) }
    }

    /// The elements of a set literal or a named set, with their places.
    mutating func elements(_ operand: OperandSyntax) -> [(bytes: [UInt8], span: SourceSpan)]? {
        switch operand {
        case .set(let literal): return Self.elements(of: literal)
        case .reference(let name, _):
            guard case .set(let set)? = values[name.text] else {
                reportNoSet(name)
                return []
            }
            if case .literal(let literal) = set.elements { return Self.elements(of: literal) }
            return setFileElements(set) ?? []
        default: return nil
        }
    }

    private mutating func reportNoSet(_ name: NameSyntax) {
        switch values[name.text] {
        case .binding:
            report(Diagnostic(.wrongKind, at: name.span, "`\(name.text)` is a `let`, not a set"))
        case .table:
            report(Diagnostic(.wrongKind, at: name.span, "`\(name.text)` is a table, not a set"))
        case .set, nil:
            let sets = values.filter { if case .set = $0.value { true } else { false } }
            reportUnknown("set", name, among: sets.keys, sigil: "$")
        }
    }

    static func elements(of literal: SetLiteralSyntax) -> [(bytes: [UInt8], span: SourceSpan)] {
        literal.elements.map { element in
            switch element {
            case .string(let string): (string.bytes, string.span)
            case .word(let word): (Array(word.text.utf8), word.span)
            }
        }
    }

    // MARK: - Defaults and proxies

    private mutating func defaultSetting(_ entry: SettingSyntax) {
        guard entry.name.text == "use" else {
            guard note("defaults.\(entry.name.text)", entry) else { return }
            var policy = defaultPolicy
            urlSetting(entry, &policy)
            defaultPolicy = policy
            return
        }
        guard let word = onlyWord(entry, "the name of a `modifiers` bundle") else { return }
        conditionState.defaultBundles.append(NameSyntax(text: word.text, span: word.span))
    }

    private mutating func trustedProxies(_ entry: SettingSyntax) {
        guard let operand = entry.arguments.first, let elements = elements(operand) else {
            return badSetting(entry.name.span, "`trusted_proxies` takes a set of addresses")
        }
        var blocks: [CIDRBlock] = []
        for element in elements {
            switch CIDRBlock.parse(element.bytes) {
            case .success(let block): blocks.append(block)
            case .failure(let error): reportBlock(element, error)
            }
        }
        var header = TrustedProxies.Header.xForwardedFor
        let options = entry.arguments.dropFirst().map { operand -> String in
            if case .word(let word) = operand { return word.text }
            return ""
        }
        switch options {
        case [], ["header", "x-forwarded-for"]: break
        case ["header", "forwarded"]: header = .forwarded
        case ["header", "proxy_protocol"]: header = .proxyProtocol
        default:
            badSetting(
                entry.arguments[1].span,
                "expected `header x-forwarded-for`, `header forwarded` or `header proxy_protocol`")
        }
        program.settings.trustedProxies = TrustedProxies(blocks: blocks, header: header)
    }

    private mutating func reportBlock(
        _ element: (bytes: [UInt8], span: SourceSpan), _ error: CIDRBlock.ParseError
    ) {
        let text = String(decoding: element.bytes, as: UTF8.self)
        var diagnostic = Diagnostic(
            .invalidBlock, at: element.span, "`\(text)` is not an address or block")
        switch error {
        case .notAnAddress: diagnostic.help = "write `10.0.0.1`, `10.0.0.0/8` or `fd00::/8`"
        case .badPrefixLength: diagnostic.message = "`\(text)` has no valid prefix length"
        case .hostBitsSet(let corrected):
            diagnostic.message = "`\(text)` has bits set behind its prefix"
            diagnostic.help = "did you mean `\(corrected)`?"
        }
        report(diagnostic)
    }
}
