internal import COpenSSL

/// The BIO through which OpenSSL reads and writes the buffers of a `Connection`.
@safe enum TransportMethod {
    // Set up once, never changed.
    nonisolated(unsafe) private static let method: OpaquePointer? = unsafe make()

    private static let retryFlags = BIO_FLAGS_READ | BIO_FLAGS_WRITE | BIO_FLAGS_SHOULD_RETRY

    /// nil when out of memory; `connection` is a `Connection` that outlives the BIO.
    static func makeBIO(_ connection: UnsafeMutableRawPointer) -> OpaquePointer? {
        guard let method = unsafe method, let bio = unsafe BIO_new(method) else { return nil }
        unsafe BIO_set_data(bio, connection)
        unsafe BIO_set_init(bio, 1)
        return unsafe bio
    }

    private static func make() -> OpaquePointer? {
        let type = BIO_get_new_index() | BIO_TYPE_SOURCE_SINK
        guard let method = unsafe BIO_meth_new(type, "l7route") else { return nil }
        unsafe BIO_meth_set_read(method) { bio, destination, count in
            unsafe TransportMethod.read(bio, destination, count)
        }
        unsafe BIO_meth_set_write(method) { bio, source, count in
            unsafe TransportMethod.write(bio, source, count)
        }
        // Everything is written at once, so a flush has nothing to do.
        unsafe BIO_meth_set_ctrl(method) { _, command, _, _ in
            command == BIO_CTRL_FLUSH ? 1 : 0
        }
        return unsafe method
    }

    private static func connection(_ bio: OpaquePointer) -> Connection? {
        guard let data = unsafe BIO_get_data(bio) else { return nil }
        return unsafe Unmanaged<Connection>.fromOpaque(data).takeUnretainedValue()
    }

    private static func read(
        _ bio: OpaquePointer?, _ destination: UnsafeMutablePointer<CChar>?, _ count: Int32
    ) -> Int32 {
        guard let bio = unsafe bio, let destination = unsafe destination, count > 0,
            let connection = unsafe connection(bio)
        else { return -1 }
        unsafe BIO_clear_flags(bio, retryFlags)
        let taken = unsafe connection.read(into: destination, Int(count))
        guard taken == 0 else { return Int32(taken) }
        unsafe BIO_set_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY)
        return -1
    }

    private static func write(
        _ bio: OpaquePointer?, _ source: UnsafePointer<CChar>?, _ count: Int32
    ) -> Int32 {
        guard let bio = unsafe bio, let source = unsafe source, count > 0,
            let connection = unsafe connection(bio)
        else { return -1 }
        unsafe BIO_clear_flags(bio, retryFlags)
        return unsafe connection.write(source, Int(count)) ? count : -1
    }
}
