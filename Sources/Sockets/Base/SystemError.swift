internal import CLinux
internal import Glibc

/// An error number of the operating system, with the kernel's meaning and no more.
@usableFromInline package struct SystemError: Error, Hashable, Sendable {
    /// The `errno` value.
    package let code: Int32

    /// Wraps an `errno` value.
    package init(code: Int32) {
        self.code = code
    }

    /// The error of the system call that has just failed on this thread.
    static var last: SystemError { SystemError(code: errno) }

    /// What the number means, lower case: `address already in use`.
    package var text: String {
        guard let described = unsafe clinux_error_text(code) else { return "error \(code)" }
        let words = unsafe String(cString: described)
        // A word that is all capitals is an abbreviation and stays as it is.
        guard let first = words.first, words.dropFirst().first?.isUppercase != true else {
            return words
        }
        return first.lowercased() + words.dropFirst()
    }

    /// EADDRINUSE: another socket listens there.
    package static let addressInUse = SystemError(code: EADDRINUSE)
    /// EADDRNOTAVAIL: no interface has the address, or no local port is left.
    package static let addressNotAvailable = SystemError(code: EADDRNOTAVAIL)
    /// EAGAIN: nothing to do now on a nonblocking descriptor.
    package static let wouldBlock = SystemError(code: EAGAIN)
    /// EMFILE: this process has no descriptor left.
    package static let tooManyFiles = SystemError(code: EMFILE)
    /// ENFILE: the whole system has no descriptor left.
    package static let tooManyFilesInSystem = SystemError(code: ENFILE)
    /// ECONNREFUSED: nobody listens at the address.
    package static let connectionRefused = SystemError(code: ECONNREFUSED)
    /// ECONNRESET: the peer sent a reset.
    package static let connectionReset = SystemError(code: ECONNRESET)
    /// EPIPE: the write side is closed.
    package static let brokenPipe = SystemError(code: EPIPE)
    /// ETIMEDOUT: the peer did not answer.
    package static let timedOut = SystemError(code: ETIMEDOUT)
    /// EHOSTUNREACH: no route to the host.
    package static let hostUnreachable = SystemError(code: EHOSTUNREACH)
    /// ENETUNREACH: no route to the network.
    package static let networkUnreachable = SystemError(code: ENETUNREACH)
    /// ENOENT: no such file.
    package static let noSuchFile = SystemError(code: ENOENT)
    /// ENXIO: of a named pipe, nobody reads it.
    package static let noReader = SystemError(code: ENXIO)
    /// EEXIST: a file is in the way.
    package static let fileExists = SystemError(code: EEXIST)
    /// EACCES: permission denied.
    package static let permissionDenied = SystemError(code: EACCES)
    /// EINVAL: the argument makes no sense to the kernel.
    package static let invalidArgument = SystemError(code: EINVAL)
    /// ENAMETOOLONG: a path longer than the kernel takes (107 bytes for a unix socket).
    package static let nameTooLong = SystemError(code: ENAMETOOLONG)
    /// EFBIG: a file larger than the caller's limit.
    package static let fileTooLarge = SystemError(code: EFBIG)
    /// ENOMEM: the kernel or the process has no memory for it.
    package static let noMemory = SystemError(code: ENOMEM)
}
