/// What a table of rules says of a request: the border between deciding and doing. The naive
/// evaluator and the decision tree give the same one for every request.
package enum Decision: Sendable, Hashable {
    case rule(RuleID)
    case noMatch
    /// The rule that the error keeps from being decided: no later rule may win (language.md 7).
    case error(RuleID, EvaluationError)
}

package enum EvaluationError: String, Sendable, Hashable {
    case regexLimit = "regex_limit"
}

/// Kleene's three values, ordered by nothing: false, true, and an error that is neither.
package enum Truth: UInt8, Sendable, Hashable {
    case no, yes, error

    package static func && (a: Truth, b: @autoclosure () -> Truth) -> Truth {
        if a == .no { return .no }
        let other = b()
        if other == .no { return .no }
        return a == .error || other == .error ? .error : .yes
    }

    package static func || (a: Truth, b: @autoclosure () -> Truth) -> Truth {
        if a == .yes { return .yes }
        let other = b()
        if other == .yes { return .yes }
        return a == .error || other == .error ? .error : .no
    }

    package static prefix func ! (value: Truth) -> Truth {
        switch value {
        case .no: .yes
        case .yes: .no
        case .error: .error
        }
    }
}
