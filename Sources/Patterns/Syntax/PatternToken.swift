/// One item of a pattern's text. Comments, white space that an option ignores, `\Q`, `\E` and
/// groups
/// that only set options are not items.
struct PatternToken {
    enum Kind: Hashable {
        case byte(UInt8)
        case set(ByteSet)
        case assertion(Assertion)
        case bar
        case open(Group)
        case close
        case quantifier(Quantifier)
        /// An item that is not regular, or that this reader does not vouch for.
        case opaque(OpaqueReason)
        case refused(PatternRefusal)
    }

    enum Group: Hashable {
        case plain
        case capture(name: String?)
        case atomic
        case branchReset
        case lookaround
        case conditional
    }

    enum Assertion: Hashable {
        /// `^`, `\A`
        case start
        /// `$`, `\z`
        case end
        /// `\b`
        case wordBoundary
        /// `\B`
        case notWordBoundary
    }

    enum RepetitionMode: Hashable { case greedy, lazy, possessive }

    struct Quantifier: Hashable {
        var minimum: Int
        var maximum: Int?
        var mode: RepetitionMode
    }

    var kind: Kind
    /// Bytes of the pattern.
    var span: Range<Int>
    /// As they hold at the item, the options of an `open` included.
    var options: PatternOptions

    /// A byte that stands for itself, as opposed to an escape.
    var isRawByte: Bool {
        if case .byte = kind { span.count == 1 } else { false }
    }
}

/// The inline options, `(?i)` and so on. `(?m)` is refused and so is not among them; two groups of
/// one name are refused whatever `(?J)` says.
struct PatternOptions: OptionSet, Hashable {
    var rawValue: UInt8

    static let ignoresCase = PatternOptions(rawValue: 1)
    static let dotAll = PatternOptions(rawValue: 2)
    static let extended = PatternOptions(rawValue: 4)
    static let extendedMore = PatternOptions(rawValue: 8)
    static let namedCapturesOnly = PatternOptions(rawValue: 16)
    static let lazy = PatternOptions(rawValue: 32)

    /// What `(?^)` takes back.
    static let resettable: PatternOptions = [
        .ignoresCase, .dotAll, .extended, .extendedMore, .namedCapturesOnly,
    ]
}

/// Why a piece of a pattern is not read as a regular expression.
enum OpaqueReason: Hashable {
    case backreference
    case recursion
    case unicodeProperty
    /// PCRE2 accepts it, and this reader does not vouch for what it means.
    case notUnderstood
}
