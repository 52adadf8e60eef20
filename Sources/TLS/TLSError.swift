/// Why certificates and keys could not be loaded.
package struct TLSError: Error, Sendable, Hashable {
    /// One plain sentence, lower case, without a period; names the file when a file is wrong.
    package let message: String

    init(_ message: String) {
        self.message = message
    }
}
