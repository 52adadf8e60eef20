internal import CLinux
internal import Glibc

/// A `SocketAddress` in the kernel's layout (`sockaddr_in`, `sockaddr_in6`, `sockaddr_un`).
@safe struct RawAddress {
    private(set) var storage = sockaddr_storage()
    private(set) var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

    /// Room for the kernel to fill.
    init() {}

    /// nil for a unix path that is empty, has a zero byte or does not fit.
    init?(_ address: SocketAddress) {
        switch address {
        case .v4(let number, let port):
            put(UInt16(AF_INET), at: 0)
            put(port.bigEndian, at: 2)
            put(number.bigEndian, at: 4)
            length = socklen_t(MemoryLayout<sockaddr_in>.size)
        case .v6(let high, let low, let port):
            put(UInt16(AF_INET6), at: 0)
            put(port.bigEndian, at: 2)
            put(high.bigEndian, at: 8)
            put(low.bigEndian, at: 16)
            length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        case .unix(let path):
            let bytes = Array(path.utf8)
            // One byte of sun_path is kept for the terminating zero.
            guard !bytes.isEmpty, bytes.count < Self.pathCapacity, !bytes.contains(0) else {
                return nil
            }
            put(UInt16(AF_UNIX), at: 0)
            for (index, byte) in bytes.enumerated() { put(byte, at: 2 + index) }
            length = socklen_t(2 + bytes.count + 1)
        }
    }

    /// A copy of an address that somebody else owns; nil when it is larger than any address.
    init?(copying address: UnsafePointer<sockaddr>?, _ size: socklen_t) {
        guard let address = unsafe address, Int(size) <= MemoryLayout<sockaddr_storage>.size else {
            return nil
        }
        unsafe withUnsafeMutableBytes(of: &storage) {
            unsafe $0.baseAddress!.copyMemory(from: address, byteCount: Int(size))
        }
        length = size
    }

    private static let pathCapacity = MemoryLayout<sockaddr_un>.size - 2

    /// `AF_INET`, `AF_INET6` or `AF_UNIX`.
    var family: Int32 { Int32(storage.ss_family) }

    /// nil for a family that this project does not speak.
    var address: SocketAddress? {
        switch family {
        case AF_INET:
            return .v4(UInt32(bigEndian: get(at: 4)), port: UInt16(bigEndian: get(at: 2)))
        case AF_INET6:
            return .v6(
                high: UInt64(bigEndian: get(at: 8)), low: UInt64(bigEndian: get(at: 16)),
                port: UInt16(bigEndian: get(at: 2)))
        case AF_UNIX:
            let end = min(Int(length), 2 + Self.pathCapacity)
            var bytes: [UInt8] = []
            for offset in stride(from: 2, to: end, by: 1) {
                let byte: UInt8 = get(at: offset)
                guard byte != 0 else { break }
                bytes.append(byte)
            }
            return .unix(path: String(decoding: bytes, as: UTF8.self))
        default:
            return nil
        }
    }

    /// Lends the address to a call that reads it.
    func read<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
        unsafe withUnsafeBytes(of: storage) { bytes in
            // The size of sockaddr_storage is a constant, so there is a base address.
            unsafe body(bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), length)
        }
    }

    /// Lends the address to a call that fills it.
    mutating func fill<R>(
        _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> R
    ) -> R {
        length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        var filled = length
        let result = unsafe withUnsafeMutableBytes(of: &storage) { bytes in
            unsafe body(bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self), &filled)
        }
        length = filled
        return result
    }

    private mutating func put<T: BitwiseCopyable>(_ value: T, at offset: Int) {
        unsafe withUnsafeMutableBytes(of: &storage) {
            unsafe $0.storeBytes(of: value, toByteOffset: offset, as: T.self)
        }
    }

    private func get<T: BitwiseCopyable>(at offset: Int) -> T {
        unsafe withUnsafeBytes(of: storage) {
            unsafe $0.loadUnaligned(fromByteOffset: offset, as: T.self)
        }
    }
}
