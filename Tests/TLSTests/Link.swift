import TestSupport

@testable import TLS

/// How a stream is cut into calls of `receive`.
enum Cut: Sendable, CaseIterable {
    case whole, bytes, random

    func size(_ generator: inout SeededGenerator, _ left: Int) -> Int {
        switch self {
        case .whole: left
        case .bytes: 1
        case .random: min(left, Int.random(in: 1...700, using: &generator))
        }
    }
}

/// One session with what it produced.
final class End {
    let session: TLSSession
    var output: [UInt8] = []
    var received: [UInt8] = []
    var state = TLSProgress.State.handshaking
    /// Small, so that `hasMore` is met.
    var buffer = [UInt8](repeating: 0, count: 1500)

    init(_ session: TLSSession) {
        self.session = session
    }

    /// Feeds all of `bytes`, and reads everything that they hold.
    func take(_ bytes: [UInt8], _ cut: Cut, _ generator: inout SeededGenerator) {
        var index = 0
        while index < bytes.count {
            let size = cut.size(&generator, bytes.count - index)
            receive(bytes, index..<index + size)
            index += size
        }
    }

    private func receive(_ bytes: [UInt8], _ range: Range<Int>) {
        var range = range
        while true {
            let offset = 100
            let progress = session.receive(
                bytes, range, into: &buffer, at: offset, output: &output)
            received += buffer[offset..<offset + progress.produced]
            state = progress.state
            guard progress.hasMore else { return }
            range = range.upperBound..<range.upperBound
        }
    }

    func send(_ bytes: [UInt8]) -> Bool {
        session.send(bytes, 0..<bytes.count, output: &output)
    }

    func end() {
        session.end(output: &output)
    }

    func takeOutput() -> [UInt8] {
        defer { output = [] }
        return output
    }

    var reason: String? {
        guard case .failed(let failure) = state else { return nil }
        return failure.reason
    }

    var detail: String? {
        guard case .failed(let failure) = state else { return nil }
        return failure.detail
    }
}

/// A client and a server without a network.
final class Link {
    let client: End
    let server: End
    let cut: Cut
    var generator = SeededGenerator(seed: 1)

    init(_ client: TLSSession, _ server: TLSSession, cut: Cut = .whole) {
        self.client = End(client)
        self.server = End(server)
        self.cut = cut
    }

    /// Carries bytes until both are silent.
    func pump() {
        while !client.output.isEmpty || !server.output.isEmpty {
            server.take(client.takeOutput(), cut, &generator)
            client.take(server.takeOutput(), cut, &generator)
        }
    }

    func shakeHands() {
        client.session.begin(output: &client.output)
        pump()
    }
}
