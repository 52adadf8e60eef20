/// What a rule does.
extension Parser {
    static let actionWords = ["pool", "split", "redirect", "respond", "deny", "close"]

    mutating func action() -> ActionSyntax? {
        guard token.kind == .identifier else {
            unexpected("an action: \(Self.actionWords.joined(separator: ", "))")
            return nil
        }
        let start = token.span
        let kind: ActionSyntax.Kind?
        switch text(token) {
        case "pool": kind = poolAction()
        case "split":
            advance()
            kind = name("the name of a split").map { .split($0) }
        case "redirect": kind = redirect()
        case "respond": kind = respond()
        case "deny":
            advance()
            kind = .deny(status: token.kind == .word && !isSeparated ? wordIfAny() : nil)
        case "close":
            advance()
            kind = .close
        default:
            unknownWord("action", among: Self.actionWords)
            return nil
        }
        return kind.map { ActionSyntax(kind: $0, span: span(from: start)) }
    }

    private mutating func poolAction() -> ActionSyntax.Kind? {
        advance()
        guard token.kind == .dollar, !isSeparated else {
            return name("the name of a pool").map { .pool($0) }
        }
        advance()
        guard let table = name("the name of a table") else { return nil }
        guard take(.dot) else {
            unexpected("`.` and the name of a column")
            return nil
        }
        guard let column = name("the name of a column") else { return nil }
        return .tablePool(table: table, column: column)
    }

    private mutating func redirect() -> ActionSyntax.Kind? {
        advance()
        guard token.kind == .word, let status = word("a status") else {
            unexpected("a status: 301, 302, 303, 307 or 308")
            return nil
        }
        guard token.kind == .string, !isSeparated else {
            unexpected("the location in quotes")
            return nil
        }
        return .redirect(status: status, location: template())
    }

    private mutating func respond() -> ActionSyntax.Kind? {
        advance()
        guard token.kind == .word, let status = word("a status") else {
            unexpected("a status such as 200")
            return nil
        }
        if token.kind == .string, !isSeparated {
            return .respond(status: status, body: .template(template()))
        }
        if takeKeyword("file") {
            guard let path = string("the path of a file in quotes") else { return nil }
            return .respond(status: status, body: .file(path))
        }
        return .respond(status: status, body: nil)
    }
}
