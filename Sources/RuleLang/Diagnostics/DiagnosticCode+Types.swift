/// What checking types, patterns and templates reports.
extension DiagnosticCode {
    static let wrongOperand = DiagnosticCode(
        "T001", "operand of another type",
        """
        The right side of a comparison does not fit the value on its left. Text, paths and hosts \
        are \
        written in quotes; methods, schemes, versions, numbers, addresses and times are bare words.
        """)
    static let wrongOperator = DiagnosticCode(
        "T002", "operator that the value does not have",
        """
        `under` and `matches` are for paths and hosts, string operators and regexes for text, `<` \
        and \
        its like for numbers and `now`. `tls` and `tls.client.verified` are present or absent only.
        """)
    static let wrongFunction = DiagnosticCode(
        "T003", "function that does not fit",
        """
        `any` stands directly around a value that may be repeated: a header, a cookie, a query \
        parameter or `path.segments`. `lower`, `len` and `int` take text; `len` also counts \
        `path.segments`.
        """)
    static let invalidStatus = DiagnosticCode(
        "T004", "status that the action does not have",
        """
        `redirect` takes 301, 302, 303, 307 or 308, `respond` 200 to 599, `deny` 400 to 599. An \
        answer \
        204, 205 or 304 has no body.
        """)
    static let protectedHeader = DiagnosticCode(
        "T005", "header that cannot be changed",
        """
        Host is changed by `rewrite host`. Fields that frame a message or belong to one connection \
        (Content-Length, Transfer-Encoding, Connection and the like) are the router's: a rule that \
        changed them could make two parties disagree on where a message ends.
        """)
    static let declaredTwice = DiagnosticCode(
        "T006", "name declared twice",
        """
        A name stands for one thing: two declarations of a kind, two labels in a table, or two \
        captures that one rule would both have, cannot share it.
        """)
    static let cycle = DiagnosticCode(
        "T007", "cycle",
        "A declaration that needs itself, directly or through others, has no meaning.")
    static let badModifierOperand = DiagnosticCode(
        "T008", "operand that an action or modifier cannot have",
        """
        Such as a header value with a line break, a location or path that does not begin with \
        `/`, or \
        a duration of zero. What is known to be wrong when the file is read is refused then.
        """)
    static let badSegmentPattern = DiagnosticCode(
        "T009", "malformed pattern of `matches`",
        """
        A pattern is made of whole segments (of a host: labels): text, `{name}` for one that is \
        not \
        empty, and at the end of a path `{name...}` for all that is left. Parts of a segment, and \
        any number of labels, need a regex; `host under "example.com"` is that name and all \
        below it.
        """)
    static let captureNameTaken = DiagnosticCode(
        "T010", "capture named like a value",
        """
        In a template `${path}` is the path. A capture of that name could never be used, so it \
        needs \
        another.
        """)
    static let tooManyHeaders = DiagnosticCode(
        "T011", "too many header names", "All rules together may ask for 4,096 header names.")
    static let wrongKind = DiagnosticCode(
        "T012", "name of another kind",
        """
        `@name` is a `let`; `$name` is a set behind an operator, and a table where a condition or \
        a \
        column is wanted.
        """)
    static let invalidRegex = DiagnosticCode(
        "E015", "regex that cannot be used",
        """
        Regexes are PCRE2, in bytes, without the constructs that would change what "the match" \
        means. \
        The span is the very byte at fault.
        """)
    static let invalidBlock = DiagnosticCode(
        "E024", "malformed address block",
        """
        A block is an address, `/` and the number of leading bits that count. Bits behind them \
        must be \
        zero: `10.0.0.1/8` is refused, since it may mean `10.0.0.0/8` or `10.0.0.1/32`.
        """)
    static let orderOfText = DiagnosticCode(
        "E027", "order of a value that is no number",
        """
        `<`, `<=`, `>` and `>=` compare numbers and `now`. `int(…)` makes a number of text, and is \
        absent if the text is none; `len(…)` is its length.
        """)
    static let captureNotOnEveryWay = DiagnosticCode(
        "E028", "capture that need not have a value",
        """
        The name is captured by a part of the condition that need not be true when the rule \
        matches: \
        one branch of `or`, the inside of `not`, or a `let`. Captures come from what must be true.
        """)
    static let hostSpelling = DiagnosticCode(
        "W025", "host that is not in canonical form",
        """
        `host` is lower case, without port and without final dot. The literal is read as if it \
        were \
        written so.
        """)
    static let literalSpelling = DiagnosticCode(
        "W026", "literal that no value equals",
        """
        Rules see the canonical request: no `//`, no dot segments, no query in the path, escapes \
        only \
        where they are needed. A literal in another spelling is read in its canonical one if it \
        has \
        one, and is never true otherwise.
        """)

    package static let typeCodes: [DiagnosticCode] = [
        wrongOperand, wrongOperator, wrongFunction, invalidStatus, protectedHeader, declaredTwice,
        cycle, badModifierOperand, badSegmentPattern, captureNameTaken, tooManyHeaders, wrongKind,
        invalidRegex, invalidBlock, orderOfText, captureNotOnEveryWay, hostSpelling,
        literalSpelling,
    ]
}
