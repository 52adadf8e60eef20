internal import RequestModel
internal import RuleLang
internal import Sockets

/// One bound address of the router.
struct BoundListener: Sendable {
    /// Never given to another address.
    var number: Int
    /// As the file says it, so that a reload finds it again.
    var requested: SocketAddress
    /// Where it is bound.
    var local: SocketAddress
    /// One for each worker, or the one of a unix or inherited socket for each; the admin listener
    /// has one only.
    var descriptors: [Descriptor]
    /// Index into the program's listeners; nil for the admin listener.
    var listener: Int?
    /// Of a unix socket that the router has bound itself.
    var file: SocketFile?
}

/// The bound sockets of all listeners, over all generations.
struct ListenerSockets: Sendable {
    private(set) var bound: [BoundListener] = []
    private var nextNumber = 0
    /// Handed over by systemd, not yet taken.
    private var inherited: [(address: SocketAddress?, descriptor: Descriptor)]
    let workers: Int
    private let system: ControlSystem

    init(workers: Int, inherited: [Descriptor] = [], system: ControlSystem = .kernel) {
        self.workers = workers
        self.system = system
        self.inherited = inherited.map { (Listening.localAddress($0), $0) }
    }

    /// A socket that was handed over and that no listener has taken, said in a sentence: it would
    /// accept clients that nobody serves.
    var unused: String? {
        guard let left = inherited.first else { return nil }
        let place = left.address.map { "the given socket \($0.listenText)" } ?? "a given descriptor"
        return "\(place) is not the address of any `listen` or `admin`"
    }

    /// Descriptors, over all listeners and workers.
    var count: Int { bound.reduce(0) { $0 + $1.descriptors.count } }

    /// The sockets of a program: those that are open already stay, others are opened. On a failure
    /// everything is as before.
    func opening(_ program: Program) -> Result<ListenerSockets, RouterServer.StartError> {
        var next = self
        next.bound = []
        var opened: [BoundListener] = []
        for (index, wanted) in Self.wanted(program) {
            switch next.open(wanted, listener: index, earlier: bound) {
            case .success(let listener, let isNew):
                if isNew { opened.append(listener) }
                next.bound.append(listener)
            case .skipped: continue
            case .failure(let error):
                for listener in opened { close(listener) }
                return .failure(error)
            }
        }
        return .success(next)
    }

    private struct Wanted {
        var text: String
        var address: SocketAddress
        /// `:8080` is served on what the machine has of IPv4 and IPv6.
        var isOptional: Bool
    }

    private enum Opened {
        case success(BoundListener, isNew: Bool)
        case skipped
        case failure(RouterServer.StartError)
    }

    private static func wanted(_ program: Program) -> [(Int?, Wanted)] {
        var result: [(Int?, Wanted)] = []
        for (index, listener) in program.listeners.enumerated() {
            for (position, address) in addresses(of: listener.address).enumerated() {
                result.append(
                    (
                        index,
                        Wanted(
                            text: listener.address.text, address: address, isOptional: position > 0)
                    ))
            }
        }
        if let admin = program.settings.admin {
            for (position, address) in adminAddresses(of: admin).enumerated() {
                result.append(
                    (nil, Wanted(text: admin.text, address: address, isOptional: position > 0)))
            }
        }
        return result
    }

    private mutating func open(
        _ wanted: Wanted, listener: Int?, earlier: [BoundListener]
    ) -> Opened {
        let isAdmin = listener == nil
        if var known = earlier.first(where: {
            $0.requested == wanted.address && ($0.listener == nil) == isAdmin
        }) {
            known.listener = listener
            return .success(known, isNew: false)
        }
        let count = isAdmin ? 1 : workers
        var descriptors: [Descriptor]
        var file: SocketFile?
        if let index = inherited.firstIndex(where: { $0.address == wanted.address }) {
            let given = inherited.remove(at: index).descriptor
            switch Listening.share(given, count: count) {
            case .success(let shared): descriptors = shared
            case .failure(let error):
                return .failure(.init(message: "cannot use the given socket: \(error.text)"))
            }
        } else {
            switch system.listen(wanted.address, count) {
            case .success(let opened):
                descriptors = opened
                if case .unix(let path) = wanted.address { file = system.socketFile(path) }
            case .failure(let error):
                if wanted.isOptional, error != .addressInUse { return .skipped }
                return .failure(
                    .init(
                        message: "cannot listen on \(wanted.text): \(error.text)"
                            + Self.help(error, wanted.address)))
            }
        }
        let local = descriptors.first.flatMap(system.localAddress) ?? wanted.address
        defer { nextNumber += 1 }
        return .success(
            BoundListener(
                number: nextNumber, requested: wanted.address, local: local,
                descriptors: descriptors, listener: listener, file: file), isNew: true)
    }

    /// What makes possible what the kernel has refused.
    private static func help(_ error: SystemError, _ address: SocketAddress) -> String {
        guard error == .permissionDenied, let port = address.port, port < 1_024 else { return "" }
        return " (a port below 1024 takes CAP_NET_BIND_SERVICE, as AmbientCapabilities= of a "
            + "systemd service, or a socket that systemd hands over)"
    }

    private static func addresses(of address: ListenAddress) -> [SocketAddress] {
        switch address {
        case .unix(let path): [.unix(path: path)]
        case .ip(let ip?, let port): [SocketAddress(ip, port: port)]
        case .ip(nil, 0): [.v4(0, port: 0)]
        case .ip(nil, let port): [.v4(0, port: port), .v6(high: 0, low: 0, port: port)]
        }
    }

    /// Without an address: on loopback only, since there is no login.
    private static func adminAddresses(of address: ListenAddress) -> [SocketAddress] {
        guard case .ip(nil, let port) = address else { return addresses(of: address) }
        let v4 = SocketAddress.v4(0x7f00_0001, port: port)
        return port == 0 ? [v4] : [v4, .v6(high: 0, low: 1, port: port)]
    }

    /// What one worker listens on; the admin listener is the first worker's.
    func sockets(of worker: Int) -> [ListenerSocket] {
        bound.compactMap { listener in
            guard worker < listener.descriptors.count else { return nil }
            return ListenerSocket(
                number: listener.number, descriptor: listener.descriptors[worker],
                port: listener.local.port ?? 0)
        }
    }

    func close() {
        for listener in bound { close(listener) }
    }

    /// Closes what `earlier` does not have.
    func close(except earlier: ListenerSockets) {
        for listener in bound where !earlier.bound.contains(where: { $0.number == listener.number })
        {
            close(listener)
        }
    }

    private func close(_ listener: BoundListener) {
        for descriptor in Set(listener.descriptors) { system.closeListener(descriptor) }
        listener.file?.remove()
    }

    /// Of workers that have not been started: the others close their own.
    func close(workersFrom first: Int) {
        for listener in bound {
            for descriptor in listener.descriptors.dropFirst(first) {
                system.closeListener(descriptor)
            }
        }
    }

    /// Removes the files of unix sockets that are about to be closed. While they are open nobody
    /// can have taken a path in silence.
    mutating func removeFiles(where isClosing: (BoundListener) -> Bool = { _ in true }) {
        for index in bound.indices where isClosing(bound[index]) {
            bound[index].file?.remove()
            bound[index].file = nil
        }
    }
}

extension SocketAddress {
    /// As a file spells it.
    fileprivate var listenText: String {
        switch self {
        case .unix(let path): "unix:\(path)"
        case .v4(_, let port), .v6(_, _, let port): ListenAddress.ip(endpoint.ip, port: port).text
        }
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
