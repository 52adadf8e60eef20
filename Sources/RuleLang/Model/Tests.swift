/// `test "NAME" {…}`.
package struct TestBlock: Sendable {
    package var name: String
    package var requests: [TestRequest]
    package var span: SourceSpan

    package init(name: String, requests: [TestRequest], span: SourceSpan) {
        self.name = name
        self.requests = requests
        self.span = span
    }
}

/// One request of a test with what is expected of it. Facts that are not given have the defaults of
/// language.md 11.
package struct TestRequest: Sendable {
    package var method: String
    /// Origin-form or an absolute URL.
    package var target: [UInt8]
    package var headers: [(name: [UInt8], value: [UInt8])]
    package var facts: Facts
    /// One of these must hold.
    package var expectations: [Expectation]
    /// The rule table whose rules are tested.
    package var table: RuleTableID
    package var listener: ListenerID?
    package var span: SourceSpan

    package init(
        method: String, target: [UInt8], headers: [(name: [UInt8], value: [UInt8])],
        facts: Facts, expectations: [Expectation], table: RuleTableID, listener: ListenerID?,
        span: SourceSpan
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.facts = facts
        self.expectations = expectations
        self.table = table
        self.listener = listener
        self.span = span
    }
}

package struct Expectation: Sendable {
    package enum Kind: Sendable {
        case pool(PoolID)
        /// The rule's action or the drawn arm is this split, whatever the draw.
        case split(SplitID)
        case redirect(status: UInt16, location: [UInt8])
        /// A body is compared when it is given.
        case respond(status: UInt16, body: [UInt8]?)
        case deny(status: UInt16)
        case close
        case rule(RuleID)
        case noMatch
        /// The request is refused with this status before any rule.
        case refuse(status: UInt16)
    }

    package var kind: Kind
    /// Modifiers that must be among the effects, templates filled in.
    package var effects: [Modifier]
    package var span: SourceSpan

    package init(_ kind: Kind, effects: [Modifier], span: SourceSpan) {
        self.kind = kind
        self.effects = effects
        self.span = span
    }
}
