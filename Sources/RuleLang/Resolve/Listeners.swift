internal import RequestModel

/// `listen` and the URL settings of `defaults`.
extension Resolver {
    /// The policies of all listeners; the default one when there are none.
    func policies() -> [ListenerPolicy] {
        program.listeners.isEmpty ? [defaultPolicy] : program.listeners.map(\.policy)
    }

    mutating func resolveListeners(_ listens: [ListenSyntax]) {
        var names: [String: SourceSpan] = [:]
        var taken = adminAddresses()
        for listen in listens {
            guard let address = listenAddress(listen.address) else { continue }
            let name = listen.name?.text ?? listen.address.text
            let nameSpan = listen.name?.span ?? listen.address.span
            if let first = names[name] {
                reportTwice(nameSpan, "`\(name)` is declared twice", first)
            } else if let first = taken.first(where: { $0.address.overlaps(address) }) {
                reportTwice(
                    listen.address.span, "`\(listen.address.text)` is listened on twice",
                    first.span)
            }
            names[name] = names[name] ?? nameSpan
            taken.append((address, listen.address.span))
            let table = listen.rules.map { ruleTable(named: $0) } ?? Program.mainTable
            var policy = defaultPolicy
            let tls = listenSettings(listen.settings, of: name, &policy)
            if listeners[name] == nil { listeners[name] = ListenerID(program.listeners.count) }
            program.listeners.append(
                Listener(
                    name: name, address: address, table: table ?? Program.mainTable,
                    policy: policy, tls: tls, span: nameSpan))
        }
    }

    private mutating func reportTwice(
        _ span: SourceSpan, _ message: String, _ first: SourceSpan
    ) {
        report(
            Diagnostic(
                .declaredTwice, at: span, message, labels: [.init(first, "first declared here")]))
    }

    /// Of `admin`; without an address of its own it is on loopback.
    private func adminAddresses() -> [(address: ListenAddress, span: SourceSpan)] {
        guard let admin = program.settings.admin, let span = program.settings.places["admin"] else {
            return []
        }
        guard case .ip(nil, let port) = admin else { return [(admin, span)] }
        return ["127.0.0.1", "::1"].map {
            (.ip(IPAddress(parsing: $0.utf8), port: port), span)
        }
    }

    private mutating func listenSettings(
        _ settings: SettingsSyntax?, of listener: String, _ policy: inout ListenerPolicy
    ) -> [ListenerTLS] {
        var tls: [ListenerTLS] = []
        var seen: [String: SourceSpan] = [:]
        for entry in settings?.entries ?? [] {
            if entry.name.text == "tls" {
                if let block = listenerTLS(entry) { tls.append(block) }
                continue
            }
            guard isFirst(entry.name, &seen) else { continue }
            program.settings.places["listen.\(listener).\(entry.name.text)"] = entry.name.span
            urlSetting(entry, &policy)
        }
        return tls
    }

    mutating func urlSetting(_ entry: SettingSyntax, _ policy: inout ListenerPolicy) {
        switch entry.name.text {
        case "encoded_slash":
            policy.encodedSlash =
                choice(entry, [("refuse", .refuse), ("keep", .keep)]) ?? policy.encodedSlash
        case "empty_segments":
            policy.emptySegments =
                choice(entry, [("merge", .merge), ("keep", .keep), ("refuse", .refuse)])
                ?? policy.emptySegments
        case "path_params":
            policy.pathParameters =
                choice(entry, [("keep", .keep), ("strip", .strip), ("refuse", .refuse)])
                ?? policy.pathParameters
        case "double_encoding":
            policy.doubleEncoding =
                choice(entry, [("keep", .keep), ("refuse", .refuse)]) ?? policy.doubleEncoding
        default:
            policy.headerUnderscores =
                choice(entry, [("drop", .drop), ("keep", .keep)]) ?? policy.headerUnderscores
        }
    }

    private mutating func listenerTLS(_ entry: SettingSyntax) -> ListenerTLS? {
        if let extra = entry.arguments.first {
            badSetting(
                extra.span, "`tls` takes a block", help: "write `tls { certificate … key … }`")
            return nil
        }
        var tls = ListenerTLS(
            certificate: "", key: "", clientCA: nil, clientVerification: .none,
            minimumVersion: "1.2", span: entry.span)
        var seen: [String: SourceSpan] = [:]
        for setting in entry.block?.entries ?? [] where isFirst(setting.name, &seen) {
            switch setting.name.text {
            case "certificate": tls.certificate = filePath(setting) ?? ""
            case "key": tls.key = filePath(setting) ?? ""
            case "client_ca": tls.clientCA = filePath(setting)
            case "client_verify":
                tls.clientVerification =
                    choice(setting, [("optional", .optional), ("required", .required)]) ?? .none
            default:
                tls.minimumVersion = choice(setting, [("1.2", "1.2"), ("1.3", "1.3")]) ?? "1.2"
            }
        }
        guard let block = entry.block, seen["certificate"] != nil, seen["key"] != nil else {
            badSetting(
                entry.name.span, "`tls` needs a certificate and a key",
                help: "write `tls { certificate \"cert.pem\" key \"key.pem\" }`")
            return nil
        }
        if tls.clientVerification != .none, tls.clientCA == nil {
            badSetting(block.span, "`client_verify` needs `client_ca`")
        }
        // An authority alone would look like a check of clients and be none.
        if tls.clientCA != nil, seen["client_verify"] == nil {
            badSetting(
                block.span, "`client_ca` needs `client_verify`",
                help: "write `client_verify required` or `client_verify optional`")
        }
        return tls
    }

    /// A path in quotes or bare, relative to the file that names it.
    mutating func filePath(_ entry: SettingSyntax) -> String? {
        let takes = "`\(entry.name.text)` takes the path of one file"
        let text: String
        switch entry.arguments.first {
        case .string(let string)?: text = String(decoding: string.bytes, as: UTF8.self)
        case .word(let word)?: text = word.text
        default: text = ""
        }
        if case .word(let extra)? = entry.arguments.dropFirst().first {
            badSetting(extra.span, "\(takes), and `\(extra.text)` is no setting of this block")
            return nil
        }
        guard !text.isEmpty, entry.arguments.count == 1 else {
            badSetting(entry.name.span, takes)
            return nil
        }
        return path(text, relativeTo: entry.name.span)
    }

    func path(_ text: String, relativeTo span: SourceSpan) -> String {
        let file = program.sources[span.file].name
        guard !text.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return text }
        return String(file[...slash]) + text
    }
}
