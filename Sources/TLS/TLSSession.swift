internal import COpenSSL

/// One connection: bytes in, bytes out, no sockets. Used by one thread at a time.
@safe package final class TLSSession {
    let raw: OpaquePointer
    let connection: Connection
    private(set) var state = TLSProgress.State.handshaking
    /// Whether the handshake is done and nothing failed since; stays after close_notify.
    package private(set) var isEstablished = false

    private init?(_ context: ContextHandle, _ listener: TLSListenerContext?) {
        guard let raw = unsafe SSL_new(context.raw) else { return nil }
        unsafe self.raw = unsafe raw
        connection = Connection(listener: listener)
        guard unsafe connection.attach(to: raw) else { return nil }
    }

    /// The side that waits for a ClientHello; nil when out of memory.
    package convenience init?(server: TLSListenerContext) {
        self.init(server.identities[0].context, server)
        unsafe SSL_set_accept_state(raw)
    }

    /// `serverName` is a host name or an IP literal, for verification and, unless it is a literal,
    /// for SNI. nil when it is neither, or when out of memory. Then call `begin`.
    package convenience init?(client: TLSClientContext, serverName: String) {
        self.init(client.context, nil)
        unsafe SSL_set_connect_state(raw)
        guard expect(serverName) else { return nil }
    }

    deinit {
        unsafe SSL_free(raw)
    }

    /// Why it failed; nil while it has not.
    package var failure: TLSFailure? {
        if case .failed(let failure) = state { failure } else { nil }
    }

    /// Starts the handshake of a client: appends the ClientHello.
    package func begin(output: inout [UInt8]) {
        lend([], 0..<0, &output) { shakeHands() }
    }

    /// Takes all of `ciphertext[range]`, bytes that cannot be used yet are kept inside. Decrypts
    /// into `plaintext` from `offset` to its end; appends handshake records and alerts to `output`.
    /// An empty range goes on with what is kept inside.
    package func receive(
        _ ciphertext: [UInt8], _ range: Range<Int>, into plaintext: inout [UInt8],
        at offset: Int, output: inout [UInt8]
    ) -> TLSProgress {
        var produced = 0
        lend(ciphertext, range, &output) {
            shakeHands()
            guard case .open = state else { return }
            produced = decrypt(into: &plaintext, at: offset)
        }
        guard case .open = state else {
            if case .handshaking = state {} else { connection.dropInput() }
            return TLSProgress(produced: produced, hasMore: false, state: state)
        }
        let isFull = offset + produced == plaintext.count
        let mayHaveMore = unsafe connection.hasInput || SSL_has_pending(raw) == 1
        return TLSProgress(produced: produced, hasMore: isFull && mayHaveMore, state: state)
    }

    /// Encrypts all of `plaintext[range]` and appends the records to `output`; false when the
    /// session failed or the handshake is not done.
    package func send(
        _ plaintext: [UInt8], _ range: Range<Int>, output: inout [UInt8]
    ) -> Bool {
        guard isEstablished else { return false }
        guard !range.isEmpty else { return true }
        lend([], 0..<0, &output) {
            unsafe plaintext.withUnsafeBufferPointer { bytes in
                let source = unsafe UnsafeBufferPointer(rebasing: bytes[range])
                var written = 0
                let result = unsafe SSL_write_ex(raw, source.baseAddress, source.count, &written)
                if result != 1 { fail() }
            }
        }
        return isEstablished
    }

    /// Appends close_notify; nothing before the end of the handshake or after a failure.
    package func end(output: inout [UInt8]) {
        guard isEstablished else { return }
        lend([], 0..<0, &output) { _ = unsafe SSL_shutdown(raw) }
    }
}

extension TLSSession {
    private func lend(
        _ input: [UInt8], _ range: Range<Int>, _ output: inout [UInt8], _ body: () -> Void
    ) {
        ERR_clear_error()
        connection.lend(input, range, &output, body)
    }

    private func shakeHands() {
        guard case .handshaking = state else { return }
        let result = unsafe SSL_do_handshake(raw)
        guard result == 1 else { return settle(result) }
        isEstablished = true
        state = .open
    }

    /// Fills the buffer, record by record.
    private func decrypt(into plaintext: inout [UInt8], at offset: Int) -> Int {
        unsafe plaintext.withUnsafeMutableBufferPointer { buffer in
            var filled = offset
            while filled < buffer.count {
                let room = unsafe UnsafeMutableBufferPointer(rebasing: buffer[filled...])
                var count = 0
                let result = unsafe SSL_read_ex(raw, room.baseAddress, room.count, &count)
                guard result == 1 else {
                    settle(result)
                    break
                }
                filled += count
            }
            return filled - offset
        }
    }

    /// What an operation that did not succeed means.
    private func settle(_ result: Int32) {
        switch unsafe SSL_get_error(raw, result) {
        case SSL_ERROR_WANT_READ: break
        case SSL_ERROR_ZERO_RETURN: state = .closed
        default: fail()
        }
    }

    private func fail() {
        isEstablished = false
        let verification = unsafe SSL_get_verify_result(raw)
        let failure = TLSFailure.current(
            verification: verification, firstByte: connection.firstByte)
        state = .failed(failure)
    }

    /// Sets SNI and the name that the certificate must have.
    private func expect(_ serverName: String) -> Bool {
        var name = serverName[...]
        if name.hasPrefix("["), name.hasSuffix("]") { name = name.dropFirst().dropLast() }
        if name.hasSuffix(".") { name = name.dropLast() }
        // 255 is the longest name of the DNS.
        guard !name.isEmpty, name.utf8.count <= 255,
            name.utf8.allSatisfy({ 0x21...0x7E ~= $0 })
        else { return false }
        let text = String(name)
        let parameters = unsafe SSL_get0_param(raw)
        if unsafe X509_VERIFY_PARAM_set1_ip_asc(parameters, text) == 1 { return true }
        // Host names stand in the subject alternative name only (RFC 9525 section 6.3).
        let flags = X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT
        unsafe SSL_set_hostflags(raw, UInt32(flags))
        return unsafe SSL_set1_host(raw, text) == 1 && copenssl_set_server_name(raw, text) == 1
    }
}
