/// Reading the arguments of one setting, in order; every mistake is reported at its place.
extension Resolver {
    mutating func badSetting(_ span: SourceSpan, _ message: String, help: String? = nil) {
        report(Diagnostic(.badSetting, at: span, message, help: help))
    }

    /// The only argument, a word.
    mutating func onlyWord(_ entry: SettingSyntax, _ example: String) -> WordSyntax? {
        guard let first = entry.arguments.first else {
            badSetting(entry.name.span, "`\(entry.name.text)` needs a value", help: example)
            return nil
        }
        if entry.arguments.count > 1 {
            badSetting(entry.arguments[1].span, "`\(entry.name.text)` has one value")
            return nil
        }
        guard case .word(let word) = first else {
            badSetting(first.span, "`\(entry.name.text)` takes a bare word", help: example)
            return nil
        }
        return word
    }

    /// The only argument, a string.
    mutating func onlyString(_ entry: SettingSyntax) -> StringSyntax? {
        guard entry.arguments.count == 1, case .string(let string) = entry.arguments[0] else {
            badSetting(
                entry.arguments.first?.span ?? entry.name.span,
                "`\(entry.name.text)` takes one string in quotes")
            return nil
        }
        return string
    }

    /// One of a closed list of words.
    mutating func choice<Value>(
        _ entry: SettingSyntax, _ choices: [(String, Value)]
    ) -> Value? {
        let words = choices.map(\.0)
        let example = "one of " + words.map { "`\($0)`" }.joined(separator: ", ")
        guard let word = onlyWord(entry, example) else { return nil }
        if let choice = choices.first(where: { $0.0 == word.text }) { return choice.1 }
        // Of two words the nearer one may be the opposite of what was meant: `no` for `off`.
        let near = choices.count > 2 ? nearest(word.text, among: words) : nil
        badSetting(
            word.span, "`\(entry.name.text)` cannot be `\(word.text)`",
            help: near.map { "did you mean `\($0)`?" } ?? example)
        return nil
    }

    /// Milliseconds; 0 only where it means "unlimited".
    mutating func duration(_ entry: SettingSyntax, allowsZero: Bool = false) -> Int? {
        guard let word = onlyWord(entry, "write a duration such as `5s` or `250ms`") else {
            return nil
        }
        guard let value = Quantity.duration(word.text) else {
            badSetting(
                word.span, "`\(word.text)` is not a duration",
                help: unlimitedHelp(entry, word) ?? "write a number with its unit: ms, s, m, h, d")
            return nil
        }
        guard value <= 365 * 86_400_000 else {
            badSetting(word.span, "`\(entry.name.text)` is at most 365d")
            return nil
        }
        guard value > 0 || allowsZero else {
            badSetting(word.span, "`\(entry.name.text)` cannot be 0")
            return nil
        }
        return value
    }

    mutating func size(_ entry: SettingSyntax, in range: ClosedRange<Int>) -> Int? {
        guard let word = onlyWord(entry, "write a size such as `64KiB`") else { return nil }
        guard let value = Quantity.size(word.text) else {
            badSetting(
                word.span, "`\(word.text)` is not a size",
                help: unlimitedHelp(entry, word) ?? "write a number with its unit: KiB, MiB, GiB")
            return nil
        }
        guard range.contains(value) else {
            let (low, high) = (sizeText(range.lowerBound), sizeText(range.upperBound))
            badSetting(word.span, "`\(entry.name.text)` is between \(low) and \(high)")
            return nil
        }
        return value
    }

    /// `check --settings` shows the word for what is not set.
    private func unlimitedHelp(_ entry: SettingSyntax, _ word: WordSyntax) -> String? {
        guard word.text == "unlimited",
            ["request", "body", "connections_per_client"].contains(entry.name.text)
        else { return nil }
        return "leave `\(entry.name.text)` out: then it is unlimited"
    }

    mutating func count(_ entry: SettingSyntax, in range: ClosedRange<Int>) -> Int? {
        guard let word = onlyWord(entry, "write a number") else { return nil }
        guard let value = Quantity.integer(word.text) else {
            badSetting(
                word.span, "`\(word.text)` is not a number", help: unlimitedHelp(entry, word))
            return nil
        }
        return inRange(value, range, entry, word)
    }

    private mutating func inRange(
        _ value: Int, _ range: ClosedRange<Int>, _ entry: SettingSyntax, _ word: WordSyntax
    ) -> Int? {
        if range.contains(value) { return value }
        badSetting(
            word.span,
            "`\(entry.name.text)` is between \(range.lowerBound) and \(range.upperBound)")
        return nil
    }

    /// Whether a setting or option is new in its block; a second time is reported.
    mutating func isFirst(_ name: NameSyntax, _ seen: inout [String: SourceSpan]) -> Bool {
        guard let first = seen[name.text] else {
            seen[name.text] = name.span
            return true
        }
        report(
            Diagnostic(
                .declaredTwice, at: name.span, "`\(name.text)` is set twice",
                labels: [.init(first, "first set here")]))
        return false
    }

    /// Remembers where a setting was written; a second time is an error.
    mutating func note(_ name: String, _ entry: SettingSyntax) -> Bool {
        if let first = program.settings.places[name] {
            report(
                Diagnostic(
                    .declaredTwice, at: entry.name.span, "`\(entry.name.text)` is set twice",
                    labels: [.init(first, "first set here")]))
            return false
        }
        program.settings.places[name] = entry.name.span
        return true
    }
}
