/// `pool NAME { server ADDRESS [weight N] [backup] [drain]  upgrade websocket  tls { … } }`
extension Resolver {
    mutating func resolvePools(_ declared: [PoolSyntax]) {
        for syntax in declared {
            guard let id = pools[syntax.name.text], program.pools[id].span == syntax.name.span
            else {
                continue
            }
            var seen: [Server.Address: SourceSpan] = [:]
            var settings: [String: SourceSpan] = [:]
            for entry in syntax.settings.entries {
                if entry.name.text != "server" {
                    if isFirst(entry.name, &settings) { poolSetting(entry, id) }
                    continue
                }
                guard let server = server(entry) else { continue }
                if let first = seen[server.address] {
                    report(
                        Diagnostic(
                            .declaredTwice, at: server.span,
                            "`\(server.text)` is in the pool twice",
                            labels: [.init(first, "first named here")],
                            help: "a server gets a larger share by `weight`"))
                    continue
                }
                seen[server.address] = server.span
                program.pools[id].servers.append(server)
            }
        }
    }

    private mutating func server(_ entry: SettingSyntax) -> Server? {
        guard case .word(let word)? = entry.arguments.first, let address = serverAddress(word)
        else {
            return nil
        }
        var server = Server(
            address: address, text: word.text, weight: 1, isBackup: false, isDraining: false,
            span: word.span)
        var seen: [String: SourceSpan] = [:]
        var rest = entry.arguments.dropFirst()
        while let argument = rest.popFirst() {
            guard case .word(let option) = argument else {
                badSetting(argument.span, "expected `weight N`, `backup` or `drain`")
                return server
            }
            guard isFirst(NameSyntax(text: option.text, span: option.span), &seen) else {
                if option.text == "weight" { _ = rest.popFirst() }
                continue
            }
            switch option.text {
            case "backup": server.isBackup = true
            case "drain": server.isDraining = true
            case "weight":
                guard case .word(let number)? = rest.popFirst(),
                    let weight = Quantity.integer(number.text), weight <= 65_535
                else {
                    badSetting(option.span, "`weight` takes a number from 0 to 65535")
                    return server
                }
                server.weight = weight
            default:
                let near = nearest(option.text, among: ["weight", "backup", "drain"])
                report(
                    Diagnostic(
                        .unknownWord, at: option.span, "there is no server option `\(option.text)`",
                        help: near.map { "did you mean `\($0)`?" }
                            ?? "the options are `weight N`, `backup` and `drain`"))
                return server
            }
        }
        return server
    }
}
