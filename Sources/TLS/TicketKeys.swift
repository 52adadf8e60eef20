internal import COpenSSL
internal import Synchronization

/// Keys of session tickets (RFC 5077 section 4), shared by the contexts of all generations, so that
/// resumption survives a reload, and by all workers. Safe from any thread.
package final class TicketKeys: Sendable {
    private struct Pair {
        var current: TicketKey
        var previous: TicketKey?
    }

    private let pair: Mutex<Pair>

    /// Fresh random keys.
    package init() {
        pair = Mutex(Pair(current: .random(), previous: nil))
    }

    /// New tickets get a new key; tickets of the key before it stay good until the next rotation.
    package func rotate() {
        let fresh = TicketKey.random()
        pair.withLock { $0 = Pair(current: fresh, previous: $0.current) }
    }

    /// Encrypts new tickets.
    var current: TicketKey { pair.withLock { $0.current } }

    /// The key of that name, and whether it still encrypts; nil for a name of nobody.
    func key(named name: some Collection<UInt8>) -> (key: TicketKey, isCurrent: Bool)? {
        let pair = pair.withLock { $0 }
        if pair.current.name.elementsEqual(name) { return (pair.current, true) }
        guard let previous = pair.previous, previous.name.elementsEqual(name) else { return nil }
        return (previous, false)
    }
}

/// AES-256-CBC and HMAC-SHA256 keys, and the name by which a ticket tells them.
struct TicketKey: Sendable {
    var name: [UInt8]
    var encryption: [UInt8]
    var authentication: [UInt8]

    static let nameSize = 16
    static let initialisationVectorSize = 16

    static func random() -> TicketKey {
        TicketKey(
            name: randomBytes(nameSize), encryption: randomBytes(32),
            authentication: randomBytes(32))
    }

    private static func randomBytes(_ count: Int) -> [UInt8] {
        // A machine without randomness must not hand out tickets with known keys.
        precondition(Library.isReady, "libssl cannot be initialised")
        var bytes = [UInt8](repeating: 0, count: count)
        let result = unsafe RAND_bytes(&bytes, Int32(count))
        precondition(result == 1, "no random bytes")
        return bytes
    }
}
