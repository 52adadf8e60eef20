/// Reads the regular subset of PCRE2: bytes, classes, groups, alternatives, greedy and lazy
/// quantifiers, `^ $ \A \z \b \B`, the inline options. Everything else makes the whole pattern
/// opaque, so that nobody draws conclusions from a part of it.
package enum RegexReader {
    /// The tree of a pattern that `CompiledPattern` accepts. Nil: it uses back references,
    /// recursion,
    /// lookaround, conditionals, branch reset, atomic groups, possessive quantifiers, Unicode
    /// properties, or a spelling that this reader does not vouch for.
    package static func read(_ pattern: [UInt8]) -> RegexNode? {
        var parser = RegexParser(pattern)
        return parser.pattern()
    }
}

/// Recursive descent over the items of `PatternLexer`.
private struct RegexParser {
    /// PCRE2's own limit on nested parentheses.
    private static let maximumDepth = 250

    private var lexer: PatternLexer
    private var token: PatternToken?
    private let end: Int
    private var depth = 0
    private var groups = 0

    init(_ pattern: [UInt8]) {
        lexer = PatternLexer(pattern)
        end = pattern.count
        token = lexer.next()
    }

    mutating func pattern() -> RegexNode? {
        let node = alternatives(from: 0)
        // What is left is a `)` that closes nothing.
        return token == nil ? node : nil
    }

    private mutating func advance() { token = lexer.next() }

    private mutating func alternatives(from start: Int) -> RegexNode? {
        var branches: [RegexNode] = []
        var branchStart = start
        while true {
            guard let branch = sequence(from: branchStart) else { return nil }
            branches.append(branch)
            guard let bar = token, bar.kind == .bar else { break }
            branchStart = bar.span.upperBound
            advance()
        }
        guard branches.count > 1, let last = branches.last else { return branches.first }
        return RegexNode(.alternation(branches), span: start..<last.span.upperBound)
    }

    private mutating func sequence(from start: Int) -> RegexNode? {
        var parts: [RegexNode] = []
        while let token, token.kind != .bar, token.kind != .close {
            guard let atom = atom(token), let part = quantified(atom) else { return nil }
            parts.append(part)
        }
        guard let last = parts.last else {
            // Comments and options may stand between `start` and here.
            let stop = token?.span.lowerBound ?? end
            return RegexNode(.empty, span: start..<max(start, stop))
        }
        guard parts.count > 1 else { return last }
        return RegexNode(.sequence(parts), span: parts[0].span.lowerBound..<last.span.upperBound)
    }

    private mutating func atom(_ token: PatternToken) -> RegexNode? {
        let kind: RegexNode.Kind
        switch token.kind {
        case .byte(let byte):
            if token.options.contains(.ignoresCase), let other = byte.otherCase {
                kind = .set(ByteSet([byte, other]))
            } else {
                kind = .byte(byte)
            }
        case .set(let set): kind = .set(set)
        case .assertion(.start): kind = .start
        case .assertion(.end): kind = .end
        case .open(let group): return self.group(group, start: token.span)
        case .assertion(.wordBoundary): kind = .boundary(isNegated: false)
        case .assertion(.notWordBoundary): kind = .boundary(isNegated: true)
        case .quantifier, .opaque, .refused, .bar, .close: return nil
        }
        advance()
        return RegexNode(kind, span: token.span)
    }

    private mutating func group(_ group: PatternToken.Group, start: Range<Int>) -> RegexNode? {
        var number: Int?
        var name: String?
        switch group {
        case .plain: break
        case .capture(let given):
            groups += 1
            number = groups
            name = given
        case .atomic, .branchReset, .lookaround, .conditional: return nil
        }
        guard depth < Self.maximumDepth else { return nil }
        depth += 1
        defer { depth -= 1 }
        advance()
        guard let inner = alternatives(from: start.upperBound), let close = token,
            close.kind == .close
        else { return nil }
        advance()
        return RegexNode(
            .group(inner, number: number, name: name),
            span: start.lowerBound..<close.span.upperBound)
    }

    /// Takes the quantifier behind an item. PCRE2 has its own view of quantified anchors and of
    /// quantifiers behind quantifiers; nobody needs them.
    private mutating func quantified(_ item: RegexNode) -> RegexNode? {
        guard let token, case .quantifier(let quantifier) = token.kind else { return item }
        switch item.kind {
        case .start, .end, .boundary: return nil
        default: if quantifier.mode == .possessive { return nil }
        }
        advance()
        if let next = self.token, case .quantifier = next.kind { return nil }
        return RegexNode(
            .repetition(
                item, minimum: quantifier.minimum, maximum: quantifier.maximum,
                isLazy: quantifier.mode == .lazy),
            span: item.span.lowerBound..<token.span.upperBound)
    }
}
