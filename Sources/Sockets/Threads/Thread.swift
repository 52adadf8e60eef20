internal import CLinux
internal import Glibc
internal import Synchronization

/// A kernel thread with a stack of 1 MiB.
package final class Thread: Sendable {
    private let handle: pthread_t
    private let isJoined = Atomic<Bool>(false)

    private init(handle: pthread_t) {
        self.handle = handle
    }

    deinit {
        if !isJoined.load(ordering: .relaxed) { _ = pthread_detach(handle) }
    }

    /// Runs `body` on a new thread; nil when the system has no thread left. `name` shows up in
    /// `top -H`, cut to 15 bytes.
    package static func start(
        name: String, _ body: @escaping @Sendable () -> Void
    ) -> Thread? {
        var attributes = pthread_attr_t()
        guard unsafe pthread_attr_init(&attributes) == 0 else { return nil }
        defer { _ = unsafe pthread_attr_destroy(&attributes) }
        _ = unsafe pthread_attr_setstacksize(&attributes, 1 << 20)
        let context = unsafe Unmanaged.passRetained(Body(name: name, run: body))
        var handle = pthread_t()
        let result = unsafe pthread_create(
            &handle, &attributes, { unsafe threadEntry($0) }, context.toOpaque())
        guard result == 0 else {
            unsafe context.release()
            return nil
        }
        return Thread(handle: handle)
    }

    /// Waits for the end of the thread; a second call returns at once.
    package func join() {
        if !isJoined.exchange(true, ordering: .relaxed) {
            _ = pthread_join(handle, nil)
        }
    }

    /// Waits for the end of the thread, but not longer; whether it has ended.
    package func join(withinMilliseconds limit: Int) -> Bool {
        guard !isJoined.exchange(true, ordering: .relaxed) else { return true }
        if clinux_join_within(handle, Int64(limit)) == 0 { return true }
        isJoined.store(false, ordering: .relaxed)
        return false
    }

    /// Gives the calling thread only the time that nobody else wants (SCHED_IDLE): compiling
    /// rules must not slow traffic. There is no way back for the thread.
    package static func yieldToAllOthers() {
        var parameters = sched_param()
        let idleClass: Int32 = 5  // SCHED_IDLE hides behind a feature macro.
        _ = unsafe pthread_setschedparam(pthread_self(), idleClass, &parameters)
    }
}

private final class Body {
    let name: String
    let run: @Sendable () -> Void

    init(name: String, run: @escaping @Sendable () -> Void) {
        self.name = name
        self.run = run
    }
}

private func threadEntry(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context = unsafe context else { return nil }
    let body = unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue()
    // Done here because it works on the calling thread.
    unsafe clinux_name_thread(body.name)
    body.run()
    return nil
}
