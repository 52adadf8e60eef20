internal import CLinux
internal import Glibc

/// One message to a unix datagram socket, such as a service manager's.
package enum Datagrams {
    /// Sends `bytes` to the socket at `path`; one that begins with "@" is in the abstract name
    /// space. A receiver that is not there is no error of ours.
    package static func send(_ bytes: [UInt8], to path: String) {
        var sender = DatagramSender(path)
        _ = sender.send(bytes)
    }
}

/// Sends messages to a unix datagram socket, over one socket of its own.
package struct DatagramSender: ~Copyable {
    private let path: String
    private var descriptor: Descriptor?

    /// A path that begins with "@" is in the abstract name space. Nothing is opened yet.
    package init(_ path: String) {
        self.path = path
    }

    deinit { descriptor?.closeNow() }

    /// Sends a message whole; nil: the receiver has it. Waits while the receiver's queue is full.
    /// When the receiver has gone, which a restart does, it is looked for once more.
    package mutating func send(_ bytes: [UInt8]) -> SystemError? {
        let isFirst = descriptor == nil
        if let error = connect() { return error }
        guard let error = sendOnce(bytes) else { return nil }
        guard !isFirst, error.code != EMSGSIZE else { return error }
        disconnect()
        if let error = connect() { return error }
        return sendOnce(bytes)
    }

    /// Whether somebody receives there; nil: yes.
    package mutating func connect() -> SystemError? {
        guard descriptor == nil else { return nil }
        var name = Array(path.utf8)
        guard !name.isEmpty, name.count < 108 else { return .nameTooLong }
        if name[0] == UInt8(ascii: "@") { name[0] = 0 }
        let raw = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard raw >= 0 else { return .last }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address) { room in
            for (index, byte) in name.enumerated() { unsafe room[2 + index] = byte }
        }
        let size = socklen_t(2 + name.count)
        let result = unsafe withUnsafeBytes(of: address) { room in
            unsafe clinux_connect(raw, room.baseAddress, size)
        }
        guard result == 0 else {
            defer { Descriptor(raw: raw).closeNow() }
            return .last
        }
        descriptor = Descriptor(raw: raw)
        return nil
    }

    private mutating func disconnect() {
        descriptor?.closeNow()
        descriptor = nil
    }

    private func sendOnce(_ bytes: [UInt8]) -> SystemError? {
        guard let descriptor else { return .connectionRefused }
        return unsafe bytes.withUnsafeBytes { message in
            while true {
                let sent = unsafe clinux_send(
                    descriptor.raw, message.baseAddress, message.count)
                if sent >= 0 { return nil }
                let error = SystemError(code: Int32(truncatingIfNeeded: -sent))
                if error.code != EINTR { return error }
            }
        }
    }
}
