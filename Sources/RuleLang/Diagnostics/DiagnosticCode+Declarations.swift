/// What resolving declarations, settings and files reports.
extension DiagnosticCode {
    static let missingFile = DiagnosticCode(
        "E014", "include cycle or missing file",
        """
        A file that the rules name cannot be read, or is included twice. Paths are relative to the \
        file that names them.
        """)
    static let badShares = DiagnosticCode(
        "E021", "shares are not 100 %",
        """
        The shares of a split add up to 100 %, or one arm takes the `rest`. A share has at most \
        two \
        decimals; `0%` is legal.
        """)
    static let restGetsNothing = DiagnosticCode(
        "W045", "`rest` that gets nothing",
        "The other arms take 100 % already: the `rest` is never drawn.")
    static let badSetting = DiagnosticCode(
        "T022", "wrong argument of a setting",
        """
        A setting has the wrong number or kind of arguments. Every duration and size has its unit: \
        `5s`, `250ms`, `64KiB`. `l7route check --settings` prints every setting with its value.
        """)
    static let badAddress = DiagnosticCode(
        "T023", "malformed address",
        """
        An address is `IP:PORT`, `[IPv6]:PORT`, `:PORT` (listeners), `HOST:PORT` (servers) or \
        `unix:PATH`.
        """)
    static let badTable = DiagnosticCode(
        "T024", "malformed table file",
        """
        A table is a CSV file (RFC 4180) with a header line. Its first columns are the keys in \
        order; \
        each row has as many cells as the header, and its keys once.
        """)
    static let badSplit = DiagnosticCode(
        "T025", "malformed split",
        "Two arms of a split with one identity (label, else target), a share that is none, no arm.")
    static let badTest = DiagnosticCode(
        "T026", "malformed test",
        "A request or fact of a test that no client could send.")

    package static let declarationCodes: [DiagnosticCode] = [
        missingFile, badShares, restGetsNothing, badSetting, badAddress,
        badTable, badSplit, badTest,
    ]
}
