internal import Patterns
internal import RequestModel

/// What a subject must hold for a regex to find something in it: some alternative with all of its
/// needs. A subject without is "no match" before PCRE2 is asked, in every evaluator: that is true,
/// and it keeps subjects that could not match from reaching a limit.
package struct RegexRequirement: Sendable, Hashable {
    struct Need: Sendable, Hashable {
        enum Kind: Sendable, Hashable { case equals, hasPrefix, hasSuffix, contains }

        var kind: Kind
        /// In lower case where `isFolded`.
        var text: [UInt8]
        /// The subject is read in ASCII lower case.
        var isFolded: Bool
    }

    /// Few; `[[]]` allows everything.
    var alternatives: [[Need]]
    /// Not only necessary: the regex says nothing else.
    var isExact: Bool
    /// Needed too, all of them: what an index may look for. Many texts, so a subject is asked for
    /// them only when a search has come to a limit.
    var literals: [LiteralChoice] = []

    /// Of a pattern that PCRE2 accepts; nil when nothing is known to be needed.
    init?(_ pattern: [UInt8]) {
        guard let node = RegexReader.read(pattern) else { return nil }
        let words = RegexWord.all(of: node).map { $0.needs }
        alternatives = [[]]
        isExact = words.contains { $0.needs.isEmpty && $0.isExact }
        if isExact { return }
        literals = RequiredLiterals.choices(of: node)
        guard words.allSatisfy({ !$0.needs.isEmpty }) else {
            if literals.isEmpty { return nil }
            return
        }
        alternatives = []
        for word in words where !alternatives.contains(word.needs) {
            alternatives.append(word.needs)
        }
        isExact = words.allSatisfy(\.isExact)
    }

    /// Whether `range` of `subject` has what is needed.
    func allows(_ subject: Span<UInt8>, _ range: Range<Int>) -> Bool {
        for needs in alternatives {
            var holds = true
            for need in needs where holds { holds = need.holds(subject, range) }
            if holds { return true }
        }
        return false
    }

    func allows(_ bytes: [UInt8]) -> Bool { allows(bytes.span, 0..<bytes.count) }

    /// Whether a search that a limit has ended could have found nothing: then it is "no match", as
    /// it is where the index has not even led to the regex.
    func isSureOfNoMatch(_ subject: Span<UInt8>, _ range: Range<Int>) -> Bool {
        literals.contains { !$0.stands(in: subject, range) }
    }
}

extension RegexRequirement.Need {
    func holds(_ subject: Span<UInt8>, _ range: Range<Int>) -> Bool {
        let slack = range.count - text.count
        guard slack >= 0 else { return false }
        switch kind {
        case .equals: return slack == 0 && stands(subject, at: range.lowerBound)
        case .hasPrefix: return stands(subject, at: range.lowerBound)
        case .hasSuffix: return stands(subject, at: range.lowerBound + slack)
        case .contains:
            for start in range.lowerBound...range.lowerBound + slack {
                if stands(subject, at: start) { return true }
            }
            return false
        }
    }

    private func stands(_ subject: Span<UInt8>, at start: Int) -> Bool {
        for index in text.indices {
            let byte = subject[start + index]
            guard (isFolded ? asciiLowercase(byte) : byte) == text[index] else { return false }
        }
        return true
    }
}
