/// Where a fault lies that PCRE2 reports at the place where it gave up.
extension PatternLexer {
    struct NamedGroup {
        var name: String
        var span: Range<Int>
    }

    /// The opening of each named group, in order.
    static func namedGroups(in pattern: [UInt8]) -> [NamedGroup] {
        var lexer = PatternLexer(pattern)
        var groups: [NamedGroup] = []
        while let token = lexer.next() {
            guard case .open(.capture(let name?)) = token.kind else { continue }
            groups.append(NamedGroup(name: name, span: token.span))
        }
        return groups
    }

    /// The first group whose name another one has already.
    static func firstDuplicate(in pattern: [UInt8]) -> PatternError? {
        var seen: Set<String> = []
        let twice = namedGroups(in: pattern).first { !seen.insert($0.name).inserted }
        return twice.map { .duplicateName($0.name, at: $0.span) }
    }

    /// The innermost `(` that has no `)`.
    static func unclosedGroup(in pattern: [UInt8]) -> Int? {
        var lexer = PatternLexer(pattern)
        var open: [Int] = []
        while let token = lexer.next() {
            if case .open = token.kind { open.append(token.span.lowerBound) }
            if case .close = token.kind { _ = open.popLast() }
        }
        return open.last
    }

    /// The quantifier around `offset`.
    static func quantifier(around offset: Int, in pattern: [UInt8]) -> Range<Int>? {
        var lexer = PatternLexer(pattern)
        while let token = lexer.next() {
            guard case .quantifier = token.kind else { continue }
            if token.span.contains(offset) { return token.span }
        }
        return nil
    }

    static func unclosedClass(in pattern: [UInt8]) -> Int? {
        var lexer = PatternLexer(pattern)
        while lexer.unclosedClass == nil, lexer.next() != nil {}
        return lexer.unclosedClass
    }
}
