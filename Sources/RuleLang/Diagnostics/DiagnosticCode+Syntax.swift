/// What the lexer and the parser report.
extension DiagnosticCode {
    static let unexpectedText = DiagnosticCode(
        "S001", "unexpected text",
        """
        Something else was expected here. The message says what; the grammar is in `grammar.md`. \
        The \
        rest of the statement is skipped, the next line is read as usual.
        """)
    static let unterminatedString = DiagnosticCode(
        "S002", "string without a closing quote",
        """
        A string ends on the line it began on. A quote inside is written `\\"`, a line break `\\n`.
        """)
    static let badEscape = DiagnosticCode(
        "S003", "unknown escape",
        """
        The escapes of strings are `\\"`, `\\\\`, `\\n`, `\\t` and `\\u{…}`. Regexes behind `~` \
        are raw: \
        their backslashes belong to the pattern.
        """)
    static let unexpectedCharacter = DiagnosticCode(
        "S004", "character that is not allowed",
        """
        Outside of strings and comments a file is printable ASCII; inside it is UTF-8 without \
        control \
        bytes. Lines end with LF or CRLF. A `#` starts a comment only at the start of a line or \
        behind white space.
        """)
    static let foreignSpelling = DiagnosticCode(
        "S005", "spelling of another language",
        """
        The meaning is plain, the spelling is another language's: `&&`, `||`, `!`, `=`, `=>`, \
        single \
        quotes, `default`. The fix-it is safe: a tool may apply it.
        """)
    static let braceOnNextLine = DiagnosticCode(
        "S006", "brace on a line of its own",
        "The `{` of a block stands on the line of the block's header.")
    static let unclosed = DiagnosticCode(
        "S007", "bracket without its partner",
        "A `{`, `(` or `[` is never closed, or a closing bracket has no partner.")
    static let unknownWord = DiagnosticCode(
        "S008", "unknown word",
        """
        A keyword, setting, option, modifier or fact that the language does not have. Nothing is \
        ever \
        accepted and ignored.
        """)
    static let notSupported = DiagnosticCode(
        "S009", "not supported yet",
        """
        The word is reserved for a part of the language that this version does not have yet. It is \
        refused, never ignored.
        """)
    static let nestingTooDeep = DiagnosticCode(
        "S010", "nesting too deep", "Parentheses, `not` and blocks nest at most 64 deep.")
    static let badTemplate = DiagnosticCode(
        "S011", "malformed template",
        """
        In a template `$` stands before `{` or another `$`: `${name}`, `${header.x else 'none'}`, \
        `${?query}`, `$$`.
        """)
    static let badName = DiagnosticCode(
        "S012", "name that is not allowed",
        """
        A name is a letter or `_`, then letters, digits, `_` and inner `-`. `and`, `or`, `not`, \
        `in` \
        and `else` are reserved.
        """)
    static let badAllow = DiagnosticCode(
        "S013", "malformed `# l7: allow`",
        """
        `# l7: allow CODE because REASON` lets a lint finding of that code on the same or the next \
        line pass. The reason is not optional; S, T and E findings cannot be allowed.
        """)
    static let twoActions = DiagnosticCode(
        "E034", "two terminal actions",
        """
        A rule does one thing: it forwards, draws a split, redirects, responds, denies or closes. \
        Mirroring and retrying are modifiers.
        """)

    /// All of the lexer and the parser, for the documentation.
    package static let syntaxCodes: [DiagnosticCode] = [
        unexpectedText, unterminatedString, badEscape, unexpectedCharacter, foreignSpelling,
        braceOnNextLine, unclosed, unknownWord, notSupported, nestingTooDeep, badTemplate, badName,
        badAllow, twoActions,
    ]
}
