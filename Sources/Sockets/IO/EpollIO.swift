internal import CLinux
internal import Glibc

/// What `SocketIO` says, by the kernel: one epoll set for one worker thread. The conformance is
/// declared where the worker is: the compiler calls a witness of another module through its table.
@usableFromInline package struct EpollIO: ~Copyable {
    private let epoll: Descriptor
    private var ready: EpollBatch
    private var generator: RandomBits

    /// Opens the epoll set; fails when the process has no descriptor left.
    package init() throws(SystemError) {
        let raw = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard raw >= 0 else { throw .last }
        epoll = Descriptor(raw: raw)
        ready = EpollBatch(capacity: 512)
        generator = RandomBits()
    }

    deinit {
        epoll.closeNow()
    }

    /// Wakes `wait` with `token` while messages wait in the mailbox, which must outlive the set.
    package mutating func adopt<Message>(
        _ mailbox: Mailbox<Message>, token: UInt64
    ) -> SystemError? {
        registerListener(mailbox.descriptor, token: token)
    }

    package mutating func register(_ descriptor: Descriptor, token: UInt64) -> SystemError? {
        let interest =
            EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
        return add(descriptor, interest: interest, token: token)
    }

    package mutating func registerListener(
        _ descriptor: Descriptor, token: UInt64
    ) -> SystemError? {
        add(descriptor, interest: EPOLLIN.rawValue, token: token)
    }

    package mutating func unregister(_ descriptor: Descriptor) {
        // A descriptor that is not in the set is already what the caller wants.
        _ = epoll_ctl(epoll.raw, EPOLL_CTL_DEL, descriptor.raw, nil)
    }

    package mutating func wait(into events: inout [ReadyEvent], timeoutMilliseconds: Int) {
        events.removeAll(keepingCapacity: true)
        ready.wait(on: epoll, into: &events, timeout: Int32(clamping: timeoutMilliseconds))
    }

    package mutating func monotonicNanoseconds() -> UInt64 {
        Clocks.monotonicNanoseconds()
    }

    package mutating func wallClockMilliseconds() -> Int64 {
        Clocks.wallMilliseconds()
    }

    package mutating func random() -> UInt64 {
        generator.next()
    }

    private func add(_ descriptor: Descriptor, interest: UInt32, token: UInt64) -> SystemError? {
        var event = unsafe epoll_event(events: interest, data: epoll_data_t(u64: token))
        let result = unsafe epoll_ctl(epoll.raw, EPOLL_CTL_ADD, descriptor.raw, &event)
        return result == 0 ? nil : .last
    }
}

/// The kernel's array of events, allocated once.
@safe struct EpollBatch: ~Copyable {
    private let room: UnsafeMutableBufferPointer<epoll_event>

    init(capacity: Int) {
        unsafe room = .allocate(capacity: capacity)
        unsafe room.initialize(repeating: epoll_event())
    }

    deinit {
        unsafe room.deallocate()
    }

    func wait(on epoll: Descriptor, into events: inout [ReadyEvent], timeout: Int32) {
        let count = unsafe clinux_wait(
            epoll.raw, room.baseAddress, Int32(room.count), timeout)
        // -1 is an interruption by a signal; nothing else can happen to a set that we own.
        guard count > 0 else { return }
        for index in 0..<Int(count) {
            let flags = unsafe room[index].events
            events.append(
                ReadyEvent(
                    token: unsafe room[index].data.u64,
                    isReadable: flags & EPOLLIN.rawValue != 0,
                    isWritable: flags & EPOLLOUT.rawValue != 0,
                    isHungUp: flags & (EPOLLRDHUP.rawValue | EPOLLHUP.rawValue) != 0,
                    isError: flags & EPOLLERR.rawValue != 0))
        }
    }
}
