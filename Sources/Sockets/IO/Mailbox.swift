internal import CLinux
internal import Glibc
internal import Synchronization

/// Messages from any thread to one worker, which an eventfd wakes.
package final class Mailbox<Message: Sendable>: Sendable {
    private let waiting = Mutex<[Message]>([])
    private let event: EventDescriptor

    /// Fails when the process has no descriptor left.
    package init() throws(SystemError) {
        event = try EventDescriptor()
    }

    /// What to watch for reading, level-triggered; closed with the mailbox.
    package var descriptor: Descriptor { event.descriptor }

    /// Adds a message and wakes the worker. Any thread.
    package func post(_ message: Message) {
        let isFirst = waiting.withLock { messages in
            messages.append(message)
            return messages.count == 1
        }
        // The first message of a batch wakes; the others are found with it.
        if isFirst { event.signal() }
    }

    /// Whether no message waits. Any thread.
    package var isEmpty: Bool { waiting.withLock { $0.isEmpty } }

    /// Replaces `messages` by all that wait, in the order they were posted. One thread.
    package func drain(into messages: inout [Message]) {
        messages.removeAll(keepingCapacity: true)
        // The event is cleared first: a message posted after the swap signals again.
        event.clear()
        let spare = messages
        messages = waiting.withLock { waiting in
            let taken = waiting
            waiting = spare
            return taken
        }
    }
}

/// An eventfd that is closed with its owner.
struct EventDescriptor: ~Copyable, Sendable {
    let descriptor: Descriptor

    init() throws(SystemError) {
        let raw = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard raw >= 0 else { throw .last }
        descriptor = Descriptor(raw: raw)
    }

    deinit {
        descriptor.closeNow()
    }

    /// Makes the descriptor readable.
    func signal() {
        // The counter cannot overflow: clearing takes everything at once.
        _ = eventfd_write(descriptor.raw, 1)
    }

    /// Makes the descriptor unreadable until the next signal.
    func clear() {
        var count: eventfd_t = 0
        _ = unsafe eventfd_read(descriptor.raw, &count)
    }
}
