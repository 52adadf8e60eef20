package import RequestModel

/// What is to be done with one request: the decision with everything filled in from the original
/// request. `serve`, `test` and `explain` all work from it.
package struct RoutingPlan: Sendable {
    package enum Outcome: Sendable {
        case forward(PoolID)
        case answer(LocalAnswer)
        /// Close the connection without an answer.
        case close
        /// No rule matched: 404 by the router.
        case noMatch
        /// The router cannot do what the rule says for this request: 500 `regex_limit`, 400
        /// `redirect_refused`, 500 `rewrite_refused`.
        case refused(status: UInt16, reason: String)
    }

    package struct Draw: Sendable, Hashable {
        package var split: SplitID
        /// Index into the split's arms.
        package var arm: Int
        /// The draw was not keyed: another request may get another arm.
        package var isRandom: Bool

        package init(split: SplitID, arm: Int, isRandom: Bool) {
            self.split = split
            self.arm = arm
            self.isRandom = isRandom
        }
    }

    package var rule: RuleID?
    /// The action that is done, behind the draws of splits.
    package var action: Action?
    package var outcome = Outcome.noMatch
    /// Outermost first.
    package var draws: [Draw] = []
    /// The rule's captures with their values, in the rule's order.
    package var captures: [(name: String, value: [UInt8])] = []
    /// The request-target to forward when a modifier has changed path or query; nil: the canonical
    /// path, and "?" and the query if there is one.
    package var rewrittenTarget: [UInt8]?
    /// The Host to forward, of `rewrite host`; nil: as received.
    package var host: [UInt8]?
    /// In the order of the rule's modifiers.
    package var requestEdits: [HeaderEdit] = []
    package var responseEdits: [HeaderEdit] = []
    package var timeouts: [(timeout: Modifier.Timeout, milliseconds: Int)] = []
    package var tags: [(name: String, value: [UInt8])] = []

    package init() {}

    /// Empty again. Most plans have nothing but a rule and a pool, and what they do not have need
    /// not be let go of.
    package mutating func clear() {
        rule = nil
        action = nil
        outcome = .noMatch
        if !draws.isEmpty { draws = [] }
        if !captures.isEmpty { captures = [] }
        if rewrittenTarget != nil { rewrittenTarget = nil }
        if host != nil { host = nil }
        if !requestEdits.isEmpty { requestEdits = [] }
        if !responseEdits.isEmpty { responseEdits = [] }
        if !timeouts.isEmpty { timeouts = [] }
        if !tags.isEmpty { tags = [] }
    }

    /// The request-target to forward.
    package func target(_ view: RequestView) -> [UInt8] {
        if let rewrittenTarget { return rewrittenTarget }
        let query = view.query.map { [UInt8(ascii: "?")] + view.text($0) } ?? []
        return view.text(view.path) + query
    }
}

/// An answer of the router itself. `content-length` and `date` are added by the writer, the plan's
/// response edits are applied to it too.
package struct LocalAnswer: Sendable {
    package var status: UInt16
    /// `location`, `content-type`, `x-content-type-options`: lower-case names.
    package var headers: [(name: [UInt8], value: [UInt8])]
    package var body: [UInt8]

    package init(status: UInt16, headers: [(name: [UInt8], value: [UInt8])], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// One change to the header fields of a message.
package struct HeaderEdit: Sendable, Hashable {
    package enum Operation: Sendable, Hashable {
        /// All lines of the name are replaced by one.
        case set
        case add
        case remove
        /// `Set-Cookie` lines of this cookie name are dropped; with a value one is added.
        case setCookie
        case removeCookie
    }

    package var operation: Operation
    /// Lower case; of a cookie: the cookie's name.
    package var name: [UInt8]
    /// Empty for removals; of a cookie: the whole `Set-Cookie` value.
    package var value: [UInt8]

    package init(_ operation: Operation, name: [UInt8], value: [UInt8] = []) {
        self.operation = operation
        self.name = name
        self.value = value
    }
}
