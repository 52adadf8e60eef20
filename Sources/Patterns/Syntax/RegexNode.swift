/// A regex of the regular subset as `RegexReader` reads it: what PCRE2 finds is exactly what this
/// tree describes, the order of preference included.
package struct RegexNode: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case empty
        /// One byte that stands for itself, case regarded.
        case byte(UInt8)
        /// One byte of a set: a class, a dot, a letter whose case is ignored. The set may be empty.
        case set(ByteSet)
        /// Two nodes or more, none of them a sequence.
        case sequence([RegexNode])
        /// Two nodes or more, in the order of preference.
        case alternation([RegexNode])
        /// `maximum`, at least `minimum`, is absent where there is none.
        indirect case repetition(RegexNode, minimum: Int, maximum: Int?, isLazy: Bool)
        /// `number` is absent for a group that does not capture.
        indirect case group(RegexNode, number: Int?, name: String?)
        /// `^`, `\A`: the start of the subject.
        case start
        /// `$`, `\z`: the very end of the subject.
        case end
        /// `\b`, negated `\B`: letters, digits and `_` on one side only.
        case boundary(isNegated: Bool)
    }

    package var kind: Kind
    /// Bytes of the pattern.
    package var span: Range<Int>

    package init(_ kind: Kind, span: Range<Int>) {
        self.kind = kind
        self.span = span
    }

    /// The text, when this is nothing but bytes that stand for themselves (in groups or not).
    package var literal: [UInt8]? {
        switch kind {
        case .empty: return []
        case .byte(let byte): return [byte]
        case .group(let inner, _, _): return inner.literal
        case .sequence(let parts):
            var bytes: [UInt8] = []
            for part in parts {
                guard let more = part.literal else { return nil }
                bytes += more
            }
            return bytes
        case .set, .alternation, .repetition, .start, .end, .boundary: return nil
        }
    }

    /// Whether a named group stands anywhere in it.
    package var hasNamedGroup: Bool {
        switch kind {
        case .group(let inner, _, let name): name != nil || inner.hasNamedGroup
        case .sequence(let parts), .alternation(let parts): parts.contains(where: \.hasNamedGroup)
        case .repetition(let inner, _, _, _): inner.hasNamedGroup
        case .empty, .byte, .set, .start, .end, .boundary: false
        }
    }
}
