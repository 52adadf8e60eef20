internal import RequestModel

/// Settings of a pool beside its servers.
extension Resolver {
    mutating func poolSetting(_ entry: SettingSyntax, _ id: PoolID) {
        switch entry.name.text {
        case "upgrade":
            program.pools[id].upgradesWebSocket =
                choice(entry, [("websocket", true)]) ?? false
        case "tls": program.pools[id].tls = poolTLS(entry)
        default: break
        }
    }

    private mutating func poolTLS(_ entry: SettingSyntax) -> PoolTLS? {
        if let extra = entry.arguments.first {
            badSetting(
                extra.span, "`tls` takes a block",
                help: "write `tls { }` to check certificates by the system's authorities")
            return nil
        }
        guard let block = entry.block else {
            badSetting(
                entry.name.span, "`tls` takes a block",
                help: "write `tls { }` to check certificates by the system's authorities")
            return nil
        }
        var tls = PoolTLS(span: entry.span)
        var seen: [String: SourceSpan] = [:]
        for setting in block.entries where isFirst(setting.name, &seen) {
            switch setting.name.text {
            case "verify": tls.verifies = choice(setting, [("on", true), ("off", false)]) ?? true
            case "ca": tls.authorities = filePath(setting)
            case "certificate": tls.certificate = filePath(setting)
            case "key": tls.key = filePath(setting)
            default: tls.serverName = serverName(setting)
            }
        }
        if (tls.certificate == nil) != (tls.key == nil) {
            badSetting(block.span, "`certificate` and `key` come together")
        }
        if !tls.verifies, let ca = seen["ca"] {
            badSetting(ca, "`ca` has no use with `verify off`")
        }
        return tls
    }

    private mutating func serverName(_ entry: SettingSyntax) -> String? {
        let text: String
        switch entry.arguments.first {
        case .string(let string)? where entry.arguments.count == 1:
            text = String(decoding: string.bytes, as: UTF8.self)
        case .word(let word)? where entry.arguments.count == 1: text = word.text
        default:
            badSetting(entry.name.span, "`sni` takes one host name")
            return nil
        }
        guard CanonicalHost.parse(text.utf8)?.port == nil, CanonicalHost.parse(text.utf8) != nil
        else {
            badSetting(entry.name.span, "`\(text)` is not a host name")
            return nil
        }
        return text.lowercased()
    }
}
