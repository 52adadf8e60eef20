/// What the lints look at: the typed program and the syntax it came from.
package struct LintInput {
    let program: Program
    let files: [SyntaxFile]

    /// The rules that the decision tree tries in order.
    let residuals: [TreeStatistics.Residual]

    /// `withTree`: builds the tree too, for the lints that ask what became of the rules.
    package init(program: Program, files: [SyntaxFile], withTree: Bool = true) {
        self.program = program
        self.files = files
        residuals = withTree ? DecisionTree.build(program).statistics.residuals : []
    }
}

/// One lint: its code (whose explanation documents it) and its check.
struct Lint: Sendable {
    let code: DiagnosticCode
    let check: @Sendable (LintInput) -> [Diagnostic]
}

/// The lints that need no proof, in the order of their codes.
private let lints: [Lint] = [
    .unusedName,
    .exponentialRegex,
    .unanchoredPathRegex,
    .literalLookingDot,
    .literalWildcard,
    .regexEqualsOperator,
    .barePrefix,
    .unstableSplit,
    .emptyPool,
    .cookieHeader,
    .missingElse,
    .notIndexable,
    .opaqueRegex,
    .tooManyKeys,
    .repetitiveRules,
    .nearMissName,
]

/// The codes of `lint`, for the documentation.
package let lintCodes: [DiagnosticCode] = lints.map(\.code)

/// All findings, in the order of their places.
package func lint(_ input: LintInput) -> [Diagnostic] {
    lints.flatMap { $0.check(input) }.sorted {
        ($0.span.file.index, $0.span.start, $0.code.id)
            < ($1.span.file.index, $1.span.start, $1.code.id)
    }
}
