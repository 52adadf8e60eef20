/// What looking names up reports.
extension DiagnosticCode {
    static let unknownName = DiagnosticCode(
        "E012", "unknown name",
        """
        A pool, split, set, table, `let`, bundle, `rules` block, listener, rule label, capture or \
        value that nothing declares. Names may be declared after their use, in any included file.
        """)

    package static let nameCodes: [DiagnosticCode] = [unknownName]
}
