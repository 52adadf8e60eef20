/// The top level of a file.
extension Parser {
    private static let itemWords = [
        "include", "listen", "pool", "split", "let", "set", "table", "modifiers", "rules", "test",
        "assert", "limits", "timeouts", "log", "defaults", "trusted_proxies", "admin", "workers",
        "when", "use", "else",
    ]

    mutating func items() -> [ItemSyntax] {
        var items: [ItemSyntax] = []
        while token.kind != .endOfFile {
            if token.kind == .semicolon {
                advance()
                continue
            }
            let start = token.span.start
            if token.kind == .rightBrace {
                if assumedClosed > 0 {
                    assumedClosed -= 1
                } else {
                    report(Diagnostic(.unclosed, at: token.span, "this `}` closes nothing"))
                }
                advance()
                continue
            }
            groupDepth = 0
            statementStart = start
            if let item = item() {
                items.append(item)
                if !isAtEnd {
                    unexpected("a new line or `;`")
                    recover()
                }
            } else {
                recover()
            }
            if token.span.start == start { advance() }
        }
        return items
    }

    /// nil after a mistake: the rest of the item is to be skipped.
    private mutating func item() -> ItemSyntax? {
        guard token.kind == .identifier, !isAtLabel else {
            return statement().map { .statement($0) }
        }
        switch text(token) {
        case "include": return include()
        case "listen": return listen().map { .listen($0) }
        case "pool": return pool().map { .pool($0) }
        case "split": return split().map { .split($0) }
        case "let": return letBinding().map { .letBinding($0) }
        case "set": return set().map { .set($0) }
        case "table": return table().map { .table($0) }
        case "modifiers": return modifierBundle().map { .modifiers($0) }
        case "rules": return rules().map { .rules($0) }
        case "test": return test().map { .test($0) }
        case "assert":
            notSupported("assert")
            return nil
        case "limits", "timeouts", "log", "defaults", "trusted_proxies", "admin", "workers":
            return topSetting().map { .setting($0) }
        default:
            return statement(known: Self.itemWords).map { .statement($0) }
        }
    }

    private mutating func include() -> ItemSyntax? {
        let start = token.span
        advance()
        guard let path = string("the path of a file in quotes") else { return nil }
        return .include(path: path, span: span(from: start))
    }

    private mutating func listen() -> ListenSyntax? {
        let start = token.span
        advance()
        guard let address = address() else { return nil }
        var listen = ListenSyntax(
            address: address, name: nil, settings: nil, rules: nil, span: start)
        if takeKeyword("as") {
            guard let name = name("the name of the listener") else { return nil }
            listen.name = name
        }
        if isAtBlock {
            guard let settings = settings(.listen) else { return nil }
            listen.settings = settings
        }
        // `->` may stand on the next line.
        if token.kind == .arrow {
            advance()
            guard takeKeyword("rules") else {
                unexpected("`rules NAME`")
                return nil
            }
            guard let rules = name("the name of a `rules` block") else { return nil }
            listen.rules = rules
        }
        listen.span = span(from: start)
        return listen
    }

    private mutating func pool() -> PoolSyntax? {
        let start = token.span
        advance()
        guard let name = name("the name of the pool") else { return nil }
        let settings = settings(.pool)
        if settings == nil { recover() }
        // Known by name even if its block is broken: its uses are right.
        return PoolSyntax(
            name: name,
            settings: settings ?? SettingsSyntax(entries: [], span: span(from: start)),
            span: span(from: start))
    }

    private mutating func letBinding() -> LetSyntax? {
        let start = token.span
        advance()
        guard let name = name("a name") else { return nil }
        guard takeAssign() else {
            recover()
            return LetSyntax(name: name, value: .missing(name.span), span: span(from: start))
        }
        let value = expression()
        if value == nil { recover() }
        return LetSyntax(
            name: name, value: value ?? .missing(name.span), span: span(from: start))
    }

    mutating func takeAssign() -> Bool {
        if take(.assign) { return true }
        if token.kind == .equal, !isSeparated {
            foreign(token.span, "a definition is written with `=`", replacement: "=")
            advance()
            return true
        }
        unexpected("`=`")
        return false
    }

    private mutating func set() -> SetSyntax? {
        let start = token.span
        advance()
        guard let name = name("the name of the set") else { return nil }
        var elements: SetSyntax.Elements?
        if takeAssign() { elements = setElements() }
        if elements == nil { recover() }
        let empty = SetLiteralSyntax(elements: [], span: name.span)
        return SetSyntax(
            name: name, elements: elements ?? .literal(empty), span: span(from: start))
    }

    private mutating func setElements() -> SetSyntax.Elements? {
        if token.kind == .leftBrace { return setLiteral().map { .literal($0) } }
        let isRegex = takeKeyword("regex")
        guard takeKeyword("file") else {
            unexpected(isRegex ? "`file \"…\"`" : "`{ … }`, `file \"…\"` or `regex file \"…\"`")
            return nil
        }
        guard let path = string("the path of a file in quotes") else { return nil }
        return isRegex ? .regexFile(path) : .file(path)
    }

    private mutating func table() -> TableSyntax? {
        let start = token.span
        advance()
        guard let name = name("the name of the table") else { return nil }
        guard takeKeyword("from") else {
            unexpected("`from \"FILE.csv\"`")
            return nil
        }
        guard let file = string("the path of a CSV file in quotes") else { return nil }
        guard takeKeyword("key") else {
            unexpected("`key` and the values that the first columns are looked up by")
            return nil
        }
        var keys: [ValueSyntax] = []
        repeat {
            guard let key = value() else { return nil }
            keys.append(key)
        } while takeComma()
        return TableSyntax(name: name, file: file, keys: keys, span: span(from: start))
    }

    /// A comma may begin a line.
    mutating func takeComma() -> Bool {
        guard token.kind == .comma else { return false }
        advance()
        return true
    }

    private mutating func modifierBundle() -> ModifiersSyntax? {
        let start = token.span
        advance()
        guard let name = name("the name of the bundle") else { return nil }
        let modifiers = modifiers()
        if modifiers == nil { recover() }
        return ModifiersSyntax(name: name, modifiers: modifiers ?? [], span: span(from: start))
    }

    private mutating func rules() -> RulesSyntax? {
        let start = token.span
        advance()
        guard let name = name("the name of the block") else { return nil }
        var rules = RulesSyntax(name: name, statements: [], tests: [], span: start)
        let block = block("`rules`", insideRules: true, holdsStatements: true) { parser in
            if parser.isKeyword("assert"), !parser.isAtLabel {
                parser.notSupported("assert")
                return false
            }
            if parser.isKeyword("test"), !parser.isAtLabel {
                guard let test = parser.test() else { return false }
                rules.tests.append(test)
                return true
            }
            guard let statement = parser.statement() else { return false }
            rules.statements.append(statement)
            return true
        }
        if block == nil { recover() }
        rules.span = span(from: start)
        return rules
    }
}
