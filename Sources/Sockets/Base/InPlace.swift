internal import Synchronization

/// A member without a meaning of its own: what has it is passed by its address. Of any other large
/// value Swift makes a copy on the stack for each call that lends it, 700 bytes of an exchange four
/// times a request. An atomic stays where it is, and so does what it is a member of.
package struct InPlace: ~Copyable, Sendable {
    private let atomic = Atomic<UInt8>(0)

    package init() {}
}
