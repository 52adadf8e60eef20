// The syntax tree: what the parser gives, what the resolver and the lints take. It holds spelling
// and
// place, not meaning: names are not looked up, settings not interpreted. A piece that is missing
// after an error is absent (nil or `.missing`); later passes skip it silently, since the parser has
// reported it.

/// One parsed file.
package struct SyntaxFile: Sendable {
    package var file: FileID
    package var items: [ItemSyntax]

    package init(file: FileID, items: [ItemSyntax]) {
        self.file = file
        self.items = items
    }
}

/// A top-level item. Statements at the top level belong to the main rule table.
package enum ItemSyntax: Sendable {
    case include(path: StringSyntax, span: SourceSpan)
    case listen(ListenSyntax)
    case pool(PoolSyntax)
    case split(SplitSyntax)
    case letBinding(LetSyntax)
    case set(SetSyntax)
    case table(TableSyntax)
    case modifiers(ModifiersSyntax)
    case rules(RulesSyntax)
    case test(TestSyntax)
    case setting(TopSettingSyntax)
    case statement(StatementSyntax)
}

/// An identifier as written.
package struct NameSyntax: Sendable, Hashable {
    package var text: String
    package var span: SourceSpan

    package init(text: String, span: SourceSpan) {
        self.text = text
        self.span = span
    }
}

/// A quoted string: its bytes after escapes (`raw` strings: as written between the quotes).
package struct StringSyntax: Sendable, Hashable {
    package var bytes: [UInt8]
    /// With the quotes.
    package var span: SourceSpan

    package init(bytes: [UInt8], span: SourceSpan) {
        self.bytes = bytes
        self.span = span
    }
}

/// A bare word: one token, classified by the type that is expected of it.
package struct WordSyntax: Sendable, Hashable {
    package var text: String
    package var span: SourceSpan

    package init(text: String, span: SourceSpan) {
        self.text = text
        self.span = span
    }
}

/// `listen ADDRESS [as NAME] [{…}] [-> rules NAME]`
package struct ListenSyntax: Sendable {
    package var address: WordSyntax
    package var name: NameSyntax?
    package var settings: SettingsSyntax?
    package var rules: NameSyntax?
    package var span: SourceSpan

    package init(
        address: WordSyntax, name: NameSyntax?, settings: SettingsSyntax?, rules: NameSyntax?,
        span: SourceSpan
    ) {
        self.address = address
        self.name = name
        self.settings = settings
        self.rules = rules
        self.span = span
    }
}

/// `pool NAME {…}`
package struct PoolSyntax: Sendable {
    package var name: NameSyntax
    package var settings: SettingsSyntax
    package var span: SourceSpan

    package init(name: NameSyntax, settings: SettingsSyntax, span: SourceSpan) {
        self.name = name
        self.settings = settings
        self.span = span
    }
}

/// `limits|timeouts|log|defaults {…}`, `trusted_proxies SET [header NAME]`, `admin ADDRESS`,
/// `workers N`: one entry named by its keyword, with arguments or a block.
package struct TopSettingSyntax: Sendable {
    package var entry: SettingSyntax

    package init(entry: SettingSyntax) { self.entry = entry }
}

/// `{ name option… }`: entries in order; which words are names and which options is decided by the
/// closed table of the block (`SettingsTable`).
package struct SettingsSyntax: Sendable {
    package var entries: [SettingSyntax]
    package var span: SourceSpan

    package init(entries: [SettingSyntax], span: SourceSpan) {
        self.entries = entries
        self.span = span
    }
}

package struct SettingSyntax: Sendable {
    package var name: NameSyntax
    /// Everything behind the name, in order: option words and their operands alike.
    package var arguments: [OperandSyntax]
    package var block: SettingsSyntax?
    /// The modifier uses of `defaults { use NAME }` stay arguments; there is no other nesting.
    package var span: SourceSpan

    package init(
        name: NameSyntax, arguments: [OperandSyntax], block: SettingsSyntax?, span: SourceSpan
    ) {
        self.name = name
        self.arguments = arguments
        self.block = block
        self.span = span
    }
}

/// `split NAME [by V [else V] | sticky cookie NAME [for D]] [salt "…"] {…}`
package struct SplitSyntax: Sendable {
    package enum Key: Sendable {
        case value(ValueSyntax, fallback: ValueSyntax?)
        case stickyCookie(name: NameSyntax, lifetime: WordSyntax?)
    }

    package var name: NameSyntax
    package var key: Key?
    package var salt: StringSyntax?
    package var arms: [ArmSyntax]
    package var span: SourceSpan

    package init(
        name: NameSyntax, key: Key?, salt: StringSyntax?, arms: [ArmSyntax], span: SourceSpan
    ) {
        self.name = name
        self.key = key
        self.salt = salt
        self.arms = arms
        self.span = span
    }
}

/// `[LABEL:] 5% -> pool beta`; `share` is nil for `rest`.
package struct ArmSyntax: Sendable {
    package var label: NameSyntax?
    package var share: WordSyntax?
    package var action: ActionSyntax
    package var span: SourceSpan

    package init(label: NameSyntax?, share: WordSyntax?, action: ActionSyntax, span: SourceSpan) {
        self.label = label
        self.share = share
        self.action = action
        self.span = span
    }
}

/// `let NAME = EXPR`
package struct LetSyntax: Sendable {
    package var name: NameSyntax
    package var value: ExpressionSyntax
    package var span: SourceSpan

    package init(name: NameSyntax, value: ExpressionSyntax, span: SourceSpan) {
        self.name = name
        self.value = value
        self.span = span
    }
}

/// `set NAME = {…} | file "F" | regex file "F"`
package struct SetSyntax: Sendable {
    package enum Elements: Sendable {
        case literal(SetLiteralSyntax)
        case file(StringSyntax)
        case regexFile(StringSyntax)
    }

    package var name: NameSyntax
    package var elements: Elements
    package var span: SourceSpan

    package init(name: NameSyntax, elements: Elements, span: SourceSpan) {
        self.name = name
        self.elements = elements
        self.span = span
    }
}

/// `table NAME from "F.csv" key V, V`
package struct TableSyntax: Sendable {
    package var name: NameSyntax
    package var file: StringSyntax
    package var keys: [ValueSyntax]
    package var span: SourceSpan

    package init(name: NameSyntax, file: StringSyntax, keys: [ValueSyntax], span: SourceSpan) {
        self.name = name
        self.file = file
        self.keys = keys
        self.span = span
    }
}

/// `modifiers NAME {…}`: a bundle for `use`.
package struct ModifiersSyntax: Sendable {
    package var name: NameSyntax
    package var modifiers: [ModifierSyntax]
    package var span: SourceSpan

    package init(name: NameSyntax, modifiers: [ModifierSyntax], span: SourceSpan) {
        self.name = name
        self.modifiers = modifiers
        self.span = span
    }
}

/// `rules NAME { statements and tests }`
package struct RulesSyntax: Sendable {
    package var name: NameSyntax
    package var statements: [StatementSyntax]
    package var tests: [TestSyntax]
    package var span: SourceSpan

    package init(
        name: NameSyntax, statements: [StatementSyntax], tests: [TestSyntax], span: SourceSpan
    ) {
        self.name = name
        self.statements = statements
        self.tests = tests
        self.span = span
    }
}
