/// A regex as read by `RegexReader`.
///
/// A node stands for a set of strings that is never smaller than what PCRE2 lets the same piece
/// match; it is exactly that set unless `isExact` is false.
package struct RegexNode: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case empty
        case byte(UInt8, ignoresCase: Bool)
        case set(ByteSet)
        /// Two nodes or more.
        case sequence([RegexNode])
        /// Two nodes or more, in the order of preference.
        case alternation([RegexNode])
        /// `maximum` is absent where there is none.
        indirect case repetition(
            RegexNode, minimum: Int, maximum: Int?, mode: RepetitionMode)
        /// `number` is absent for a group that does not capture.
        indirect case group(RegexNode, number: Int?, name: String?)
        indirect case atomic(RegexNode)
        case assertion(Assertion)
        case opaque(OpaqueReason)
    }

    package enum RepetitionMode: Hashable, Sendable { case greedy, lazy, possessive }

    package enum Assertion: Hashable, Sendable {
        /// `^`, `\A`
        case start
        /// `$`, `\z`
        case end
        /// `\b`
        case wordBoundary
        /// `\B`
        case notWordBoundary
    }

    package var kind: Kind
    /// Bytes of the pattern.
    package var span: Range<Int>

    package init(_ kind: Kind, span: Range<Int>) {
        self.kind = kind
        self.span = span
    }
}

/// Why a piece of a pattern is not read as a regular expression.
package enum OpaqueReason: Hashable, Sendable {
    case backreference
    case recursion
    case lookaround
    case conditional
    case branchReset
    case unicodeProperty
    /// PCRE2 accepts it, and this reader does not vouch for what it means.
    case notUnderstood
}
