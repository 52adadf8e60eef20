package import RuleLang

/// What compiling the file again gave.
package enum ReloadOutcome: Sendable {
    case program(Program)
    /// The findings, as a person reads them.
    case refused(String)
}

/// How a reload went.
package struct ReloadResult: Sendable {
    package var isAdopted: Bool
    /// The generation in service now.
    package var generation: Int
    /// What to tell the operator.
    package var text: String
}

/// Whom to tell how a reload went.
enum ReloadReply: Sendable {
    case callback(@Sendable (ReloadResult) -> Void)
    case admin(AdminRequest)
}
