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

    var alternatives: [[Need]]
    /// Not only necessary: the regex says nothing else.
    var isExact: Bool

    /// Of a pattern that PCRE2 accepts; nil when nothing is known to be needed.
    init?(_ pattern: [UInt8]) {
        guard let node = RegexReader.read(pattern) else { return nil }
        let words = RegexWord.all(of: node).map { $0.needs }
        if words.contains(where: { $0.needs.isEmpty && $0.isExact }) {
            alternatives = [[]]
            isExact = true
            return
        }
        guard words.allSatisfy({ !$0.needs.isEmpty }) else { return nil }
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
}

extension RegexRequirement.Need {
    fileprivate func holds(_ subject: Span<UInt8>, _ range: Range<Int>) -> Bool {
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
