/// How RuleLang reads files: it never touches the file system itself.
package protocol SourceLoader {
    /// The bytes of the file that `path` names, relative to the file `from` (nil: the working
    /// directory).
    func load(_ path: String, from: String?) -> Result<LoadedFile, LoadError>

    /// The paths that a glob (`*`, `?`, `[…]`) names, relative to `from`, in byte order; a path
    /// without glob characters is itself, whether it exists or not.
    func expand(_ pattern: String, from: String?) -> [String]
}

/// A file as loaded: the path to show and to resolve further paths by, and an identity that is the
/// same for two names of one file.
package struct LoadedFile: Sendable {
    package let path: String
    package let identity: String
    package let bytes: [UInt8]

    package init(path: String, identity: String, bytes: [UInt8]) {
        self.path = path
        self.identity = identity
        self.bytes = bytes
    }
}

/// Why a file could not be read: one plain lower-case sentence without a final period.
package struct LoadError: Error, Sendable {
    package let message: String
    package init(message: String) { self.message = message }
}
