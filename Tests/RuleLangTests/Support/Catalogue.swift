import RuleSamples

@testable import RuleLang

/// The values, functions and operators of the language, from its own tables and by asking the
/// compiler what it takes.
enum Catalogue {
    /// What a value is called here, and one spelling of it.
    static let values: [String: String] = {
        var values = Dictionary(
            uniqueKeysWithValues: Resolver.plainFields.keys.map { ($0, $0) })
        for root in ["header", "cookie", "query"] {
            values["\(root).NAME"] = "\(root).x"
            values["\(root)[NAME]"] = "\(root)[\"x.y\"]"
        }
        values["path.segments[N]"] = "path.segments[0]"
        return values
    }()

    static func key(of field: FieldSyntax) -> String {
        let isNamed = ["header", "cookie", "query"].contains(field.root.text)
        return field.members.reduce(field.root.text) { key, member in
            switch member {
            case .name(let name): key + "." + (isNamed ? "NAME" : name.text)
            case .string: key + "[NAME]"
            case .index: key + "[N]"
            }
        }
    }

    /// Each value with each function that takes it.
    static let applications: [(value: String, function: String)] = values.sorted {
        $0.key < $1.key
    }.flatMap { key, text in
        Resolver.functionNames.filter { compiles("\($0)(\(text)) -> deny") }.map { (key, $0) }
    }

    /// The operators that a value has with whatever operand.
    static func operators(of value: String) -> [String] {
        ComparisonSyntax.Operator.allCases.map(\.rawValue).filter { op in
            operands.contains { compiles("\(value) \(op) \($0) -> deny") }
        }
    }

    private static let words = [
        "\"a\"", "\"/a\"", "GET", "http", "1.1", "1", "10.0.0.1", "2026-11-27T00:00:00Z",
    ]
    private static let operands = words + words.map { "{ \($0) }" }

    private static func compiles(_ text: String) -> Bool {
        // What `any` stands around must be said for the values that are many.
        CompiledText(text + "\n").program != nil
    }
}

/// The kinds of the syntax tree by name. Without defaults: a new case must be named.
enum SyntaxNames {
    static let wanted: Set<String> = [
        "item include", "item listen", "item pool", "item split", "item let", "item set",
        "item table", "item modifiers", "item rules", "item setting", "item statement",
        "rule", "use", "use in rules", "when in 0", "when in 1", "label", "else",
        "and", "or", "not", "parenthesised", "@ in rule", "@ in when", "@ in let", "$", "atom",
        "presence", "operand string", "operand regex", "operand regexes", "operand word",
        "operand set", "operand reference", "set literal", "set file", "set regex file",
        "table of 1", "table of 2", "table of 3", "action pool", "action table pool",
        "action split", "action redirect", "action respond", "action deny", "action close",
        "modifier set header", "modifier add header", "modifier remove header",
        "modifier set cookie", "modifier remove cookie", "modifier strip_prefix",
        "modifier rewrite", "modifier timeout", "modifier tag", "modifier use",
    ]

    static func name(of item: ItemSyntax) -> String {
        switch item {
        case .include: "include"
        case .listen: "listen"
        case .pool: "pool"
        case .split: "split"
        case .letBinding: "let"
        case .set: "set"
        case .table: "table"
        case .modifiers: "modifiers"
        case .rules: "rules"
        case .test: "test"
        case .setting: "setting"
        case .statement: "statement"
        }
    }

    static func name(of expression: ExpressionSyntax) -> String {
        switch expression {
        case .and: "and"
        case .or: "or"
        case .not: "not"
        case .parenthesised: "parenthesised"
        case .letReference: "@"
        case .tableReference: "$"
        case .atom: "atom"
        case .missing: "missing"
        }
    }

    static func name(of operand: OperandSyntax) -> String {
        switch operand {
        case .string: "string"
        case .regex: "regex"
        case .regexes: "regexes"
        case .word: "word"
        case .set: "set"
        case .reference: "reference"
        case .missing: "missing"
        }
    }

    static func name(of elements: SetSyntax.Elements) -> String {
        switch elements {
        case .literal: "literal"
        case .file: "file"
        case .regexFile: "regex file"
        }
    }

    static func name(of action: ActionSyntax.Kind) -> String {
        switch action {
        case .pool: "pool"
        case .tablePool: "table pool"
        case .split: "split"
        case .redirect: "redirect"
        case .respond: "respond"
        case .deny: "deny"
        case .close: "close"
        case .missing: "missing"
        }
    }

    static func name(of modifier: ModifierSyntax.Kind) -> String {
        switch modifier {
        case .setHeader: "set header"
        case .addHeader: "add header"
        case .removeHeader: "remove header"
        case .setCookie: "set cookie"
        case .removeCookie: "remove cookie"
        case .stripPrefix: "strip_prefix"
        case .rewrite: "rewrite"
        case .timeout: "timeout"
        case .tag: "tag"
        case .use: "use"
        }
    }
}

extension ExpressionSyntax {
    /// Inner nodes and leaves.
    func forEachNode(_ visit: (ExpressionSyntax) -> Void) {
        visit(self)
        switch self {
        case .and(let parts, _), .or(let parts, _): for part in parts { part.forEachNode(visit) }
        case .not(let inner, _), .parenthesised(let inner, _): inner.forEachNode(visit)
        case .atom, .letReference, .tableReference, .missing: break
        }
    }
}

/// The tests of atoms and the fields by name, without what they are compared with.
enum TestNames {
    static let wanted = [
        "row", "present", "equals", "inStrings", "hasPrefix", "hasSuffix", "contains", "under",
        "matches", "regex", "number ==", "number <", "number <=", "number >", "number >=",
        "inNumbers", "equalsAddress", "inBlocks",
    ]

    static func name(of atom: Atom) -> String {
        guard case .test(_, let test) = atom else { return "row" }
        switch test {
        case .present: return "present"
        case .equals: return "equals"
        case .inStrings: return "inStrings"
        case .hasPrefix: return "hasPrefix"
        case .hasSuffix: return "hasSuffix"
        case .contains: return "contains"
        case .under: return "under"
        case .matches: return "matches"
        case .regex: return "regex"
        case .number(let comparison, _): return "number \(comparison.rawValue)"
        case .inNumbers: return "inNumbers"
        case .equalsAddress: return "equalsAddress"
        case .inBlocks: return "inBlocks"
        }
    }

    static func name(of field: Field) -> String {
        String("\(field)".prefix { $0 != "(" })
    }
}
