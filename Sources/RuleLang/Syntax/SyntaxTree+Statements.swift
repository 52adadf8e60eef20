package indirect enum StatementSyntax: Sendable {
    case rule(RuleSyntax)
    case when(condition: ExpressionSyntax, body: [StatementSyntax], span: SourceSpan)
    case use(NameSyntax, span: SourceSpan)

    package var span: SourceSpan {
        switch self {
        case .rule(let rule): rule.span
        case .when(_, _, let span), .use(_, let span): span
        }
    }
}

/// `[LABEL:] CONDITION -> ACTION [{…}]`; the condition of `else` is nil.
package struct RuleSyntax: Sendable {
    package var label: NameSyntax?
    package var condition: ExpressionSyntax?
    package var action: ActionSyntax
    package var modifiers: [ModifierSyntax]
    package var span: SourceSpan

    package init(
        label: NameSyntax?, condition: ExpressionSyntax?, action: ActionSyntax,
        modifiers: [ModifierSyntax], span: SourceSpan
    ) {
        self.label = label
        self.condition = condition
        self.action = action
        self.modifiers = modifiers
        self.span = span
    }
}

package struct ActionSyntax: Sendable {
    package enum Kind: Sendable {
        case pool(NameSyntax)
        /// `pool $table.column`
        case tablePool(table: NameSyntax, column: NameSyntax)
        case split(NameSyntax)
        case redirect(status: WordSyntax, location: TemplateSyntax)
        case respond(status: WordSyntax, body: Body?)
        case deny(status: WordSyntax?)
        case close
        case missing
    }

    package enum Body: Sendable {
        case template(TemplateSyntax)
        case file(StringSyntax)
    }

    package var kind: Kind
    package var span: SourceSpan

    package init(kind: Kind, span: SourceSpan) {
        self.kind = kind
        self.span = span
    }
}

package struct ModifierSyntax: Sendable {
    package enum Side: String, Sendable { case request, response }
    package enum RewritePart: String, Sendable { case path, host, query }

    package enum Kind: Sendable {
        case setHeader(Side, FieldSyntax.Member, TemplateSyntax)
        case addHeader(Side, FieldSyntax.Member, TemplateSyntax)
        case removeHeader(Side, FieldSyntax.Member)
        case setCookie(FieldSyntax.Member, TemplateSyntax, attributes: [CookieAttributeSyntax])
        case removeCookie(FieldSyntax.Member)
        case stripPrefix(StringSyntax)
        case rewrite(RewritePart, TemplateSyntax)
        /// `timeout 5s`, `timeout idle 1h`
        case timeout(NameSyntax?, WordSyntax)
        case tag(NameSyntax, TemplateSyntax)
        case use(NameSyntax)
    }

    package var kind: Kind
    package var span: SourceSpan

    package init(kind: Kind, span: SourceSpan) {
        self.kind = kind
        self.span = span
    }
}

/// `path "/"`, `domain "x"`, `max_age 1h`, `secure`, `http_only`, `same_site lax|strict|none`
package struct CookieAttributeSyntax: Sendable {
    package var name: NameSyntax
    package var argument: OperandSyntax?

    package init(name: NameSyntax, argument: OperandSyntax?) {
        self.name = name
        self.argument = argument
    }
}

/// `test "NAME" { requests }`
package struct TestSyntax: Sendable {
    package var name: StringSyntax
    package var requests: [TestRequestSyntax]
    package var span: SourceSpan

    package init(name: StringSyntax, requests: [TestRequestSyntax], span: SourceSpan) {
        self.name = name
        self.requests = requests
        self.span = span
    }
}

/// `GET /path { facts } -> expectation or expectation`
package struct TestRequestSyntax: Sendable {
    package var method: WordSyntax
    /// The bytes of the target, unquoted if it was a string.
    package var target: StringSyntax
    package var facts: [FactSyntax]
    package var expectations: [ExpectationSyntax]
    package var span: SourceSpan

    package init(
        method: WordSyntax, target: StringSyntax, facts: [FactSyntax],
        expectations: [ExpectationSyntax], span: SourceSpan
    ) {
        self.method = method
        self.target = target
        self.facts = facts
        self.expectations = expectations
        self.span = span
    }
}

package struct FactSyntax: Sendable {
    package enum Kind: Sendable {
        case cookie(FieldSyntax.Member, StringSyntax)
        case header(FieldSyntax.Member, StringSyntax)
        case from(WordSyntax)
        case peer(WordSyntax)
        case listener(WordSyntax)
        /// `http 1.0`
        case http(WordSyntax)
        /// `tls`, `tls sni "x"`, `tls version 1.3`, `tls alpn "h2"`, `tls client "CN=x" [verified]`
        case tls(attribute: NameSyntax?, OperandSyntax?, verified: Bool)
        case at(WordSyntax)
    }

    package var kind: Kind
    package var span: SourceSpan

    package init(kind: Kind, span: SourceSpan) {
        self.kind = kind
        self.span = span
    }
}

package struct ExpectationSyntax: Sendable {
    package enum Kind: Sendable {
        case action(ActionSyntax, effects: [ModifierSyntax])
        case rule(NameSyntax)
        case noMatch
        case refuse(WordSyntax)
    }

    package var kind: Kind
    package var span: SourceSpan

    package init(kind: Kind, span: SourceSpan) {
        self.kind = kind
        self.span = span
    }
}
