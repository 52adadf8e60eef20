internal import Patterns
internal import RequestModel

/// Texts of which a subject must hold one or a regex finds nothing in it, case ignored.
struct LiteralChoice: Sendable, Hashable {
    /// In ASCII lower case, each once, ascending.
    var texts: [[UInt8]]

    /// Shorter ones stand in most subjects.
    static let shortest = 2
    static let mostTexts = 256

    /// nil when it says too little, or takes too much to say.
    init?(_ texts: [[UInt8]]) {
        let sorted = Set(texts).sorted { $0.lexicographicallyPrecedes($1) }
        guard !sorted.isEmpty, sorted.count <= Self.mostTexts,
            sorted.allSatisfy({ $0.count >= Self.shortest })
        else { return nil }
        self.texts = sorted
    }

    /// Four bytes are what an index looks for; then the fewer the better.
    fileprivate var rank: (Int, Int) {
        (min(4, texts.map(\.count).min() ?? 0), -texts.count)
    }

    /// What all texts begin with says less in fewer texts.
    fileprivate var beginning: LiteralChoice? {
        guard texts.count > 1, let first = texts.first, let last = texts.last else { return nil }
        // In a sorted list the first and the last differ first.
        let shared = zip(first, last).prefix { $0 == $1 }.map { $0.0 }
        return shared.count < GramPlan.usualWidth ? nil : LiteralChoice([shared])
    }

    /// Whether one of the texts stands in `range` of `subject`.
    func stands(in subject: Span<UInt8>, _ range: Range<Int>) -> Bool {
        texts.contains { text in
            RegexRequirement.Need(kind: .contains, text: text, isFolded: true)
                .holds(subject, range)
        }
    }
}

/// The literals that a regex requires, as an `and` of choices: each part of the pattern between two
/// gaps gives one. Unlike the ways of `RegexWord` they are not multiplied out, so that a part with
/// a hundred alternatives is one choice of a hundred texts.
struct RequiredLiterals {
    /// What a part of the pattern says.
    private struct Part {
        /// All texts that the part matches, when these are few.
        var exact: [[UInt8]]?
        /// What it begins with and requires otherwise.
        var beginnings: [[UInt8]] = [[]]
        var choices: [LiteralChoice] = []

        static let nothing = Part(exact: nil)

        var heads: [[UInt8]] { exact ?? beginnings }

        var best: LiteralChoice? {
            if let exact { return LiteralChoice(exact) }
            return choices.max { $0.rank < $1.rank }
        }
    }

    private static let mostExact = 64
    private static let mostMembers = 10
    private static let mostCopies = 3
    private static let mostChoices = 8

    /// All of them must be found; empty when nothing is known.
    static func choices(of node: RegexNode) -> [LiteralChoice] {
        let part = read(node)
        let found = part.exact.map { [LiteralChoice($0)].compactMap(\.self) } ?? part.choices
        let all = found + found.compactMap(\.beginning)
        guard all.count > mostChoices else { return all }
        return Array(all.sorted { $0.rank > $1.rank }.prefix(mostChoices))
    }

    private static func read(_ node: RegexNode) -> Part {
        switch node.kind {
        case .empty, .start, .end, .boundary: return Part(exact: [[]])
        case .byte(let byte): return Part(exact: [[asciiLowercase(byte)]])
        case .set(let set):
            guard set.count <= mostMembers, !set.isEmpty else { return .nothing }
            return Part(exact: Set(set.members.map(asciiLowercase)).sorted().map { [$0] })
        case .group(let inner, _, _): return read(inner)
        case .sequence(let parts): return sequence(parts.map(read))
        case .alternation(let branches): return alternation(branches.map(read))
        case .repetition(let inner, let minimum, let maximum, _):
            return repetition(read(inner), minimum, maximum)
        }
    }

    private static func sequence(_ parts: [Part]) -> Part {
        var run: [[UInt8]] = [[]]
        var beginnings: [[UInt8]]?
        var choices: [LiteralChoice] = []
        func append(_ texts: [[UInt8]]) {
            run = run == [[]] ? texts : run.flatMap { head in texts.map { head + $0 } }
        }
        func flush() {
            if beginnings == nil { beginnings = run }
            if let choice = LiteralChoice(run) { choices.append(choice) }
            run = [[]]
        }
        for part in parts {
            guard let exact = part.exact else {
                if run.count * part.beginnings.count <= mostExact { append(part.beginnings) }
                flush()
                choices += part.choices
                continue
            }
            if run.count * exact.count > mostExact { flush() }
            append(exact)
        }
        guard let beginnings else { return Part(exact: run) }
        flush()
        return Part(exact: nil, beginnings: beginnings, choices: choices)
    }

