/// One token: its kind, its bytes, and what stands before it.
struct Token: Sendable, Hashable {
    enum Kind: String, Sendable {
        case identifier
        /// Bytes that only word or target mode reads.
        case word
        case string
        case endOfFile
        /// Bytes that nothing starts with; the lexer has reported them.
        case invalid

        case arrow = "->"
        case equal = "=="
        case notEqual = "!="
        case startsWith = "^="
        case endsWith = "$="
        case contains = "*="
        case regex = "~"
        case notRegex = "!~"
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case leftParenthesis = "("
        case rightParenthesis = ")"
        case leftBracket = "["
        case rightBracket = "]"
        case leftBrace = "{"
        case rightBrace = "}"
        case comma = ","
        case semicolon = ";"
        case colon = ":"
        case assign = "="
        case dot = "."
        case at = "@"
        case dollar = "$"

        // Spellings of other languages, each with a fix-it.
        case ampersands = "&&"
        case bars = "||"
        case exclamation = "!"
        case fatArrow = "=>"
    }

    var kind: Kind
    var span: SourceSpan
    /// A line ends between the token before and this one.
    var isAfterNewline: Bool
    var isAfterSpace: Bool
}

/// A comment, from `#` to the end of its line.
package struct CommentSyntax: Sendable, Hashable {
    package var span: SourceSpan
    /// Nothing but white space stands before it on its line.
    package var isWholeLine: Bool
}
