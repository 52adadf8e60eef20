/// Comparisons: every operator that a value has, with every operand that it takes.
extension RuleSetSample {
    mutating func atom() -> String {
        if random.chance(16) { return "$\(lookup())" }
        if random.chance(40) {
            let value = random.pick(["query.x", "header.x-a", "any(header.x-a)", "cookie.uid"])
            return "\(value) ~ \"\(random.pick(Vocabulary.evilRegexes))\""
        }
        let value = value()
        if value.kind == .presence || random.chance(14) { return value.text }
        let (op, operand) = comparison(value)
        return value.text + " " + op + space() + operand
    }

    private mutating func comparison(_ value: ValueSample) -> (String, String) {
        switch value.kind {
        case .time:
            return (random.pick(["<", "<=", ">", ">="]), random.pick(value.constants))
        case .number where random.chance(2):
            return (random.pick(["<", "<=", ">", ">="]), random.pick(value.constants))
        case .path, .host:
            if random.chance(2) { return structural(value) }
            return random.chance(2) ? equality(value) : textual(value)
        case .text, .listener: return random.chance(2) ? equality(value) : textual(value)
        default: return equality(value)
        }
    }

    // MARK: - Equality and membership

    private mutating func equality(_ value: ValueSample) -> (String, String) {
        switch random.between(0...7) {
        case 0...2: return ("==", literal(value))
        case 3: return ("!=", literal(value))
        case 4: return (random.pick(["==", "!="]), set(value))
        default:
            let op = random.pick(["in", "in", "not in"])
            if value.kind == .address, random.chance(3) {
                return (op, random.pick(Vocabulary.blocks))
            }
            return (op, set(value))
        }
    }

    /// One constant in its spelling: text in quotes, anything else bare.
    private mutating func literal(_ value: ValueSample) -> String {
        let text = random.pick(value.constants)
        switch value.kind {
        case .text, .path, .host: return quoted(text)
        case .listener: return text.contains(":") || random.chance(2) ? quoted(text) : text
        case .upgrade: return text.contains(",") || random.chance(2) ? quoted(text) : text
        default: return text
        }
    }

    private mutating func set(_ value: ValueSample) -> String {
        switch value.kind {
        case .address:
            if random.chance(3) { return named("nets") }
            return braces(some { $0.random.pick(Vocabulary.blocks + Vocabulary.addresses) })
        case .path where random.chance(4): return named("paths")
        case .host where random.chance(4): return named("hosts")
        case .method where random.chance(4): return named("methods")
        case .number where random.chance(4): return named("numbers")
        case .text where random.chance(4): return named("words")
        default: return braces(some { $0.literal(value) })
        }
    }

    /// `$name`; the set is declared at the end of the file.
    private mutating func named(_ name: String) -> String {
        usedSets.insert(name)
        return "$\(name)"
    }

    // MARK: - Operators of text

    private mutating func textual(_ value: ValueSample) -> (String, String) {
        switch random.between(0...7) {
        case 0...1:
            let isPath = value.kind == .path
            return (
                random.pick(["starts_with", "^="]),
                operand(value.kind == .path ? "paths" : "words") { sample in
                    let text = sample.random.pick(value.constants)
                    let count = sample.random.between(0...text.unicodeScalars.count)
                    let prefix = String(text.unicodeScalars.prefix(max(count, isPath ? 1 : 0)))
                    return sample.quoted(prefix)
                }
            )
        case 2...3:
            return (
                random.pick(["ends_with", "$="]),
                operand("words") { sample in
                    let text = sample.random.pick(value.constants)
                    let count = sample.random.between(0...text.unicodeScalars.count)
                    return sample.quoted(String(text.unicodeScalars.suffix(count)))
                }
            )
        case 4:
            return (
                random.pick(["contains", "*="]),
                operand("words") { sample in
                    sample.quoted(sample.fragment(of: sample.random.pick(value.constants)))
                }
            )
        default:
            let op = random.pick(["~", "~", "!~"])
            if random.chance(8) { return (op, named("regexes")) }
            if random.chance(4) {
                return (op, braces(some { $0.regex(value.constants) }))
            }
            return (op, regex(value.constants))
        }
    }

    private mutating func operand(
        _ set: String, _ element: (inout RuleSetSample) -> String
    ) -> String {
        if random.chance(12) { return named(set) }
        return random.chance(2) ? element(&self) : braces(some(element))
    }

    // MARK: - By segment and by label

    private mutating func structural(_ value: ValueSample) -> (String, String) {
        let isPath = value.kind == .path
        guard random.chance(2) else {
            let element: (inout RuleSetSample) -> String = { $0.pattern(isPath) }
            if random.chance(12) { return ("matches", named(isPath ? "routes" : "zones")) }
            return ("matches", random.chance(3) ? braces(some(element)) : element(&self))
        }
        return (
            "under",
            operand(isPath ? "paths" : "hosts") { sample in
                var text = sample.random.pick(value.constants)
                if isPath, sample.random.chance(3), !text.hasSuffix("/") { text += "/" }
                if !isPath, sample.random.chance(3) {
                    text = sample.random.pick(["com", ".example.com", "org", ".com"])
                }
                return sample.quoted(text)
            }
        )
    }

    /// The operand of `matches`, by hand or a path with some of its segments made names.
    private mutating func pattern(_ isPath: Bool) -> String {
        guard random.chance(2) else {
            let text = random.pick(isPath ? Vocabulary.matchPatterns : Vocabulary.hostPatterns)
            return quoted(withNames(text))
        }
        let separator: Character = isPath ? "/" : "."
        let whole = random.pick(isPath ? Vocabulary.plainPaths : Vocabulary.hosts)
        guard !whole.hasPrefix("[") else { return quoted("localhost") }
        var parts = whole.split(separator: separator, omittingEmptySubsequences: false)
            .map(String.init)
        for index in parts.indices.dropFirst(isPath ? 1 : 0) where random.chance(2) {
            let isLast = index == parts.count - 1
            parts[index] = isPath && isLast && random.chance(2) ? "{...}" : "{}"
        }
        return quoted(withNames(parts.joined(separator: String(separator))))
    }

    private mutating func withNames(_ text: String) -> String {
        var pieces = text.split(separator: "{", omittingEmptySubsequences: false)
            .map(String.init)
        for index in pieces.indices.dropFirst() { pieces[index] = newCapture() + pieces[index] }
        return pieces.joined(separator: "{")
    }
}
