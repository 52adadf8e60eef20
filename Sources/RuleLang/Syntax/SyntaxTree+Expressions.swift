/// A condition. `and` and `or` are n-ary as written; parentheses are kept for W011 and the
/// formatter.
package indirect enum ExpressionSyntax: Sendable {
    case and([ExpressionSyntax], span: SourceSpan)
    case or([ExpressionSyntax], span: SourceSpan)
    case not(ExpressionSyntax, span: SourceSpan)
    case parenthesised(ExpressionSyntax, span: SourceSpan)
    /// `@name`
    case letReference(NameSyntax, span: SourceSpan)
    /// `$name`: a row of the table exists.
    case tableReference(NameSyntax, span: SourceSpan)
    /// `value` alone (present) or `value operator operand`.
    case atom(AtomSyntax)
    /// Reported by the parser already.
    case missing(SourceSpan)

    package var span: SourceSpan {
        switch self {
        case .and(_, let span), .or(_, let span), .not(_, let span), .parenthesised(_, let span),
            .letReference(_, let span), .tableReference(_, let span), .missing(let span):
            span
        case .atom(let atom): atom.span
        }
    }
}

package struct AtomSyntax: Sendable {
    package var value: ValueSyntax
    package var comparison: ComparisonSyntax?
    package var span: SourceSpan

    package init(value: ValueSyntax, comparison: ComparisonSyntax?, span: SourceSpan) {
        self.value = value
        self.comparison = comparison
        self.span = span
    }
}

package struct ComparisonSyntax: Sendable {
    package enum Operator: String, Sendable, CaseIterable {
        case equal = "=="
        case notEqual = "!="
        case startsWith = "starts_with"
        case endsWith = "ends_with"
        case contains = "contains"
        case under = "under"
        case matches = "matches"
        case regex = "~"
        case notRegex = "!~"
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case `in` = "in"
        case notIn = "not in"
    }

    package var `operator`: Operator
    /// The operator as written (`^=` and `starts_with` are one operator).
    package var operatorSpan: SourceSpan
    package var operand: OperandSyntax

    package init(operator: Operator, operatorSpan: SourceSpan, operand: OperandSyntax) {
        self.operator = `operator`
        self.operatorSpan = operatorSpan
        self.operand = operand
    }
}

/// The right side of a comparison, or an argument of a setting.
package enum OperandSyntax: Sendable {
    case string(StringSyntax)
    /// A raw string behind `~` and `!~`.
    case regex(StringSyntax)
    case regexes([StringSyntax], span: SourceSpan)
    case word(WordSyntax)
    case set(SetLiteralSyntax)
    /// `$name`; the span includes the `$`.
    case reference(NameSyntax, span: SourceSpan)
    case missing(SourceSpan)

    package var span: SourceSpan {
        switch self {
        case .string(let string), .regex(let string): string.span
        case .regexes(_, let span), .reference(_, let span), .missing(let span): span
        case .word(let word): word.span
        case .set(let set): set.span
        }
    }
}

/// `{ "a", b, }`
package struct SetLiteralSyntax: Sendable {
    package enum Element: Sendable {
        case string(StringSyntax)
        case word(WordSyntax)

        package var span: SourceSpan {
            switch self {
            case .string(let string): string.span
            case .word(let word): word.span
            }
        }
    }

    package var elements: [Element]
    package var span: SourceSpan

    package init(elements: [Element], span: SourceSpan) {
        self.elements = elements
        self.span = span
    }
}

/// `lower(header.x-tenant)`: functions from the outside in, then a field.
package struct ValueSyntax: Sendable {
    package var functions: [NameSyntax]
    package var field: FieldSyntax
    package var span: SourceSpan

    package init(functions: [NameSyntax], field: FieldSyntax, span: SourceSpan) {
        self.functions = functions
        self.field = field
        self.span = span
    }
}

/// `path.segments[0]`, `header["x.y"]`, `client.ip`: a root and what is behind it, names not yet
/// looked up.
package struct FieldSyntax: Sendable {
    package enum Member: Sendable {
        case name(NameSyntax)
        case string(StringSyntax)
        case index(WordSyntax)

        package var span: SourceSpan {
            switch self {
            case .name(let name): name.span
            case .string(let string): string.span
            case .index(let word): word.span
            }
        }
    }

    package var root: NameSyntax
    package var members: [Member]
    package var span: SourceSpan

    package init(root: NameSyntax, members: [Member], span: SourceSpan) {
        self.root = root
        self.members = members
        self.span = span
    }
}

/// A string with `${…}` pieces.
package struct TemplateSyntax: Sendable {
    package enum Piece: Sendable {
        /// Text after escapes, `$$` folded to `$`.
        case text([UInt8])
        /// `${id}` and `${value}` are told apart by the resolver; `fallback` is the text of `else`.
        case value(ValueSyntax, fallback: [UInt8]?, span: SourceSpan)
        /// `${split.NAME}`
        case splitArm(NameSyntax, fallback: [UInt8]?, span: SourceSpan)
        /// `${?query}`
        case queryWithMark(span: SourceSpan)
    }

    package var pieces: [Piece]
    /// With the quotes.
    package var span: SourceSpan

    package init(pieces: [Piece], span: SourceSpan) {
        self.pieces = pieces
        self.span = span
    }
}
