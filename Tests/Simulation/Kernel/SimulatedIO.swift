import Sockets

/// `SocketIO` over the simulated kernel: the same calls, a virtual clock, and whatever can go
/// wrong.
struct SimulatedIO: ~Copyable, SocketIO {
    let kernel: SimulatedKernel
    let worker: Int

    mutating func accept(_ listener: Descriptor) -> AcceptResult {
        kernel.accept(listener, worker)
    }

    mutating func connect(_ address: SocketAddress) -> ConnectResult {
        kernel.connect(address, worker)
    }

    mutating func connectResult(_ descriptor: Descriptor) -> SystemError? {
        kernel.connectResult(descriptor)
    }

    mutating func register(_ descriptor: Descriptor, token: UInt64) -> SystemError? {
        kernel.trace?("worker \(worker) register \(descriptor.raw) \(token)")
        return kernel.register(descriptor, token, worker)
    }

    mutating func registerListener(_ descriptor: Descriptor, token: UInt64) -> SystemError? {
        kernel.registerListener(descriptor, token)
        return nil
    }

    mutating func unregister(_ descriptor: Descriptor) { kernel.unregister(descriptor) }

    mutating func receive(
        _ descriptor: Descriptor, into buffer: inout [UInt8], at offset: Int, count: Int
    ) -> IOResult {
        let result = kernel.receive(descriptor, into: &buffer, at: offset, count: count)
        kernel.trace?("worker \(worker) receive \(descriptor.raw): \(result)")
        return result
    }

    mutating func send(
        _ descriptor: Descriptor, _ bytes: [UInt8], _ range: Range<Int>
    ) -> IOResult {
        send(descriptor, bytes[range])
    }

    mutating func send(
        _ descriptor: Descriptor, _ head: borrowing ByteBuffer, _ part: Range<Int>,
        _ body: [UInt8], _ range: Range<Int>
    ) -> IOResult {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(part.count + range.count)
        head.copy(part, to: &bytes)
        bytes.append(contentsOf: body[range])
        return send(descriptor, bytes[...])
    }

    private mutating func send(_ descriptor: Descriptor, _ bytes: ArraySlice<UInt8>) -> IOResult {
        let result = kernel.send(descriptor, bytes)
        kernel.trace?("worker \(worker) send \(descriptor.raw) \(bytes.count): \(result)")
        return result
    }

    mutating func shutdownWrite(_ descriptor: Descriptor) {
        kernel.trace?("worker \(worker) shutdown \(descriptor.raw)")
        kernel.shutdownWrite(descriptor)
    }

    mutating func close(_ descriptor: Descriptor) {
        kernel.trace?("worker \(worker) close \(descriptor.raw)")
        kernel.close(descriptor, isAbort: false)
    }

    mutating func abort(_ descriptor: Descriptor) {
        kernel.trace?("worker \(worker) abort \(descriptor.raw)")
        kernel.close(descriptor, isAbort: true)
    }

    mutating func wait(into events: inout [ReadyEvent], timeoutMilliseconds: Int) {
        kernel.wait(worker, into: &events)
        if kernel.trace != nil {
            for event in events { kernel.trace?("worker \(worker) \(event)") }
        }
    }

    mutating func monotonicNanoseconds() -> UInt64 { kernel.now }

    mutating func wallClockMilliseconds() -> Int64 {
        kernel.wallOffset + Int64(kernel.now / 1_000_000)
    }

    mutating func random() -> UInt64 { kernel.random(of: worker) }
}
