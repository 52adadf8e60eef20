package import Patterns
package import RequestModel

/// A condition with the places of its parts, so that `explain` can point at the one that is false.
package struct Expression: Sendable {
    package indirect enum Kind: Sendable {
        case constant(Bool)
        case atom(AtomID)
        case not(Expression)
        case all([Expression])
        case any([Expression])
        /// `@name`: the binding's expression, shared.
        case named(LetID)
    }

    package var kind: Kind
    package var span: SourceSpan

    package init(_ kind: Kind, span: SourceSpan) {
        self.kind = kind
        self.span = span
    }
}

/// One test of one value. Absent values make every test false; `!=`, `!~` and `not in` are lowered
/// to `not` around the positive atom (language.md 4).
package enum Atom: Sendable, Hashable {
    case test(ValueTerm, Test)
    /// A row of the table has the request's keys.
    case row(TableID)
}

/// A value of the request: a field, perhaps one of many, perhaps transformed.
package struct ValueTerm: Sendable, Hashable {
    package enum Transform: Sendable, Hashable {
        /// ASCII lower case.
        case lower
        /// Length in bytes; of `path.segments` the number of segments. A number.
        case length
        /// `-?[0-9]{1,18}` or absent. A number.
        case integer
    }

    package var field: Field
    /// `any(…)`: true if one of the field's values satisfies the test.
    package var isAny: Bool
    /// From the inside out.
    package var transforms: [Transform]

    package init(_ field: Field, isAny: Bool = false, transforms: [Transform] = []) {
        self.field = field
        self.isAny = isAny
        self.transforms = transforms
    }
}

package enum Field: Sendable, Hashable {
    case header(FieldSlot)
    /// Names keep their case.
    case cookie([UInt8])
    case query([UInt8])
    case wholeQuery
    case path
    case rawPath
    /// All segments: only under `any(…)` and `len(…)`.
    case pathSegments
    case pathSegment(Int)
    case method
    case scheme
    case host
    case port
    case url
    case listener
    case httpVersion
    case httpUpgrade
    case clientIP
    case clientPort
    case peerIP
    case peerPort
    /// Present on a TLS connection.
    case tls
    case tlsSNI
    case tlsVersion
    case tlsALPN
    case tlsClientSubject
    case tlsClientVerified
    /// Milliseconds since the Unix epoch.
    case now
}

package enum Test: Sendable, Hashable {
    case present
    case equals([UInt8])
    /// `==` or `in` with a set of strings.
    case inStrings(SetID)
    /// Any of the operands (one without a set).
    case hasPrefix([[UInt8]])
    case hasSuffix([[UInt8]])
    case contains([[UInt8]])
    /// By segment for paths, by label for hosts; operands without a final (leading) separator.
    case under([[UInt8]])
    case matches([SegmentPattern])
    /// Any of the patterns; the first that matches gives the captures.
    case regex([PatternID])
    case number(Comparison, Int64)
    case inNumbers(SetID)
    case equalsAddress(IPAddress)
    case inBlocks(SetID)

    package enum Comparison: String, Sendable, Hashable {
        case equal = "=="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
    }
}

/// Elements of a `set`, a set literal or a set file, for one type of value.
package struct ElementSet: Sendable {
    package enum Elements: Sendable, Hashable {
        case strings(Set<[UInt8]>)
        case numbers(Set<Int64>)
        case blocks([CIDRBlock])
    }

    /// nil: a literal.
    package var name: String?
    package var elements: Elements
    package var span: SourceSpan

    package init(name: String?, elements: Elements, span: SourceSpan) {
        self.name = name
        self.elements = elements
        self.span = span
    }
}

/// A regular expression of the file, compiled.
package struct CompiledRegex: Sendable {
    /// As written, without quotes.
    package var source: [UInt8]
    package var pattern: CompiledPattern
    /// What a subject must hold before the pattern is asked; absent when nothing is known.
    package var requirement: RegexRequirement?
    package var span: SourceSpan

    package init(source: [UInt8], pattern: CompiledPattern, span: SourceSpan) {
        self.source = source
        self.pattern = pattern
        requirement = RegexRequirement(source)
        self.span = span
    }
}

/// The operand of `matches`: segments of a path (after the leading "/") or labels of a host.
package struct SegmentPattern: Sendable, Hashable {
    package enum Part: Sendable, Hashable {
        case literal([UInt8])
        /// `{name}`: one segment that is not empty.
        case one(String)
        /// `{name...}`: the rest, maybe empty; only last.
        case rest(String)
    }

    package enum Separator: UInt8, Sendable, Hashable {
        case slash = 0x2f
        case dot = 0x2e
    }

    package var separator: Separator
    package var parts: [Part]

    package init(separator: Separator, parts: [Part]) {
        self.separator = separator
        self.parts = parts
    }
}
