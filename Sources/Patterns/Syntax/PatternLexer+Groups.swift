extension PatternLexer {
    /// What `(?` and option letters would set, when that is what stands here.
    struct OptionChange {
        var options: PatternOptions
        /// The offset of the `)` or `:` behind the letters.
        var end: Int
        /// The offset of an `m` that is switched on.
        var multiline: Int?
    }

    /// Reads `(?^imnsxJU-imnsxJU` up to its `)` or `:`; nil when something else stands here.
    func optionChange() -> OptionChange? {
        guard looksAt("(?") else { return nil }
        var index = offset + 2
        var change = OptionChange(options: options, end: index)
        if at(index) == UInt8(ascii: "^") {
            change.options.subtract(.resettable)
            index += 1
        }
        var isOn = true
        while let byte = at(index) {
            if byte == UInt8(ascii: ")") || byte == UInt8(ascii: ":") {
                change.end = index
                return change
            }
            if byte == UInt8(ascii: "-"), isOn {
                isOn = false
            } else {
                guard apply(byte, isOn, at: index, to: &change) else { return nil }
            }
            index += 1
        }
        return nil
    }

    private func apply(_ letter: UInt8, _ isOn: Bool, at index: Int, to change: inout OptionChange)
        -> Bool
    {
        let option: PatternOptions
        switch Unicode.Scalar(letter) {
        case "i": option = .ignoresCase
        case "s": option = .dotAll
        case "n": option = .namedCapturesOnly
        case "U": option = .lazy
        case "J": option = []
        case "m":
            if isOn { change.multiline = change.multiline ?? index }
            option = []
        case "x":
            // `xx` is `x` and more; a single `x` takes the more back, and `-x` takes back both.
            let isSecond = at(index - 1) == UInt8(ascii: "x")
            if isOn, !isSecond { change.options.remove(.extendedMore) }
            option = isOn ? (isSecond ? .extendedMore : .extended) : [.extended, .extendedMore]
        default: return false
        }
        if isOn { change.options.formUnion(option) } else { change.options.subtract(option) }
        return true
    }

    /// At a `(`.
    mutating func group() -> PatternToken {
        let start = offset
        if at(start + 1) == UInt8(ascii: "*") { return refused(.verb) }
        guard at(start + 1) == UInt8(ascii: "?") else {
            let isPlain = options.contains(.namedCapturesOnly)
            return open(isPlain ? .plain : .capture(name: nil), upTo: start + 1, from: start)
        }
        if let change = optionChange() { return optionGroup(change) }
        guard let kind = at(start + 2) else { return take(2, .opaque(.notUnderstood)) }
        switch Unicode.Scalar(kind) {
        case "|": return open(.branchReset, upTo: start + 3, from: start)
        case ">": return open(.atomic, upTo: start + 3, from: start)
        case "=", "!", "*": return open(.lookaround, upTo: start + 3, from: start)
        case "<":
            guard let next = at(start + 3), ByteSet([0x21, 0x2A, 0x3D]).contains(next) else {
                return namedGroup(nameStart: start + 3, closer: UInt8(ascii: ">"))
            }
            return open(.lookaround, upTo: start + 4, from: start)
        case "'": return namedGroup(nameStart: start + 3, closer: UInt8(ascii: "'"))
        case "P" where at(start + 3) == UInt8(ascii: "<"):
            return namedGroup(nameStart: start + 4, closer: UInt8(ascii: ">"))
        case "P" where at(start + 3) == UInt8(ascii: "="): return upToParenthesis(.backreference)
        case "C": return refused(.callout)
        case "(": return conditional()
        default: return upToParenthesis(.recursion)
        }
    }

    private mutating func optionGroup(_ change: OptionChange) -> PatternToken {
        let start = offset
        if let multiline = change.multiline {
            offset = change.end + 1
            return PatternToken(
                kind: .refused(.multiline), span: multiline..<multiline + 1, options: options)
        }
        let token = open(.plain, upTo: change.end + 1, from: start)
        options = change.options
        return token
    }

    private mutating func namedGroup(nameStart: Int, closer: UInt8) -> PatternToken {
        let end = index(of: closer, from: min(nameStart, bytes.count)) ?? bytes.count
        let name = String(decoding: bytes[min(nameStart, end)..<end], as: UTF8.self)
        return open(.capture(name: name), upTo: end + 1, from: offset)
    }

    /// `(?(condition)yes|no)`. A condition that is an assertion is a group of its own.
    private mutating func conditional() -> PatternToken {
        let condition = offset + 2
        if at(condition + 1) == UInt8(ascii: "?") || at(condition + 1) == UInt8(ascii: "*") {
            return open(.conditional, upTo: condition, from: offset)
        }
        let end = index(of: UInt8(ascii: ")"), from: condition) ?? bytes.count
        return open(.conditional, upTo: end + 1, from: offset)
    }

    private mutating func refused(_ refusal: PatternRefusal) -> PatternToken {
        var token = upToParenthesis(.notUnderstood)
        token.kind = .refused(refusal)
        return token
    }

    private mutating func upToParenthesis(_ reason: OpaqueReason) -> PatternToken {
        let end = index(of: UInt8(ascii: ")"), from: offset) ?? bytes.count
        return take(end + 1 - offset, .opaque(reason))
    }
}
