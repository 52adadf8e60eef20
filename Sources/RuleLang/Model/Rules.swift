/// An ordered list of statements: the file's top level or a `rules` block.
package struct RuleTable: Sendable {
    package var name: String
    package var statements: [Statement]
    package var span: SourceSpan

    package init(name: String, statements: [Statement], span: SourceSpan) {
        self.name = name
        self.statements = statements
        self.span = span
    }
}

package indirect enum Statement: Sendable {
    case rule(RuleID)
    /// A guard, and-ed with each rule inside; no match inside falls through.
    case when(Expression, [Statement], span: SourceSpan)
    /// The statements of another table; no match inside falls through.
    case use(RuleTableID, span: SourceSpan)
}

package struct Rule: Sendable {
    package var label: String?
    package var table: RuleTableID
    /// The `when` conditions around the rule in its own table, outermost first.
    package var guards: [Expression]
    /// `else` is the constant true.
    package var condition: Expression
    package var isElse: Bool
    package var captures: [Capture]
    package var action: Action
    package var actionSpan: SourceSpan
    /// Bundles expanded, `defaults` first.
    package var modifiers: [Modifier]
    package var span: SourceSpan

    package init(
        label: String?, table: RuleTableID, guards: [Expression], condition: Expression,
        isElse: Bool, captures: [Capture], action: Action, actionSpan: SourceSpan,
        modifiers: [Modifier], span: SourceSpan
    ) {
        self.label = label
        self.table = table
        self.guards = guards
        self.condition = condition
        self.isElse = isElse
        self.captures = captures
        self.action = action
        self.actionSpan = actionSpan
        self.modifiers = modifiers
        self.span = span
    }
}

/// A name that the rule's templates may use, with all places that can give it.
package struct Capture: Sendable {
    /// The first source whose branches are all true and whose atom is true gives the value.
    package struct Source: Sendable {
        /// The branches of `or` that must be true for this source to be the one.
        package var branches: [Expression]
        package var atom: AtomID
        package var part: Part

        package init(branches: [Expression], atom: AtomID, part: Part) {
            self.branches = branches
            self.atom = atom
            self.part = part
        }
    }

    package enum Part: Sendable, Hashable {
        /// The group of each alternative of a regex atom (in the order of its patterns).
        case groups([Int])
        /// The part of each alternative of a `matches` atom: index into `SegmentPattern.parts`.
        case segments([Int])
        /// A column of a table's row.
        case column(Int)
    }

    package var name: String
    package var sources: [Source]

    package init(name: String, sources: [Source]) {
        self.name = name
        self.sources = sources
    }
}

package enum Action: Sendable {
    case pool(PoolID)
    case tablePool(TableID, column: Int)
    case split(SplitID)
    case redirect(status: UInt16, Template)
    case respond(status: UInt16, Body)
    case deny(status: UInt16)
    /// Close the connection without an answer.
    case close

    package enum Body: Sendable {
        case none
        case template(Template)
        /// The bytes of the file, read when the program was compiled.
        case file(path: String, [UInt8])
    }
}

/// Text with values of the original request, filled in after the decision.
package struct Template: Sendable {
    package enum Piece: Sendable {
        case text([UInt8])
        case value(ValueTerm, fallback: [UInt8]?)
        /// Index into the rule's `captures`.
        case capture(Int, fallback: [UInt8]?)
        case splitArm(SplitID, fallback: [UInt8]?)
        /// "?" and the query, if there is one.
        case queryWithMark
    }

    package var pieces: [Piece]
    package var span: SourceSpan

    package init(pieces: [Piece], span: SourceSpan) {
        self.pieces = pieces
        self.span = span
    }
}

package struct Modifier: Sendable {
    package enum Side: Sendable { case request, response }
    package enum Timeout: String, Sendable, CaseIterable {
        /// `timeout 5s`: the whole request.
        case request
        case connect
        case firstByte = "first_byte"
        case betweenReads = "between_reads"
        /// Of a tunnel.
        case idle
    }

    package enum Kind: Sendable {
        /// Names are lower case.
        case setHeader(Side, name: [UInt8], Template)
        case addHeader(Side, name: [UInt8], Template)
        case removeHeader(Side, name: [UInt8])
        /// `attributes` is what follows the value, from "; " on, or empty.
        case setCookie(name: [UInt8], Template, attributes: [UInt8])
        case removeCookie(name: [UInt8])
        /// Canonical, without a final "/".
        case stripPrefix([UInt8])
        case rewritePath(Template)
        case rewriteHost(Template)
        case rewriteQuery(Template)
        case timeout(Timeout, milliseconds: Int)
        case tag(name: String, Template)
    }

    package var kind: Kind
    package var span: SourceSpan

    package init(_ kind: Kind, span: SourceSpan) {
        self.kind = kind
        self.span = span
    }
}
