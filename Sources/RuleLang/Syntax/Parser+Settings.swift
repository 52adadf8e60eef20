/// Settings blocks: keyword-led entries, separators optional.
extension Parser {
    mutating func settings(_ table: SettingsTable) -> SettingsSyntax? {
        var entries: [SettingSyntax] = []
        let block = block("`\(table.name)`", needsSeparator: false) { parser in
            guard let entry = parser.setting(table) else { return false }
            entries += entry
            return true
        }
        return block.map { SettingsSyntax(entries: entries, span: $0) }
    }

    /// One entry; nil after a mistake that leaves its end unknown, none if it was skipped.
    private mutating func setting(_ table: SettingsTable) -> [SettingSyntax]? {
        guard token.kind == .identifier else {
            unexpected("a setting of `\(table.name)`")
            return nil
        }
        let word = text(token)
        if table.later.contains(word) {
            notSupported(word)
            skipSetting(table)
            return []
        }
        guard table.settings.contains(word) else {
            unknownWord("`\(table.name)` setting", among: table.settings + table.later)
            skipSetting(table)
            return []
        }
        let name = NameSyntax(text: word, span: token.span)
        advance()
        var arguments: [OperandSyntax] = []
        if table.addresses.contains(word) {
            guard let address = address() else { return nil }
            arguments.append(.word(address))
        }
        guard let more = self.arguments(until: table) else { return nil }
        arguments += more
        var block: SettingsSyntax?
        if table.blocks.contains(word), token.kind == .leftBrace {
            block = settings(table.name == "pool" ? .poolTLS : .listenTLS)
        }
        return [
            SettingSyntax(
                name: name, arguments: arguments, block: block, span: span(from: name.span))
        ]
    }

    /// Operands up to the end of the entry: a separator, the next setting of the table, or a block.
    private mutating func arguments(until table: SettingsTable) -> [OperandSyntax]? {
        var arguments: [OperandSyntax] = []
        while !isAtEnd {
            switch token.kind {
            case .string:
                guard let string = string("a string") else { return nil }
                arguments.append(.string(string))
            case .dollar:
                guard let reference = reference() else { return nil }
                arguments.append(reference)
            case .leftBrace:
                // The entry's own block, or a set behind an option word.
                if arguments.isEmpty, !table.blocks.isEmpty { return arguments }
                guard let set = setLiteral() else { return nil }
                arguments.append(.set(set))
            case .identifier where table.begins(text(token)) && endsAsWord:
                return arguments
            default:
                guard let word = wordIfAny() else {
                    unexpected("an argument or a setting of `\(table.name)`")
                    return nil
                }
                arguments.append(.word(word))
            }
        }
        return arguments
    }

    /// Whether the present identifier is a whole word: `server` but not `server:80`.
    private var endsAsWord: Bool {
        lexer.endOfWord(from: Int(token.span.start)) == Int(token.span.end)
    }

    /// Skips an entry that is not understood: up to a separator or the next setting of the table.
    private mutating func skipSetting(_ table: SettingsTable) {
        advance()
        var depth = 0
        while token.kind != .endOfFile {
            if depth == 0 {
                if isAtEnd || isAtItem() { return }
                if token.kind == .identifier, table.begins(text(token)), endsAsWord { return }
            }
            switch token.kind {
            case .leftBrace, .leftParenthesis, .leftBracket: depth += 1
            case .rightBrace, .rightParenthesis, .rightBracket: depth -= 1
            default: break
            }
            if [.identifier, .word, .invalid].contains(token.kind) {
                let span = lexer.word(at: Int(token.span.start))
                if !span.isEmpty {
                    take(.word, span)
                    continue
                }
            }
            advance()
        }
    }

    /// `limits {…}`, `trusted_proxies SET [header NAME]`, `admin ADDRESS`, `workers N`.
    mutating func topSetting() -> TopSettingSyntax? {
        let name = NameSyntax(text: text(token), span: token.span)
        advance()
        var arguments: [OperandSyntax] = []
        var block: SettingsSyntax?
        switch name.text {
        case "admin":
            guard let address = address() else { return nil }
            arguments = [.word(address)]
        case "workers":
            guard let count = word("a number of workers") else { return nil }
            arguments = [.word(count)]
        case "trusted_proxies":
            guard let operands = trustedProxies() else { return nil }
            arguments = operands
        default:
            guard let table = SettingsTable.topLevel[name.text] else { return nil }
            block = settings(table)
            guard block != nil else { return nil }
        }
        return TopSettingSyntax(
            entry: SettingSyntax(
                name: name, arguments: arguments, block: block, span: span(from: name.span)))
    }

    private mutating func trustedProxies() -> [OperandSyntax]? {
        var arguments: [OperandSyntax] = []
        switch token.kind {
        case .dollar:
            guard let set = reference() else { return nil }
            arguments.append(set)
        case .leftBrace:
            guard let set = setLiteral() else { return nil }
            arguments.append(.set(set))
        default:
            unexpected("a set such as `{ 10.0.0.0/8 }`")
            return nil
        }
        while !isAtEnd, let word = wordIfAny() { arguments.append(.word(word)) }
        return arguments
    }
}