    private static func alternation(_ branches: [Part]) -> Part {
        let exact = branches.compactMap(\.exact)
        if exact.count == branches.count {
            let texts = exact.flatMap(\.self)
            if texts.count <= LiteralChoice.mostTexts { return Part(exact: texts) }
        }
        var heads = branches.flatMap(\.heads)
        if heads.count > mostExact || heads.contains([]) { heads = [[]] }
        let choices = branches.compactMap(\.best)
        guard choices.count == branches.count,
            let all = LiteralChoice(choices.flatMap(\.texts))
        else { return Part(exact: nil, beginnings: heads) }
        return Part(exact: nil, beginnings: heads, choices: [all])
    }

    private static func repetition(_ part: Part, _ minimum: Int, _ maximum: Int?) -> Part {
        if maximum == 0 { return Part(exact: [[]]) }
        guard let exact = part.exact else {
            return minimum == 0
                ? .nothing
                : Part(exact: nil, beginnings: part.beginnings, choices: part.choices)
        }
        if let maximum, maximum <= mostCopies {
            let copies = (minimum...maximum).map { power(exact, $0) }
            if copies.allSatisfy({ $0 != nil }) {
                let texts = copies.flatMap { $0 ?? [] }
                if texts.count <= mostExact { return Part(exact: texts) }
            }
        }
        guard minimum > 0 else { return .nothing }
        let required = power(exact, min(minimum, mostCopies)) ?? exact
        return Part(
            exact: nil, beginnings: required, choices: [LiteralChoice(required)].compactMap(\.self))
    }

    private static func power(_ texts: [[UInt8]], _ count: Int) -> [[UInt8]]? {
        var result: [[UInt8]] = [[]]
        for _ in 0..<count {
            guard result.count * texts.count <= mostExact else { return nil }
            result = result.flatMap { head in texts.map { head + $0 } }
        }
        return result
    }
}

/// How common the windows of literals are among the regexes of a program: of the choices that a
/// regex gives, the rarest is the one to look it up by.
struct WindowCounts {
    private static let bits = 16
    /// Up to these are as good as one: a list of rules is as long.
    private static let fewest = 6
    private var counts = [UInt32](repeating: 0, count: 1 << bits)
    /// The regex that a window was counted for last: each counts once.
    private var stamps = [UInt32](repeating: 0, count: 1 << bits)
    private var regexes: UInt32 = 0

    mutating func add(_ choices: [LiteralChoice]) {
        regexes &+= 1
        for choice in choices {
            // A span lends its elements, an array would retain each of them.
            let texts = choice.texts.span
            for index in texts.indices {
                let text = texts[index].span
                // Texts side by side often begin alike.
                let known = index == 0 ? 0 : Self.sharedWindows(texts[index - 1].span, text)
                Self.forEachWindow(of: text, from: known) { window, _ in
                    if stamps[window] == regexes { return }
                    stamps[window] = regexes
                    counts[window] += 1
                }
            }
        }
    }

    /// The one whose commonest text is the rarest.
    func rarest(_ choices: [LiteralChoice]) -> LiteralChoice? {
        if choices.count < 2 { return choices.first }
        let ranks = choices.map { (commonness(of: $0.texts), $0.texts.count) }
        return choices.indices.min { ranks[$0] < ranks[$1] }.map { choices[$0] }
    }

    /// How many of the program's regexes have the window by which the commonest of the
    /// texts would be looked up.
    func commonness(of texts: [[UInt8]]) -> Int {
        let texts = texts.span
        var commonest = 0
        // The text that was looked at last, and its rarest window.
        var last = 0
        var rarest: (window: Int, count: UInt32) = (0, .max)
        for index in texts.indices {
            let text = texts[index].span
            // A text with that window too is no commoner.
            if index > 0, Self.sharedWindows(texts[last].span, text) > rarest.window { continue }
            last = index
            rarest = (0, .max)
            Self.forEachWindow(of: text, from: 0) { window, place in
                if counts[window] < rarest.count { rarest = (place, counts[window]) }
            }
            // What is shorter than a window stands in more subjects than the count tells.
            let short = max(0, GramPlan.usualWidth - text.count) * 64
            commonest = max(commonest, max(Self.fewest, Int(rarest.count)) + short)
        }
        return commonest
    }

    /// How many windows two texts have alike at their beginning.
    private static func sharedWindows(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Int {
        let width = GramPlan.usualWidth
        guard left.count >= width, right.count >= width else { return 0 }
        return max(0, Bytes.shared(left, right) - width + 1)
    }

    private static func forEachWindow(
        of text: Span<UInt8>, from first: Int, _ body: (_ window: Int, _ place: Int) -> Void
    ) {
        let width = min(GramPlan.usualWidth, text.count)
        // Four bytes: what is shifted out is behind the window.
        var word: UInt32 = 0
        for index in first..<text.count {
            word = word << 8 | UInt32(text[index])
            let place = index - width + 1
            if place >= first {
                body(Int((word &* 0x9E37_79B1) >> UInt32(32 - bits)), place)
            }
        }
    }
}
