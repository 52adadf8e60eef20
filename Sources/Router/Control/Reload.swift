package import RuleLang

/// What compiling the file again gave.
package enum ReloadOutcome: Sendable {
    case program(Program)
    /// The findings, as a person reads them.
    case refused(String)
}

/// The same, with the tree.
enum CompileOutcome: Sendable {
    case rules(CompiledRules)
    case refused(String)

    init(_ outcome: ReloadOutcome) {
        switch outcome {
        case .program(let program): self = .rules(CompiledRules(program))
        case .refused(let text): self = .refused(text)
        }
    }
}

/// How a reload went.
package struct ReloadResult: Sendable {
    package var isAdopted: Bool
    /// The generation in service now.
    package var generation: Int
    /// What to tell the operator.
    package var text: String
}

/// What happens beside what signals have asked for, for whoever runs the router.
package enum RouterNews: Sendable {
    /// The admin listener was asked to drain.
    case draining
    /// A text for the operator: how a reload of the admin listener went, what went wrong.
    case notice(String)
}

/// Whom to tell how a reload went.
enum ReloadReply: Sendable {
    case callback(@Sendable (ReloadResult) -> Void)
    case admin(AdminRequest)
}
