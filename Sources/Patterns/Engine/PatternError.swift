/// Why a pattern is not accepted.
package struct PatternError: Error, Hashable, Sendable {
    /// One plain sentence in lower case without a final period; user text in backticks.
    package var message: String
    /// What to write instead, where there is something to say.
    package var help: String?
    /// The first byte of the pattern that is at fault; the pattern's length when something is
    /// missing at its end.
    package var offset: Int
    /// Bytes at fault, at least 1 unless `offset` is the pattern's end.
    package var length: Int

    package init(message: String, help: String? = nil, offset: Int, length: Int) {
        self.message = message
        self.help = help
        self.offset = offset
        self.length = length
    }
}
