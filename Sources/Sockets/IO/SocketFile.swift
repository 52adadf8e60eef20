internal import Glibc

/// The file of a unix socket that this process has bound. The kernel leaves it when the socket is
/// closed; whoever finds it would be refused.
package struct SocketFile: Sendable, Hashable {
    private let path: String
    private let device: UInt64
    private let number: UInt64

    /// The socket that is at `path` now; nil when there is none.
    package init?(at path: String) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else {
            return nil
        }
        self.path = path
        device = UInt64(status.st_dev)
        number = UInt64(status.st_ino)
    }

    /// Removes the file, unless another has taken its place. To be called while the socket is open:
    /// until then no other file has its number.
    package func remove() {
        if SocketFile(at: path) == self { _ = unsafe unlink(path) }
    }
}
