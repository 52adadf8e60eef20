internal import CLinux
internal import Glibc

/// Why a name has no address.
package struct ResolveError: Error, Hashable, Sendable {
    /// Lower case: `name or service not known`.
    package let text: String
    /// The name server gave no answer: another try may succeed.
    package let isTemporary: Bool
}

/// Names to addresses by the system's resolver. Blocks: control plane only.
package enum Resolver {
    /// The stream addresses of a name or a literal, in the system's order of preference, each
    /// once. Never empty on success.
    package static func resolve(
        _ host: String, port: UInt16
    ) -> Result<[SocketAddress], ResolveError> {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_family = AF_UNSPEC
        var first: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, nil, &hints, &first)
        guard code == 0 else { return .failure(error(code)) }
        defer { unsafe freeaddrinfo(first) }
        var addresses: [SocketAddress] = []
        var next = unsafe first
        while let entry = unsafe next {
            if let raw = unsafe RawAddress(
                copying: entry.pointee.ai_addr, entry.pointee.ai_addrlen),
                let address = raw.address?.with(port: port), !addresses.contains(address)
            {
                addresses.append(address)
            }
            unsafe next = entry.pointee.ai_next
        }
        return addresses.isEmpty ? .failure(error(EAI_NONAME)) : .success(addresses)
    }

    private static func error(_ code: Int32) -> ResolveError {
        if code == EAI_SYSTEM {
            return ResolveError(text: SystemError.last.text, isTemporary: false)
        }
        let text = unsafe gai_strerror(code).map { unsafe String(cString: $0) }
        return ResolveError(
            text: (text ?? "error \(code)").lowercased(), isTemporary: code == EAI_AGAIN)
    }
}
