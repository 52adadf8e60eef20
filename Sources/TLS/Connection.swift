internal import COpenSSL

/// What OpenSSL's callbacks need of one connection: the bytes lent for the duration of a call, and
/// what was learned from the ClientHello.
@safe final class Connection {
    let listener: TLSListenerContext?
    /// The name that the client asked for, lower case.
    var serverName: String?
    /// The first byte that ever came: tells TLS from other protocols.
    private(set) var firstByte: UInt8?

    private var transport = Transport()

    init(listener: TLSListenerContext?) {
        self.listener = listener
    }

    /// The connection that a callback is about; its `TLSSession` keeps it alive.
    static func of(_ ssl: OpaquePointer) -> Connection? {
        guard let pointer = unsafe SSL_get_ex_data(ssl, 0) else { return nil }
        return unsafe Unmanaged<Connection>.fromOpaque(pointer).takeUnretainedValue()
    }

    /// Makes `of` work; false when out of memory.
    func attach(to ssl: OpaquePointer) -> Bool {
        let pointer = unsafe Unmanaged.passUnretained(self).toOpaque()
        guard unsafe SSL_set_ex_data(ssl, 0, pointer) == 1,
            let bio = unsafe TransportMethod.makeBIO(pointer)
        else { return false }
        unsafe SSL_set_bio(ssl, bio, bio)
        return true
    }

    /// Bytes from the peer that OpenSSL has not taken yet.
    var hasInput: Bool { transport.hasInput }

    /// Lends the buffers to OpenSSL while `body` runs; input that it leaves is kept.
    func lend(
        _ input: [UInt8], _ range: Range<Int>, _ output: inout [UInt8], _ body: () -> Void
    ) {
        if firstByte == nil, !range.isEmpty { firstByte = input[range.lowerBound] }
        unsafe input.withUnsafeBufferPointer { input in
            unsafe withUnsafeMutablePointer(to: &output) { output in
                let lent = unsafe UnsafeBufferPointer(rebasing: input[range])
                unsafe transport.begin(lent, output)
                body()
                transport.end()
            }
        }
    }

    /// After the end of a connection nothing is kept.
    func dropInput() {
        transport.dropInput()
    }

    /// For the BIO: up to `count` bytes from the peer; 0 when there are none now.
    func read(into destination: UnsafeMutablePointer<CChar>, _ count: Int) -> Int {
        unsafe transport.read(into: destination, count)
    }

    /// For the BIO: appends to the output; false outside of a call.
    func write(_ source: UnsafePointer<CChar>, _ count: Int) -> Bool {
        unsafe transport.write(source, count)
    }
}
