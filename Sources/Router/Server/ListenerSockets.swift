internal import RequestModel
internal import RuleLang
internal import Sockets

/// The bound sockets of all listeners: one a worker for each address.
struct ListenerSockets {
    private var sockets: [(index: Int, port: UInt16, descriptors: [Descriptor])] = []
    private(set) var bound: [(name: String, address: SocketAddress)] = []

    static func open(
        _ program: Program, count: Int
    ) -> Result<ListenerSockets, RouterServer.StartError> {
        var result = ListenerSockets()
        for (index, listener) in program.listeners.enumerated() {
            for (position, address) in addresses(of: listener.address).enumerated() {
                switch Listening.open(address, count: count, backlog: 1_024) {
                case .success(let descriptors):
                    let local = descriptors.first.flatMap { Listening.localAddress($0) } ?? address
                    result.sockets.append((index, local.port ?? 0, descriptors))
                    result.bound.append((listener.name, local))
                case .failure(let error):
                    // `:8080` is served on what the machine has of IPv4 and IPv6.
                    if position > 0, error != .addressInUse { continue }
                    result.close()
                    return .failure(
                        .init(message: "cannot listen on \(listener.address.text): \(error.text)"))
                }
            }
        }
        return .success(result)
    }

    private static func addresses(of address: ListenAddress) -> [SocketAddress] {
        switch address {
        case .unix(let path): [.unix(path: path)]
        case .ip(let ip?, let port): [SocketAddress(ip, port: port)]
        case .ip(nil, 0): [.v4(0, port: 0)]
        case .ip(nil, let port): [.v4(0, port: port), .v6(high: 0, low: 0, port: port)]
        }
    }

    func listeners(of worker: Int) -> [(descriptor: Descriptor, index: Int, port: UInt16)] {
        sockets.map { ($0.descriptors[worker], $0.index, $0.port) }
    }

    func close() {
        for descriptor in sockets.flatMap(\.descriptors) { Listening.close(descriptor) }
    }
}

extension ListenAddress {
    /// As a file spells it.
    package var text: String {
        switch self {
        case .unix(let path): "unix:\(path)"
        case .ip(nil, let port): ":\(port)"
        case .ip(let ip?, let port):
            ip.family == .v6 ? "[\(ip.text)]:\(port)" : "\(ip.text):\(port)"
        }
    }
}
