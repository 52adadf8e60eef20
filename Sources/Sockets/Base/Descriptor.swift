internal import CLinux
internal import Glibc

/// A file descriptor as a plain value: copying does not duplicate it, nothing closes it by itself.
@usableFromInline package struct Descriptor: Hashable, Sendable {
    /// The kernel's number.
    @usableFromInline package let raw: Int32

    /// Wraps the kernel's number.
    package init(raw: Int32) {
        self.raw = raw
    }

    /// Descriptor 0.
    package static let standardInput = Descriptor(raw: 0)
    /// Descriptor 1.
    package static let standardOutput = Descriptor(raw: 1)
    /// Descriptor 2.
    package static let standardError = Descriptor(raw: 2)

    /// Closes the descriptor. Linux frees the number even when it reports an error.
    func closeNow() {
        _ = Glibc.close(raw)
    }
}
