import Sockets

/// One request to the admin listener, which must be answered with 200.
final class Administrator {
    private let world: World
    private let text: String
    private var reader = MessageReader(.response)
    private var endpoint: Endpoint?
    private var isSent = false
    private(set) var isDone = false
    private(set) var status: Int?

    init(_ world: World, _ method: String, _ path: String) {
        self.world = world
        text = "\(method) \(path) HTTP/1.1\r\nHost: admin\r\nConnection: close\r\n\r\n"
    }

    func start() {
        let endpoint = world.kernel.dial(
            Simulation.adminAddress, from: .v4(0x7f00_0001, port: 6_000), link: LinkPlan())
        self.endpoint = endpoint
        endpoint.onEvent = { [weak self] in self?.run() }
    }

    private func run() {
        guard let endpoint, !isDone else { return }
        if !isSent, !endpoint.isReset {
            isSent = true
            _ = world.kernel.write(endpoint, Array(text.utf8)[...])
        }
        while true {
            switch world.kernel.read(endpoint, 64 << 10) {
            case .bytes(let bytes):
                reader.append(bytes)
                while let event = reader.next() {
                    switch event {
                    case .head(let head): status = head.status
                    case .malformed(let text): world.violate("the admin listener: \(text)")
                    case .body, .end: break
                    }
                }
            case .nothing: return
            case .end, .failed:
                world.kernel.end(endpoint, isAbort: false)
                isDone = true
                self.endpoint = nil
                if let status, status != 200 {
                    world.violate("the admin listener answered \(status)")
                }
                return
            }
        }
    }
}
