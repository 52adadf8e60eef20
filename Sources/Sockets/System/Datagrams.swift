internal import CLinux
internal import Glibc

/// One message to a unix datagram socket, such as a service manager's.
package enum Datagrams {
    /// Sends `bytes` to the socket at `path`; one that begins with "@" is in the abstract name
    /// space. A receiver that is not there is no error of ours.
    package static func send(_ bytes: [UInt8], to path: String) {
        let raw = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard raw >= 0 else { return }
        let descriptor = Descriptor(raw: raw)
        defer { descriptor.closeNow() }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(path.utf8)
        guard !name.isEmpty, name.count < 108 else { return }
        if name[0] == UInt8(ascii: "@") { name[0] = 0 }
        let size = socklen_t(2 + name.count)
        unsafe withUnsafeMutableBytes(of: &address) { room in
            for (index, byte) in name.enumerated() { unsafe room[2 + index] = byte }
        }
        _ = unsafe withUnsafeBytes(of: address) { room in
            unsafe bytes.withUnsafeBytes { message in
                unsafe clinux_send_to(
                    raw, message.baseAddress, message.count, room.baseAddress, size)
            }
        }
    }
}
