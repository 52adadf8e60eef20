internal import CLinux
internal import Glibc

extension EpollIO {
    package mutating func receive(
        _ descriptor: Descriptor, into buffer: inout [UInt8], at offset: Int, count: Int
    ) -> IOResult {
        precondition(offset >= 0 && count > 0 && count <= buffer.count - offset)
        return unsafe buffer.withUnsafeMutableBytes { room in
            while true {
                // The precondition says that the buffer is not empty, so it has an address.
                let moved = unsafe clinux_receive(
                    descriptor.raw, room.baseAddress! + offset, count)
                if let result = ended(moved) { return result }
            }
        }
    }

    package mutating func send(
        _ descriptor: Descriptor, _ bytes: [UInt8], _ range: Range<Int>
    ) -> IOResult {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        if range.isEmpty { return .count(0) }
        return unsafe bytes.withUnsafeBytes { source in
            while true {
                let moved = unsafe clinux_send(
                    descriptor.raw, source.baseAddress! + range.lowerBound, range.count)
                if let result = ended(moved) { return result }
            }
        }
    }

    package mutating func send(
        _ descriptor: Descriptor, _ head: borrowing ByteBuffer, _ part: Range<Int>,
        _ body: [UInt8], _ range: Range<Int>
    ) -> IOResult {
        if part.isEmpty { return send(descriptor, body, range) }
        precondition(range.lowerBound >= 0 && range.upperBound <= body.count)
        return unsafe head.withBytes(part) { head in
            if range.isEmpty { return unsafe send(descriptor, head) }
            return unsafe body.withUnsafeBytes { body in
                unsafe gather(
                    descriptor, head, UnsafeRawBufferPointer(rebasing: body[range]))
            }
        }
    }

    private func send(_ descriptor: Descriptor, _ bytes: UnsafeRawBufferPointer) -> IOResult {
        while true {
            let moved = unsafe clinux_send(descriptor.raw, bytes.baseAddress, bytes.count)
            if let result = ended(moved) { return result }
        }
    }

    private func gather(
        _ descriptor: Descriptor, _ first: UnsafeRawBufferPointer,
        _ second: UnsafeRawBufferPointer
    ) -> IOResult {
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
                let moved = unsafe clinux_send_message(descriptor.raw, &message)
                if let result = ended(moved) { return result }
            }
        }
    }

    /// nil: the call was interrupted before it did anything and is to be repeated.
    private func ended(_ moved: Int) -> IOResult? {
        if moved >= 0 { return .count(moved) }
        let error = SystemError.last
        switch error.code {
        case EAGAIN: return .wouldBlock
        case EINTR: return nil
        default: return .failed(error)
        }
    }
}
