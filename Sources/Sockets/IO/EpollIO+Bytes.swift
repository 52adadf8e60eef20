internal import CLinux
internal import Glibc

/// What a request asks of the kernel is inlined into the worker down to one function a call: each
/// return behind a system call is mispredicted (see CLinux).
extension EpollIO {
    @inlinable @inline(__always)
    package mutating func receive(
        _ descriptor: Descriptor, into buffer: inout [UInt8], at offset: Int, count: Int
    ) -> IOResult {
        precondition(offset >= 0 && count > 0 && count <= buffer.count - offset)
        let moved = unsafe buffer.withUnsafeMutableBytes { room in
            // The precondition says that the buffer is not empty, so it has an address.
            unsafe kernelReceive(
                descriptor.raw, room.baseAddress.unsafelyUnwrapped + offset, count)
        }
        return Self.result(moved)
    }

    @inlinable @inline(__always)
    package mutating func send(
        _ descriptor: Descriptor, _ bytes: [UInt8], _ range: Range<Int>
    ) -> IOResult {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        if range.isEmpty { return .count(0) }
        let moved = unsafe bytes.withUnsafeBytes { source in
            unsafe kernelSend(
                descriptor.raw, source.baseAddress.unsafelyUnwrapped + range.lowerBound,
                range.count)
        }
        return Self.result(moved)
    }

    @inlinable @inline(__always)
    package mutating func send(
        _ descriptor: Descriptor, _ head: borrowing ByteBuffer, _ part: Range<Int>,
        _ body: [UInt8], _ range: Range<Int>
    ) -> IOResult {
        if part.isEmpty { return send(descriptor, body, range) }
        guard range.isEmpty else { return sendBoth(descriptor, head, part, body, range) }
        let moved = unsafe head.withBytes(part) { head in
            unsafe kernelSend(
                descriptor.raw, head.baseAddress.unsafelyUnwrapped, head.count)
        }
        return Self.result(moved)
    }

    @usableFromInline
    func sendBoth(
        _ descriptor: Descriptor, _ head: borrowing ByteBuffer, _ part: Range<Int>,
        _ body: [UInt8], _ range: Range<Int>
    ) -> IOResult {
        precondition(range.lowerBound >= 0 && range.upperBound <= body.count)
        let moved = unsafe head.withBytes(part) { head in
            unsafe body.withUnsafeBytes { body in
                unsafe kernelSend(
                    descriptor.raw, head, UnsafeRawBufferPointer(rebasing: body[range]))
            }
        }
        return Self.result(moved)
    }

    @inlinable @inline(__always)
    static func result(_ moved: Int) -> IOResult { moved >= 0 ? .count(moved) : failed(moved) }

    @usableFromInline
    static func failed(_ moved: Int) -> IOResult {
        let error = SystemError(code: Int32(truncatingIfNeeded: -moved))
        return error == .wouldBlock ? .wouldBlock : .failed(error)
    }
}

// System calls on bytes, repeated when a signal interrupts them before they have done anything. A
// negative answer is an error's number negated. They are no members of a type: a call of one from
// another module would go through a second function that drops the type.

@usableFromInline @inline(never)
func kernelReceive(_ raw: Int32, _ room: UnsafeMutableRawPointer, _ count: Int) -> Int {
    while true {
        let moved = unsafe clinux_receive(raw, room, count)
        if moved != -Int(EINTR) { return moved }
    }
}

@usableFromInline @inline(never)
func kernelSend(_ raw: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    while true {
        let moved = unsafe clinux_send(raw, bytes, count)
        if moved != -Int(EINTR) { return moved }
    }
}

/// Two pieces in one call.
private func kernelSend(
    _ raw: Int32, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
) -> Int {
    // The kernel only reads through the pointers of an outgoing message.
    var parts = unsafe (
        iovec(iov_base: .init(mutating: first.baseAddress), iov_len: first.count),
        iovec(iov_base: .init(mutating: second.baseAddress), iov_len: second.count)
    )
    return unsafe withUnsafeMutableBytes(of: &parts) { pair in
        var message = unsafe msghdr()
        unsafe message.msg_iov = pair.baseAddress!.assumingMemoryBound(to: iovec.self)
        unsafe message.msg_iovlen = 2
        while true {
            let moved = unsafe clinux_send_message(raw, &message)
            if moved != -Int(EINTR) { return moved }
        }
    }
}
